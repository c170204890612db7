#include "sdp/transport.hpp"

#include <utility>

#include "base/ascii.hpp"
#include "sdp/audio_line.hpp"
#include "sdp/tokens.hpp"

namespace webcalling::sdp {
namespace {

// RFC 8842 §5.3. An offer without a=setup is read as actpass, as browsers do.
Result<Setup> answer_setup(Setup offered, Setup preferred) {
  switch (offered) {
    case Setup::ActPass: return preferred == Setup::Passive ? Setup::Passive : Setup::Active;
    case Setup::Active: return Setup::Passive;
    case Setup::Passive: return Setup::Active;
    case Setup::HoldConn: break;
  }
  return unsupported("a=setup:holdconn leaves no DTLS role to take");
}

// RFC 8842 §5.4. An answer without a=setup is read as active, as browsers do.
Result<Setup> offerer_setup(Setup offered, Setup answered) {
  const bool they_may_be_active = offered == Setup::ActPass || offered == Setup::Passive;
  const bool they_may_be_passive = offered == Setup::ActPass || offered == Setup::Active;
  if (answered == Setup::Active && they_may_be_active) return Setup::Passive;
  if (answered == Setup::Passive && they_may_be_passive) return Setup::Active;
  return unsupported("a=setup:{} does not answer a=setup:{}", text(answered), text(offered));
}

bool has_fingerprint(const Session& session, const Media& media) {
  return !effective_fingerprints(session, media).empty();
}

// What keeps a side that checks paths and shares one port from being the other end of an ICE-lite one; nothing if it
// is.
std::optional<Error> ice_obstacle(const Session& theirs, const Media& media) {
  const auto because = [&](std::string_view what) { return unsupported("{} {}", media.protocol, what).value(); };
  if (!has_fingerprint(theirs, media)) return because("has no a=fingerprint");
  if (!effective_ice(theirs, media)) return because("has no a=ice-ufrag and a=ice-pwd");
  // RFC 8445 §2.5: a lite agent only answers checks.
  if (theirs.ice_lite) return unsupported("both sides are ICE-lite, so neither would check the path").value();
  if (!media.rtcp_mux) return because("has no a=rtcp-mux");
  return std::nullopt;
}

WebRtcPeer webrtc_peer(DtlsPeer dtls, const Session& theirs, const Media& media) {
  WebRtcPeer peer;
  static_cast<DtlsPeer&>(peer) = std::move(dtls);
  peer.ice = *effective_ice(theirs, media);
  peer.candidates = media.candidates;
  return peer;
}

Result<void> take_plain_peer(Agreement& agreement, const Session& theirs, const Media& media, Protection protection) {
  auto peer = plain_peer(theirs, media, agreement.rtcp_mux);
  if (!peer) return tl::unexpected(std::move(peer.error()));
  peer->protection = std::move(protection);
  agreement.peer = std::move(*peer);
  return {};
}

void take_webrtc_peer(Agreement& agreement, const Session& theirs, const Media& media, DtlsPeer dtls) {
  agreement.rtcp_mux = true;
  agreement.peer = webrtc_peer(std::move(dtls), theirs, media);
}

// An offer that we take without ICE, though it may offer that: then its default address counts (RFC 8839 §4.2.5).
Result<void> agree_on_plain(Agreement& agreement, const Session& offer, const Media& line, const Capabilities& ours,
                            Protection protection) {
  if (line.rtcp_mux_only && !ours.rtcp_mux) return unsupported("a=rtcp-mux-only is not allowed here");
  agreement.rtcp_mux = line.rtcp_mux && ours.rtcp_mux;
  return take_plain_peer(agreement, offer, line, std::move(protection));
}

Result<void> agree_on_dtls(Agreement& agreement, const Session& offer, const Media& line, const Capabilities& ours) {
  const auto setup = answer_setup(effective_setup(offer, line).value_or(Setup::ActPass), ours.setup);
  if (!setup) return tl::unexpected(setup.error());
  DtlsPeer dtls{effective_fingerprints(offer, line), *setup};
  auto obstacle = ice_obstacle(offer, line);
  if (ours.webrtc && !obstacle) {
    take_webrtc_peer(agreement, offer, line, std::move(dtls));
    return {};
  }
  if (ours.dtls) return agree_on_plain(agreement, offer, line, ours, std::move(dtls));
  if (ours.webrtc && obstacle) return tl::unexpected(std::move(*obstacle));
  return unsupported("{} is not allowed here", line.protocol);
}

Result<void> agree_on_sdes(Agreement& agreement, const Session& offer, const Media& line, const Capabilities& ours) {
  if (!ours.sdes) return unsupported("{} with keys in a=crypto is not allowed here", line.protocol);
  auto peer = first_usable(line.cryptos);
  if (!peer) return unsupported("{} has no a=crypto that we can do", line.protocol);
  return agree_on_plain(agreement, offer, line, ours, std::move(*peer));
}

Result<void> agree_in_the_clear(Agreement& agreement, const Session& offer, const Media& line,
                                const Capabilities& ours) {
  if (!ours.plain_rtp) return unsupported("{} is not encrypted, which is not allowed here", line.protocol);
  return agree_on_plain(agreement, offer, line, ours, Unprotected{});
}

// The answer to an offer of ours with ICE. Our lite agent knows a peer by its checks alone; a full one can do without.
bool answers_with_ice(const Session& our_offer, const Media& ours, const Session& answer, const Media& theirs) {
  if (!effective_ice(our_offer, ours)) return false;
  return our_offer.ice_lite || (effective_ice(answer, theirs) && theirs.rtcp_mux);
}

Result<void> accept_webrtc(Agreement& agreement, const Session& our_offer, const Session& answer, const Media& theirs,
                           DtlsPeer dtls) {
  auto obstacle = our_offer.ice_lite ? ice_obstacle(answer, theirs) : std::nullopt;
  if (obstacle) return tl::unexpected(std::move(*obstacle));
  take_webrtc_peer(agreement, answer, theirs, std::move(dtls));
  return {};
}

// The key under the tag of one of our lines (RFC 4568 §5.1.3); nothing if it is not of that line's suite.
std::optional<SdesPeer> answered_key(const Media& ours, const Media& theirs) {
  for (const auto& line : ours.cryptos) {
    for (const auto& answered : theirs.cryptos) {
      if (answered.tag != line.tag || !ascii::equals_ignoring_case(answered.suite, line.suite)) continue;
      if (auto key = usable_key(answered)) return SdesPeer{answered.tag, *std::move(key)};
    }
  }
  return std::nullopt;
}

// Keys in answer to an offer that had none are passed over: some phones name theirs always (measured: baresip).
Result<Protection> accept_sdes_or_none(const Media& ours, const Media& theirs) {
  if (auto key = answered_key(ours, theirs)) return *std::move(key);
  if (ours.demands_encryption()) return unsupported("it has no key for {}", ours.protocol);
  if (theirs.demands_encryption()) return unsupported("{} does not answer {}", theirs.protocol, ours.protocol);
  return Unprotected{};
}

}  // namespace

Result<void> agree_on_transport(Agreement& agreement, const Session& offer, const Media& line,
                                const Capabilities& ours) {
  if (!line.is_rtp()) return unsupported("protocol '{}' is not supported", quotable(line.protocol));
  std::optional<Error> obstacle;
  const auto agreed = [&](Result<void> result) {
    if (!result && !obstacle) obstacle = std::move(result.error());
    return result.has_value();
  };
  if (has_fingerprint(offer, line) && agreed(agree_on_dtls(agreement, offer, line, ours))) return {};
  const bool may_be_sdes = !line.is_dtls() && !line.cryptos.empty();
  if (may_be_sdes && agreed(agree_on_sdes(agreement, offer, line, ours))) return {};
  if (!line.demands_encryption()) return agree_in_the_clear(agreement, offer, line, ours);
  if (obstacle) return tl::unexpected(std::move(*obstacle));
  return unsupported("{} has no a=fingerprint{}", line.protocol,
                     line.is_dtls() ? "" : " and no a=crypto that can be read");
}

Result<void> accept_transport(Agreement& agreement, const Session& our_offer, const Media& ours, const Session& answer,
                              const Media& theirs) {
  if (!theirs.is_rtp()) return unsupported("protocol '{}' is not supported", quotable(theirs.protocol));
  agreement.rtcp_mux = ours.rtcp_mux && theirs.rtcp_mux;
  const bool may_be_dtls = has_fingerprint(our_offer, ours) && has_fingerprint(answer, theirs);
  if (!may_be_dtls) {
    if (ours.is_dtls() && theirs.is_dtls()) return unsupported("{} has no a=fingerprint", theirs.protocol);
    if (ours.is_dtls() != theirs.is_dtls()) {
      return unsupported("{} does not answer {}", theirs.protocol, ours.protocol);
    }
    auto protection = accept_sdes_or_none(ours, theirs);
    if (!protection) return tl::unexpected(std::move(protection.error()));
    return take_plain_peer(agreement, answer, theirs, std::move(*protection));
  }
  const auto setup = offerer_setup(effective_setup(our_offer, ours).value_or(Setup::ActPass),
                                   effective_setup(answer, theirs).value_or(Setup::Active));
  if (!setup) return tl::unexpected(setup.error());
  DtlsPeer dtls{effective_fingerprints(answer, theirs), *setup};
  if (answers_with_ice(our_offer, ours, answer, theirs)) {
    return accept_webrtc(agreement, our_offer, answer, theirs, std::move(dtls));
  }
  return take_plain_peer(agreement, answer, theirs, std::move(dtls));
}

}  // namespace webcalling::sdp
