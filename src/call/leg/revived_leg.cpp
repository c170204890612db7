#include "call/leg/revived_leg.hpp"

#include <utility>

#include "call/leg/capabilities.hpp"
#include "call/leg/content_types.hpp"
#include "call/leg/our_codecs.hpp"
#include "sip/message/call_headers.hpp"
#include "sip/message/session_description.hpp"

namespace webcalling::call {
namespace {

constexpr Duration kUntilNextTry = 2s;
/// Requests that may have gone out since it was written down. A peer takes greater numbers than the next one, and never
/// smaller ones (RFC 3261 section 12.2.2).
constexpr std::uint32_t kMostRequestsSince = 1000;

/// Its connection went with us. A phone that is no browser listens where its Contact says.
sip::Flow way_to(const KeptLeg& kept) {
  sip::Flow flow = kept.flow;
  if (flow.kind == sip::TransportKind::Udp) return flow;
  flow.connection = sip::ConnectionId(0);
  const auto contact = sip::Uri::parse(kept.dialog.remote_target);
  if (!contact || !kept.dialog.route_set.empty()) return flow;
  const auto address = IpAddress::parse(contact->host);
  const std::uint16_t usual = flow.kind == sip::TransportKind::Tls ? 5061 : 5060;
  if (address) flow.remote = {*address, contact->port.value_or(usual)};
  return flow;
}

}  // namespace

std::shared_ptr<RevivedLeg> RevivedLeg::revive(Surroundings& surroundings, LegListener& listener, CallId call,
                                               const KeptLeg& kept, std::optional<WallTime> connected) {
  sip::DialogRecord record = kept.dialog;
  record.local_cseq += kMostRequestsSince;
  auto dialog = sip::Dialog::from_record(record, way_to(kept));
  if (!dialog) {
    surroundings.log.warning("Going on with the call of {}: {}", kept.party.extension, dialog.error().text);
    return nullptr;
  }
  std::shared_ptr<RevivedLeg> leg(new RevivedLeg(surroundings, listener, call, kept, connected));
  leg->dialog_ = std::move(*dialog);
  leg->index_dialog(leg->dialog_->id().call_id, leg->dialog_->id().local_tag);
  leg->await_return();
  return leg;
}

RevivedLeg::RevivedLeg(Surroundings& surroundings, LegListener& listener, CallId call, const KeptLeg& kept,
                       std::optional<WallTime> connected)
    : Leg(surroundings, listener, {.call = call, .party = kept.party, .owns_call_id = kept.begun_by_us}),
      connected_(connected),
      codecs_(our_codecs(kept.codec)),
      offered_(kept.encrypted ? sdp::OfferKind::Srtp : offer_kind(surroundings.encryption, kept.flow.kind)),
      retry_(surroundings.timers, [this] { resume(); }) {}

void RevivedLeg::resume() {
  if (state_ == State::Ended || media_.answered() || sip::is_web_socket(dialog_->flow().kind)) return;
  retry_.stop();
  const auto offer = media_.make_offer(offered_, dialog_->flow().local.address, codecs_);
  if (!offer) {
    house_.log.error("Going on with the call of {}: {}", party().extension, offer.error().text);
    return retry_.start(kUntilNextTry);
  }
  index_media();
  auto invite = make_request(sip::Method::Invite);
  invite.remove(sip::HeaderName::UserAgent);
  announce(invite, house_.product);
  put_session_wish(invite, house_.session.interval, house_.session);
  invite.set_body(kSdp, *offer);
  send(std::move(invite), [this](const sip::Response& response) { receive(response); });
}

void RevivedLeg::on_registered(const sip::Uri& contact, const sip::Flow& flow) {
  if (state_ == State::Ended || media_.answered() || !sip::is_reliable(flow.kind)) return;
  if (flow.kind != dialog_->flow().kind || contact.user != dialog_->remote_target().user) return;
  dialog_->move_to(flow);
  resume();
}

void RevivedLeg::receive(const sip::Response& response) {
  if (response.is_provisional()) return;
  if (response.is_success()) return receive_success(response);
  if (media_.answered()) return;
  // RFC 3261 section 12.2.1.2: the phone knows nothing of the call any more.
  if (response.status() == 481 || response.status() == 408) return end_by_peer(Cause::Unreachable);
  const auto next = next_offer_kind(house_.encryption, offered_);
  if (response.status() == 488 && next) offered_ = *next;
  retry_.start(kUntilNextTry);
}

void RevivedLeg::receive_success(const sip::Response& response) {
  acknowledge(response);
  // The same answer again: its ACK was lost.
  if (media_.answered()) return;
  peer_.learn(response);
  if (const auto taken = media_.receive_answer(sip::session_description(response).value_or("")); !taken) {
    house_.log.warning("Going on with the call of {}: {}", party().extension, taken.error().text);
    send_bye(Cause::NoCommonCodec);
    return end_by_peer(Cause::NoCommonCodec);
  }
  refresh_.start(session_terms_answered(response, house_.session));
  note_return();
}

void RevivedLeg::hang_up(const Ending& ending) {
  if (state_ == State::Ended) return;
  send_bye(ending);
  forget_dialog();
  enter_ended();
}

void RevivedLeg::enter_ended() {
  state_ = State::Ended;
  retry_.stop();
}

void RevivedLeg::on_server_failure(sip::ServerTransactionId transaction) {
  if (!forget_reinvite(transaction) || state_ != State::Confirmed) return;
  send_bye(Cause::AckMissing);
  end_by_peer(Cause::AckMissing);
}

}  // namespace webcalling::call
