#include "call/leg/leg_media.hpp"

#include <algorithm>
#include <utility>

#include "call/leg/media_settings.hpp"
#include "sdp/negotiate.hpp"
#include "sdp/parser.hpp"
#include "sdp/writer.hpp"

namespace webcalling::call {
namespace {

/// A browser that is the DTLS client settles on AES-GCM, which costs a third of the AES-CM that it picks as server.
constexpr sdp::Setup kSetup = sdp::Setup::Passive;

/// `first`, then the others of `rest` in their order.
std::vector<sdp::Codec> preferring(std::optional<sdp::Codec> first, std::vector<sdp::Codec> rest) {
  if (first) std::stable_partition(rest.begin(), rest.end(), [&](sdp::Codec codec) { return codec == *first; });
  return rest;
}

/// A key for each suite (RFC 4568 section 6.1 wants no key to stand in two lines).
std::vector<sdp::SdesKey> make_keys(Random& random) {
  std::vector<sdp::SdesKey> keys;
  for (const sdp::CryptoSuite suite : sdp::kCryptoSuites) {
    sdp::SdesKey key{suite, ByteVector(sdp::key_and_salt_length(suite))};
    random.fill(key.key_and_salt);
    keys.push_back(std::move(key));
  }
  return keys;
}

sdp::Fingerprint described(const media::dtls::Fingerprint& fingerprint) {
  const Bytes digest = fingerprint.digest();
  return {.hash = std::string(media::dtls::name(fingerprint.hash())), .bytes = {digest.begin(), digest.end()}};
}

Result<sdp::Session> read_offer(std::string_view text) {
  auto offer = sdp::parse(text);
  if (!offer) return in_context("Reading the offer", std::move(offer.error()));
  return offer;
}

}  // namespace

void LegMedia::close() {
  if (leg_) control_.close(leg_->id);
  leg_.reset();
}

Result<void> LegMedia::receive_offer(std::string_view sdp, const IpAddress& local) {
  auto offer = read_offer(sdp);
  if (!offer) return Failure(std::move(offer.error()));
  if (auto possible = sdp::negotiate(*offer, capabilities()); !possible) return Failure(std::move(possible.error()));
  offer_ = std::move(*offer);
  local_address_ = local;
  return {};
}

Result<std::string> LegMedia::answer(std::optional<sdp::Codec> preferred) {
  if (!answer_text_.empty()) return answer_text_;
  auto ours = capabilities();
  ours.codecs = preferring(preferred, sdp::known_codecs(*offer_));
  auto agreement = sdp::negotiate(*offer_, ours);
  if (!agreement) return Failure(std::move(agreement.error()));
  if (auto opened = open(agreement->is_webrtc(), local_address_); !opened) return Failure(std::move(opened.error()));
  agreement_ = std::move(*agreement);
  answer_text_ = answer_to(*offer_, *agreement_);
  configure();
  return answer_text_;
}

Result<std::string> LegMedia::make_offer(sdp::OfferKind kind, const IpAddress& local, std::vector<sdp::Codec> codecs) {
  if (!leg_) {
    auto opened = open(kind == sdp::OfferKind::WebRtc, local);
    if (!opened) return Failure(std::move(opened.error()));
  }
  sdp::OfferSpec spec{.local = describe_local(), .kind = kind, .codecs{codecs.begin(), codecs.end()}};
  offer_ = sdp::make_offer(spec);
  described_ = offer_;
  return sdp::write(*offer_);
}

Result<void> LegMedia::receive_answer(std::string_view sdp) {
  const auto answer = sdp::parse(sdp);
  if (!answer) return in_context("Reading the answer", answer.error());
  auto agreement = sdp::accept_answer(*offer_, *answer);
  if (!agreement) return Failure(std::move(agreement.error()));
  agreement_ = std::move(*agreement);
  configure();
  return {};
}

Result<std::string> LegMedia::answer_reoffer(std::string_view sdp) {
  const auto offer = read_offer(sdp);
  if (!offer) return Failure(offer.error());
  auto ours = capabilities();
  ours.codecs = preferring(codec(), sdp::known_codecs(*offer));
  auto agreement = sdp::renegotiate(*offer, ours, *agreement_);
  if (!agreement) return Failure(std::move(agreement.error()));

  if (sdp::rekeyed(*agreement_, *agreement)) renew_keys();
  if (sdp::ice_restarted(*agreement_, *agreement)) {
    std::get<media::LocalWebRtc>(leg_->transport).ice = control_.restart_ice(leg_->id);
  }
  agreement_ = std::move(*agreement);
  std::string text = answer_to(*offer, *agreement_);
  configure();
  return text;
}

std::string LegMedia::reoffer() {
  if (off()) {
    pending_offer_ = described_;
    return sdp::write(*described_);
  }
  auto spec = sdp::reoffer(*agreement_, describe_local(), *described_);
  spec.direction = agreement_->direction;
  auto offer = sdp::make_offer(spec);
  // RFC 3264 section 8: the version grows if anything has changed, and only then.
  if (offer != *described_) offer.origin.session_version = ++session_version_;
  pending_offer_ = offer;
  described_ = std::move(offer);
  return sdp::write(*described_);
}

Result<void> LegMedia::receive_reanswer(std::string_view sdp) {
  const auto offer = std::exchange(pending_offer_, std::nullopt);
  if (!offer) return refused("Reading the answer: there was no offer");
  const auto answer = sdp::parse(sdp);
  if (!answer) return in_context("Reading the answer", answer.error());
  // The audio that the peer has switched off stays off: there is nothing to agree on.
  if (off()) return {};
  auto agreement = sdp::accept_answer(*offer, *answer);
  if (!agreement) return Failure(std::move(agreement.error()));
  agreement_ = std::move(*agreement);
  configure();
  return {};
}

void LegMedia::listen(const media::Source& source) {
  source_ = source;
  if (leg_) control_.listen(leg_->id, source_);
}

void LegMedia::send_digit(char digit, Duration length) {
  if (takes_events()) control_.send_digit(leg_->id, digit, length);
}

std::optional<sdp::Codec> LegMedia::codec() const {
  if (!agreement_) return std::nullopt;
  return agreement_->codec();
}

bool LegMedia::encrypted() const {
  const auto* plain = agreement_ ? std::get_if<sdp::PlainPeer>(&agreement_->peer) : nullptr;
  return plain != nullptr && !std::holds_alternative<sdp::Unprotected>(plain->protection);
}

std::vector<sdp::Codec> LegMedia::offered_codecs() const {
  return offer_ ? sdp::known_codecs(*offer_) : std::vector<sdp::Codec>{};
}

bool LegMedia::off() const { return agreement_ && described_->media.at(agreement_->media_index).is_rejected(); }

bool LegMedia::is_webrtc() const {
  if (leg_) return std::holds_alternative<media::LocalWebRtc>(leg_->transport);
  if (!offer_) return false;
  const auto possible = sdp::negotiate(*offer_, capabilities());
  return possible && possible->is_webrtc();
}

std::optional<media::LegId> LegMedia::id() const {
  if (!leg_) return std::nullopt;
  return leg_->id;
}

Result<void> LegMedia::open(bool webrtc, const IpAddress& local) {
  auto opened = webrtc ? control_.open_webrtc(call_, local) : control_.open_plain(call_, local);
  if (!opened) return in_context("Opening media", opened.error());
  leg_ = std::move(*opened);
  session_id_ = random_.u64() >> 2;
  session_version_ = 1;
  renew_keys();
  msid_ = "webcalling " + random_.token(16);
  control_.listen(leg_->id, source_);
  return {};
}

sdp::LocalMedia LegMedia::describe_local() const {
  sdp::LocalMedia local;
  local.session_id = session_id_;
  local.session_version = session_version_;
  local.ssrc = leg_->ssrc.value();
  local.cname = leg_->cname;
  local.msid = msid_;
  if (const auto* plain = std::get_if<media::LocalPlain>(&leg_->transport)) {
    local.rtp = plain->rtp;
    local.keys = keys_;
    local.fingerprint = described(plain->fingerprint);
    return local;
  }
  const auto& webrtc = std::get<media::LocalWebRtc>(leg_->transport);
  local.host_candidates = webrtc.candidates;
  local.ice = {.ufrag = webrtc.ice.ufrag, .password = webrtc.ice.pwd};
  local.fingerprint = described(webrtc.fingerprint);
  return local;
}

/// Once there are ports they decide between ICE and none, and the DTLS role stays (RFC 8842 section 5.3).
sdp::Capabilities LegMedia::capabilities() const {
  auto ours = call::capabilities(encryption_);
  ours.setup = kSetup;
  if (agreement_ && agreement_->dtls() != nullptr) ours.setup = agreement_->dtls()->our_setup;
  if (!leg_) return ours;
  ours.webrtc = is_webrtc();
  ours.plain_rtp = ours.plain_rtp && !ours.webrtc;
  ours.sdes = ours.sdes && !ours.webrtc;
  ours.dtls = ours.dtls && !ours.webrtc;
  return ours;
}

/// RFC 3264 section 8: a description that says something else than the last one has the next version.
std::string LegMedia::answer_to(const sdp::Session& offer, const sdp::Agreement& agreement) {
  auto answer = sdp::make_answer(offer, agreement, describe_local());
  if (described_ && *described_ != answer) answer.origin.session_version = ++session_version_;
  described_ = std::move(answer);
  return sdp::write(*described_);
}

void LegMedia::renew_keys() { keys_ = make_keys(random_); }

void LegMedia::configure() { control_.configure(leg_->id, media_settings(*agreement_, keys_)); }

}  // namespace webcalling::call
