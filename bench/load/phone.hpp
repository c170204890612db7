#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "load/media_end.hpp"
#include "load/sip_line.hpp"
#include "sip/auth/digest_client.hpp"
#include "sip/dialog/dialog.hpp"

namespace webcalling::load {

struct Account {
  std::string user;
  std::string password;
};

class Phone;

/// One end of a call, as a phone has it.
class CallEnd {
 public:
  enum class State : std::uint8_t {
    Calling,   ///< our INVITE is on its way
    Answered,  ///< we have answered, and wait for the ACK
    Talking,
    Ended,
  };

  CallEnd(Phone& phone, std::unique_ptr<MediaEnd> media) : phone_(phone), media_(std::move(media)) {}

  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] MediaEnd& media() { return *media_; }
  /// INVITE sent, the one that was not challenged; or received.
  [[nodiscard]] TimePoint began() const { return began_; }
  /// 200 received, or sent.
  [[nodiscard]] TimePoint answered() const { return answered_; }
  /// The response that ended it before it was a call; 0 if it was the other side's BYE.
  [[nodiscard]] int refusal() const { return refusal_; }

  void hang_up();
  /// As if its battery were empty: nobody hears of it.
  void vanish();

 private:
  friend class Phone;

  Phone& phone_;
  std::unique_ptr<MediaEnd> media_;
  State state_ = State::Calling;
  sip::Request invite_;
  /// That we have answered last.
  sip::ServerTransactionId invite_transaction_;
  std::optional<sip::Dialog> dialog_;
  bool was_challenged_ = false;
  int refusal_ = 0;
  TimePoint began_;
  TimePoint answered_;
};

/// A phone of the load: signs in, calls, and answers at once.
class Phone final : private sip::TransactionLayer::User {
 public:
  struct Handlers {
    /// Once; with a sentence if it came to nothing.
    std::function<void(Result<void>)> on_registered;
    /// Somebody calls: with what media it is answered; null refuses.
    std::function<std::unique_ptr<MediaEnd>(const sip::Request& invite)> on_invite;
    /// The end of a call has come into being by on_invite.
    std::function<void(const sip::Request& invite, std::shared_ptr<CallEnd> end)> on_called;
    std::function<void(CallEnd& end)> on_talking;
    /// By the other side, or because the call was refused.
    std::function<void(CallEnd& end)> on_ended;
  };

  static Result<std::unique_ptr<Phone>> open(io::Loop& loop, Random& random, const SipServer& server,
                                             const IpAddress& local, Account account, Handlers handlers);

  /// Is not called any more; is_registered() says when.
  void sign_out();
  [[nodiscard]] bool is_registered() const { return is_registered_; }

  std::shared_ptr<CallEnd> call(const std::string& number, std::unique_ptr<MediaEnd> media);
  [[nodiscard]] const std::string& user() const { return account_.user; }

 private:
  friend class CallEnd;

  Phone(TimerQueue& timers, Random& random, Account account, const Endpoint& server, Handlers handlers);

  void sign_in();
  void send_register();
  void send_invite(const std::shared_ptr<CallEnd>& end);
  void receive_answer(const std::shared_ptr<CallEnd>& end, const sip::Response& response);
  void receive_success(CallEnd& end, const sip::Response& response);
  void receive_invite(const sip::Request& invite, const sip::Flow& flow);
  void receive_in_call(CallEnd& end, const sip::Request& request, const sip::Flow& flow);
  void end(CallEnd& end, int refusal);
  void forget(const CallEnd& end);
  void answer(const sip::Request& request, const sip::Flow& flow, int status);

  void on_request(const sip::Request& request, const sip::Flow& flow) override;
  void on_cancel(sip::ServerTransactionId invite, const sip::Request& cancel) override;
  void on_server_failure(sip::ServerTransactionId transaction) override;

  [[nodiscard]] sip::Uri uri_of(std::string_view user) const;
  [[nodiscard]] sip::NameAddress contact() const;

  Random& random_;
  Account account_;
  Endpoint server_;
  Handlers handlers_;
  sip::DigestClient digest_;
  sip::Request register_;
  std::uint32_t register_cseq_ = 0;
  bool was_challenged_ = false;
  bool is_registered_ = false;
  Timer refresh_timer_;
  std::unordered_map<std::string, std::shared_ptr<CallEnd>> calls_;
  std::unordered_set<std::string> vanished_;
  std::unique_ptr<SipLine> line_;
};

}  // namespace webcalling::load
