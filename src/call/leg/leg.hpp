#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/timer_queue.hpp"
#include "call/leg/absence.hpp"
#include "call/leg/call_id.hpp"
#include "call/leg/dialog_requests.hpp"
#include "call/leg/digit_path.hpp"
#include "call/leg/ending.hpp"
#include "call/leg/info_digit.hpp"
#include "call/leg/info_digit_sender.hpp"
#include "call/leg/kept_leg.hpp"
#include "call/leg/leg_media.hpp"
#include "call/leg/party.hpp"
#include "call/leg/peer_abilities.hpp"
#include "call/leg/refer.hpp"
#include "call/leg/referral.hpp"
#include "call/leg/session_refresh.hpp"
#include "call/leg/surroundings.hpp"
#include "sip/dialog/dialog.hpp"
#include "sip/dialog/local_contact.hpp"
#include "sip/message/message.hpp"
#include "sip/transport/flow.hpp"

namespace webcalling::call {

class Leg;

/// What a leg tells its call. Every call comes as the last thing a leg does: it may be ended or forgotten from inside.
class LegListener {
 public:
  virtual ~LegListener() = default;
  /// An outgoing leg rings; `early_media` if the phone's own audio is already there.
  virtual void on_ringing(Leg& /*leg*/, bool /*early_media*/) {}
  /// An outgoing leg was answered, its media is set up.
  virtual void on_answered(Leg& /*leg*/) {}
  /// The phone of an outgoing leg wants to be called elsewhere (3xx), best first; the leg is ended.
  virtual void on_redirected(Leg& leg, const std::vector<sip::Uri>& targets);
  /// The peer held, resumed or moved its media.
  virtual void on_media_changed(Leg& /*leg*/) {}
  /// A key was pressed; once for each, also if the phone tells it in two ways.
  virtual void on_digit(Leg& /*leg*/, const InfoDigit& /*digit*/, DigitPath /*path*/) {}
  /// The peer asks for a transfer: to be answered by accept_transfer() or refuse_transfer().
  virtual void on_refer(Leg& leg, const Refer& refer);
  /// The referrer has been told how the transfer ended, or cannot be told.
  virtual void on_transfer_told(Leg& /*leg*/) {}
  /// The last event: the peer ended the leg, or it failed. Not after our own hang_up().
  virtual void on_ended(Leg& leg, const Ending& ending) = 0;
};

/// Our half of one phone's part in a call: one SIP dialog and one media leg. Base of the incoming and the outgoing
/// kind, which differ until the call is answered; what happens inside the dialog is here: re-INVITE, UPDATE, BYE, INFO,
/// OPTIONS, REFER. Knows nothing of other legs.
class Leg : public std::enable_shared_from_this<Leg>, private DialogRequests {
 public:
  ~Leg() override = default;
  Leg(const Leg&) = delete;
  Leg& operator=(const Leg&) = delete;

  /// Whose phone it is.
  [[nodiscard]] const Party& party() const { return party_; }
  /// Who is at the other end, as far as this phone is told; nothing before it is known.
  [[nodiscard]] const std::optional<Party>& other_end() const { return other_end_; }
  [[nodiscard]] virtual Standing standing() const = 0;
  /// The call in which it began.
  [[nodiscard]] CallId call() const { return call_; }
  /// When it began to talk, if that was before we were started; nothing for all others.
  [[nodiscard]] virtual std::optional<WallTime> connected() const { return std::nullopt; }
  /// By which the phone knows it; empty before it is sent.
  [[nodiscard]] const std::string& call_id() const { return indexed_call_id_; }
  /// We have called the phone, and not it us.
  [[nodiscard]] bool begun_by_us() const { return begun_by_us_; }
  /// How others may name its dialog in Replaces, as Call-ID with kPseudonymTag as both tags. Its true name would let
  /// them speak for its phone.
  [[nodiscard]] const std::string& pseudonym() const { return pseudonym_; }
  static constexpr std::string_view kPseudonymTag = "watched";

  /// The leg goes over to another call: it tells that from now on.
  void set_listener(LegListener& listener) { listener_ = &listener; }

