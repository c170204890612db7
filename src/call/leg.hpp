#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "call/ending.hpp"
#include "call/leg_media.hpp"
#include "call/surroundings.hpp"
#include "sip/dialog/dialog.hpp"
#include "sip/message/message.hpp"
#include "sip/transport/flow.hpp"

namespace webcalling::call {

class Leg;

/// What a leg tells its call. Every call comes as the last thing a leg does: it may be ended or forgotten from inside.
class LegListener {
 public:
  virtual ~LegListener() = default;
  /// An outgoing leg rings; `early_media` if the phone's own audio is already there.
  virtual void on_ringing(Leg& leg, bool early_media) = 0;
  /// An outgoing leg was answered, its media is set up.
  virtual void on_answered(Leg& leg) = 0;
  /// The peer held, resumed or moved its media.
  virtual void on_media_changed(Leg& leg) = 0;
  virtual void on_digit(Leg& leg, char digit) = 0;
  /// The last event: the peer ended the leg, or it failed. Not after our own hang_up().
  virtual void on_ended(Leg& leg, Cause cause) = 0;
};

/// Our half of one phone's part in a call: one SIP dialog and one media leg. Base of the incoming and the outgoing
/// kind, which differ until the call is answered; what happens inside the answered call is here: re-INVITE, BYE,
/// OPTIONS, INFO. Knows nothing of other legs.
class Leg : public std::enable_shared_from_this<Leg> {
 public:
  virtual ~Leg() = default;
  Leg(const Leg&) = delete;
  Leg& operator=(const Leg&) = delete;

  /// Ends the leg from our side: rejects, cancels or says BYE, whatever its state asks for. The leg may need some more
  /// messages until ended().
  virtual void hang_up(Cause cause) = 0;
  /// Nothing more is to be done for this leg; it may be forgotten.
  [[nodiscard]] virtual bool ended() const = 0;

  /// A request inside our dialog, or an ACK to our 2xx.
  void receive(const sip::Request& request, const sip::Flow& flow);
  /// The client cancelled the INVITE of this leg.
  virtual void receive_cancel() = 0;
  /// The connection of this leg may be among those that broke. Answers to re-INVITEs that were on their way over it
  /// are given up, which is no reason to end the call: the peer comes back and asks again, or its media tells.
  virtual void on_connection_lost(sip::ConnectionId connection);
  /// A final response of ours was never acknowledged, or could not be sent.
  virtual void on_server_failure(sip::ServerTransactionId transaction) = 0;
  void receive(const media::LegEvent& event);

  [[nodiscard]] LegMedia& media() { return media_; }
  [[nodiscard]] const LegMedia& media() const { return media_; }

 protected:
  Leg(Surroundings& surroundings, LegListener& listener, CallId call)
      : house_(surroundings),
        listener_(listener),
        media_(surroundings.media, surroundings.random, call, surroundings.encryption) {}

  /// True while the dialog is confirmed: requests inside it are served, BYE is the way out.
  [[nodiscard]] virtual bool confirmed() const = 0;
  virtual void on_ack(const sip::Request& ack) = 0;
  /// The dialog is over; the state becomes ended.
  virtual void enter_ended() = 0;

  void index_dialog(const std::string& call_id, const std::string& local_tag);
  void index_transaction(sip::ServerTransactionId transaction);
  void index_media();
  void forget_transaction(sip::ServerTransactionId transaction) { house_.legs.remove(transaction); }
  /// True if the transaction was a re-INVITE of this leg.
  bool forget_reinvite(sip::ServerTransactionId transaction);
  /// Takes the leg out of every index and closes its media, which a call that goes on without it needs no more.
  void forget_dialog();
  void send_bye(Cause cause);
  /// Ends the leg and tells the call.
  void end_by_peer(Cause cause);

  Surroundings& house_;
  LegListener& listener_;
  LegMedia media_;
  std::optional<sip::Dialog> dialog_;

 private:
  void receive_ack(const sip::Request& ack);
  void receive_before_answer(const sip::Request& request, const sip::Flow& flow);
  void receive_bye(const sip::Request& bye, const sip::Flow& flow);
  void receive_reinvite(const sip::Request& invite, const sip::Flow& flow);
  void respond(const sip::Request& request, const sip::Flow& flow, int status);
  /// Both tags count (RFC 3261 section 12): another fork of our INVITE is none of this leg's business.
  [[nodiscard]] bool is_from_peer(const sip::Request& request) const;
  void forget_reinvites();
  [[nodiscard]] sip::Response answer_reinvite(const sip::Request& invite);

  std::string indexed_call_id_;
  std::string indexed_local_tag_;
  /// Re-INVITEs answered with 2xx whose ACK is awaited, by CSeq.
  std::map<std::uint32_t, sip::ServerTransactionId> unacknowledged_;
};

/// The Contact we give out for a flow: where the peer reaches us, with the transport named unless it is UDP.
[[nodiscard]] sip::NameAddress local_contact(std::string_view user, const sip::Flow& flow);

}  // namespace webcalling::call
