#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sip/dialog/dialog.hpp"
#include "sip/transaction/transaction_layer.hpp"
#include "support/phone_media.hpp"

namespace webcalling::sim {

inline constexpr std::string_view kSdp = "application/sdp";

class SimPhone;

/// One call of a simulated phone, seen from the phone.
class SimCall {
 public:
  enum class State {
    Dialling,
    Cancelling,  ///< CANCEL sent, the answer to the INVITE awaited
    Ringing,     ///< a call that came in
    Answered,    ///< 200 sent, ACK awaited
    Talking,
    Ended,
  };

  struct Body {
    std::string type;
    std::string text;
  };

  /// A call that this phone makes; `body` instead of a description of its own.
  SimCall(SimPhone& phone, std::string_view number, const std::optional<Body>& body);
  /// A call that comes in.
  SimCall(SimPhone& phone, const sip::Request& invite, const sip::Flow& flow);
  SimCall(const SimCall&) = delete;
  SimCall& operator=(const SimCall&) = delete;

  /// Before start().
  void add_header(sip::HeaderName name, std::string_view value) { invite_.add(name, value); }
  void start();
  void ring(bool early_media);
  void answer(const std::optional<std::string>& sdp);
  /// There is something for this phone in the offer.
  [[nodiscard]] bool can_answer() { return !media_.answer(invite_.body()).empty(); }
  void refuse(int status, const std::string& contact = {});
  void reinvite(std::string sdp);
  /// A re-INVITE that leaves the offer to the other side.
  void reinvite_without_offer() { reinvite({}); }
  /// An UPDATE (RFC 3311), with or without a new description.
  void update(const std::string& sdp = {});
  /// A key press told by INFO.
  void send_info(std::string_view content_type, std::string_view body);
  /// A blind transfer of the other side.
  void refer(const std::string& refer_to, const std::string& refer_sub = {});
  /// What stands in the Refer-To of an attended transfer that takes over this call, and in Replaces.
  [[nodiscard]] std::string refer_to_this() const;
  [[nodiscard]] std::string replaces_this() const;
  /// The same for a call of its own that nobody has answered yet.
  [[nodiscard]] std::string refer_to_early() const;
  [[nodiscard]] std::string replaces_early() const;
  void hang_up();

  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] PhoneMedia& media() { return media_; }
  [[nodiscard]] const PhoneMedia& media() const { return media_; }
  /// All responses to the INVITE of a call that it made, 100 and challenges left out.
  [[nodiscard]] const std::vector<sip::Response>& responses() const { return responses_; }
  /// The final one; 0 as long as there is none.
  [[nodiscard]] int final_status() const;
  [[nodiscard]] int reinvite_status() const { return reinvite_status_; }
  /// Of the last UPDATE, INFO or REFER; 0 as long as there is none.
  [[nodiscard]] int request_status() const { return request_status_; }
  [[nodiscard]] const sip::Response& request_response() const { return request_response_; }
  /// How the transfer that it asked for went, as it was told: "SIP/2.0 100 Trying", ...
  [[nodiscard]] const std::vector<std::string>& transfer_progress() const { return transfer_progress_; }
  /// Every request inside the dialog that came in.
  [[nodiscard]] const std::vector<sip::Request>& requests() const { return requests_; }
  [[nodiscard]] std::size_t count_requests(sip::Method method) const;
  /// Of our BYE; 0 as long as there is none.
  [[nodiscard]] int bye_status() const { return bye_status_; }
  /// The Reason of the BYE or CANCEL by which the other side ended it.
  [[nodiscard]] const std::string& reason() const { return reason_; }
  [[nodiscard]] std::size_t byes_received() const { return byes_received_; }
  /// The INVITE that came in, or the last one that went out.
  [[nodiscard]] const sip::Request& invite() const { return invite_; }
  [[nodiscard]] std::optional<sip::Dialog>& dialog() { return dialog_; }
  /// Who calls, as the phone shows it.
  [[nodiscard]] std::string shown_caller() const;

  // For the phone.
  [[nodiscard]] bool owns(const sip::Request& request) const;
  [[nodiscard]] bool owns(sip::ServerTransactionId transaction) const { return server_ == transaction; }
  void receive(const sip::Request& request, const sip::Flow& flow);
  void receive_cancel(const sip::Request& cancel);
  /// Nobody acknowledges our answer, or there is no way to send it.
  void receive_failure();

 private:
  void serve(const sip::Request& request, sip::ServerTransactionId transaction);
  void receive_prack(const sip::Request& prack, sip::ServerTransactionId transaction);
  void acknowledge_provisional(const sip::Response& response);
  void send_in_dialog(sip::Request request);
  void respond_reliably(sip::Response response);
  void send_invite();
  void receive(const sip::Response& response);
  void receive_success(const sip::Response& response);
  void receive_reinvite_response(const sip::Response& response);
  void acknowledge(const sip::Response& response);
  void receive_ack(const sip::Request& ack);
  void respond(int status, std::string_view sdp = {});
  void send_bye();
  void end();

  SimPhone& phone_;
  PhoneMedia media_;
  State state_;
  sip::Request invite_;
  bool challenged_ = false;
  sip::ClientTransactionId client_;
  sip::ServerTransactionId server_;
  std::optional<sip::Dialog> dialog_;
  std::vector<sip::Response> responses_;
  int reinvite_status_ = 0;
  int bye_status_ = 0;
  std::size_t byes_received_ = 0;
  /// The re-INVITE that waits for its answer.
  std::optional<sip::ClientTransactionId> reinvite_;
  std::uint32_t reinvite_cseq_ = 0;
  bool reinvite_was_offerless_ = false;
  /// Re-INVITEs of the other side that were answered, by CSeq.
  std::map<std::uint32_t, sip::ServerTransactionId> answered_reinvites_;
  std::string reason_;
  int request_status_ = 0;
  sip::Response request_response_;
  std::vector<std::string> transfer_progress_;
  std::vector<sip::Request> requests_;
  /// Of the last reliable provisional response, sent or received.
  std::uint32_t rseq_ = 0;
  std::string unacknowledged_;
  /// It was told to hang up while its own answer was not acknowledged yet.
  bool wants_to_end_ = false;
};

}  // namespace webcalling::sim