  // What a call does with the leg of its caller until somebody answers. A leg that is in a call already hears the same.

  /// Tells that the far end rings.
  virtual void ring() { media_.listen(media::Ringback{}); }
  /// The far end sends audio before the answer, which is to be heard.
  virtual void progress(std::optional<sdp::Codec> /*preferred*/) {}
  /// False if no media could be set up: the leg is then ended.
  [[nodiscard]] virtual bool answer(std::optional<sdp::Codec> /*preferred*/) { return confirmed(); }

  /// Who is at the other end from now on; a peer that can be told is told (RFC 3325 by UPDATE).
  virtual void connect_with(const Party& other);

  /// Presses a key at the far end: by RFC 4733 if that was agreed on, else by INFO. False if the peer takes neither, or
  /// no more at the moment.
  bool send_digit(const InfoDigit& digit);

  /// Ends the leg from our side: rejects, cancels or says BYE, whatever its state asks for. The leg may need some more
  /// messages until ended().
  virtual void hang_up(const Ending& ending) = 0;
  /// Nothing more is to be done for this leg; it may be forgotten.
  [[nodiscard]] virtual bool ended() const = 0;
  /// True while the dialog is confirmed: everything is served inside it, BYE is the way out.
  [[nodiscard]] virtual bool confirmed() const = 0;

  // The answer to LegListener::on_refer(), and how it goes: a SIP status, the first above 199 being the last.

  void accept_transfer() { referral_.accept(); }
  void refuse_transfer(int status) { referral_.refuse(status); }
  void tell_transfer(int status) { referral_.tell(status); }

  /// Its connection is gone and no audio comes from it any more: its page is loaded anew, or has crashed. Until the
  /// leg is ended for that, the phone may come back to it, or take its call over with another (RFC 3891).
  [[nodiscard]] bool absent() const { return absence_.away(); }

  /// What is to be known of it after a restart; it must have a dialog.
  [[nodiscard]] KeptLeg kept() const;

  /// A request inside our dialog, or an ACK to our 2xx.
  void receive(const sip::Request& request, const sip::Flow& flow);
  /// The client cancelled the INVITE of this leg.
  virtual void receive_cancel(const Ending& ending) = 0;
  /// The connection of this leg may be among those that broke. Answers to re-INVITEs that were on their way over it
  /// are given up, which is no reason to end the call: the peer comes back and asks again, or its media tells.
  virtual void on_connection_lost(sip::ConnectionId connection);
  /// A final response of ours was never acknowledged, or could not be sent.
  virtual void on_server_failure(sip::ServerTransactionId transaction) = 0;
  void receive(const media::LegEvent& event);

  [[nodiscard]] LegMedia& media() { return media_; }
  [[nodiscard]] const LegMedia& media() const { return media_; }
  /// True if the peer goes by this tag in a dialog of this leg, early or confirmed: only the peer itself knows it.
  [[nodiscard]] bool has_dialog_with(const std::string& remote_tag) { return find_dialog(remote_tag) != nullptr; }
  /// True if this names its dialog, early or confirmed, by its Call-ID and the tag at the far end, or by its pseudonym.
  [[nodiscard]] bool has_dialog(const std::string& call_id, const std::string& remote_tag) {
    return call_id == pseudonym_ || find_dialog(remote_tag) != nullptr;
  }
  /// The dialog by which the peer knows this leg; nothing before there is one.
  [[nodiscard]] const std::optional<sip::Dialog>& dialog() const { return dialog_; }

 protected:
  struct Setup {
    CallId call;
    Party party;
    /// The dialog begins with an INVITE of ours.
    bool owns_call_id = false;
  };
  Leg(Surroundings& surroundings, LegListener& listener, Setup setup);

  virtual void on_ack(const sip::Request& ack) = 0;
  /// True if a PRACK acknowledges something of this leg (RFC 3262); it is answered elsewhere. Its body may be the
  /// answer to an offer of ours.
  [[nodiscard]] virtual bool on_prack(const sip::Request& /*prack*/, const sip::RAck& /*rack*/) { return false; }
  /// After a PRACK was answered: what waited for it.
  virtual void after_prack() {}
  /// The dialog is over; the state becomes ended.
  virtual void enter_ended() = 0;
  /// The dialog, early or confirmed, whose far end has this tag (RFC 3261 section 12: both tags count); null if there
  /// is none.
  [[nodiscard]] virtual sip::Dialog* find_dialog(const std::string& remote_tag);

  /// Shows how the leg stands to whoever observes it.
  void show() const;
  void show_over() const;
  /// The phone is away from the beginning.
  void await_return() { absence_.begin_away(); }
  /// It is there (again); the call is told.
  void note_return() { note(absence_.on_return()); }
  void set_other_end(Party party) { other_end_ = std::move(party); }
  void index_dialog(const std::string& call_id, const std::string& local_tag);
  void index_transaction(sip::ServerTransactionId transaction);
  void index_media();
  void forget_transaction(sip::ServerTransactionId transaction) { house_.legs.remove(transaction); }
  /// True if the transaction was a re-INVITE of this leg.
  bool forget_reinvite(sip::ServerTransactionId transaction);
  /// Nothing more is heard of the peer, or said to it.
  void close_media();
  /// Takes the leg out of every index and closes its media, which a call that goes on without it needs no more.
  void forget_dialog();
  void send_bye(const Ending& ending);
  /// Ends the leg and tells the call.
  void end_by_peer(const Ending& ending);
  [[nodiscard]] LegListener& listener() { return *listener_; }

  [[nodiscard]] sip::Request make_request(sip::Method method) override;
  [[nodiscard]] sip::Response make_response(const sip::Request& request, int status) override;
  void send(sip::Request request, OnResponse on_response) override;
  void acknowledge(const sip::Response& response) override;

  Surroundings& house_;
  LegMedia media_;
  std::optional<sip::Dialog> dialog_;
  PeerAbilities peer_;
  SessionRefresh refresh_;

 private:
  void receive_ack(const sip::Request& ack);
  void serve(const sip::Request& request, const sip::Flow& flow);
  void serve_early(const sip::Request& request, const sip::Flow& flow);
  void receive_bye(const sip::Request& bye, const sip::Flow& flow);
  void receive_reinvite(const sip::Request& invite, const sip::Flow& flow);
  void receive_update(const sip::Request& update, const sip::Flow& flow);
  void receive_prack(const sip::Request& prack, const sip::Flow& flow);
  void receive_info(const sip::Request& info, const sip::Flow& flow);
  void receive_refer(const sip::Request& refer, const sip::Flow& flow);
  void receive(const media::MediaLost& lost);
  void note(bool absence_has_changed);
  /// The phone is gone.
  void give_up(Cause cause);
  void tell_digit(const InfoDigit& digit, DigitPath path);
  void respond(const sip::Request& request, const sip::Flow& flow, const sip::Response& response);
  void respond(const sip::Request& request, const sip::Flow& flow, int status);
  /// A 200 with the answer to the offer in the request, or the refusal that leaves everything as it is. An INVITE
  /// without offer gets one (RFC 3261 section 14.2).
  [[nodiscard]] sip::Response answer_offer(const sip::Request& request);
  /// What a request of the peer says about the session's length goes into our 200, and counts; or the refusal (422).
  [[nodiscard]] sip::Response renew_session(const sip::Request& request, sip::Response ok);
  void forget_reinvites();

  LegListener* listener_;
  CallId call_;
  Party party_;
  std::optional<Party> other_end_;
  bool begun_by_us_;
  std::string pseudonym_;
  Referral referral_;
  DoubleDigits double_digits_;
  InfoDigitSender info_digits_;
  Absence absence_;
  std::string indexed_call_id_;
  std::string indexed_local_tag_;
  /// Re-INVITEs answered with 2xx whose ACK is awaited, by CSeq.
  std::map<std::uint32_t, sip::ServerTransactionId> unacknowledged_;
};

using sip::local_contact;

/// The status that refuses an offer which LegMedia did not take.
[[nodiscard]] int refusal_of_offer(const Error& error);

}  // namespace webcalling::call
