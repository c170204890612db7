#include "sdp/negotiate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sdp/audio_line.hpp"
#include "sdp/transport.hpp"

namespace webcalling::sdp {
namespace {

bool contains(const std::vector<Codec>& codecs, Codec codec) {
  return std::find(codecs.begin(), codecs.end(), codec) != codecs.end();
}

const CodecFormat* find_format(const std::vector<CodecFormat>& formats, Codec codec) {
  const auto found = std::find_if(formats.begin(), formats.end(),
                                  [codec](const CodecFormat& format) { return format.codec == codec; });
  return found == formats.end() ? nullptr : &*found;
}

const CodecFormat* choose_codec(const std::vector<CodecFormat>& offered, const Capabilities& ours) {
  if (ours.order == CodecOrder::Offerers) {
    const auto found = std::find_if(offered.begin(), offered.end(),
                                    [&](const CodecFormat& format) { return contains(ours.codecs, format.codec); });
    return found == offered.end() ? nullptr : &*found;
  }
  for (const auto codec : ours.codecs) {
    if (const auto* format = find_format(offered, codec)) return format;
  }
  return nullptr;
}

Failure no_common_codec(const std::vector<Codec>& ours) {
  std::vector<std::string_view> names;
  for (const auto codec : ours) names.push_back(text(codec));
  return unsupported("there is no codec in common; we have {}", fmt::join(names, ", "));
}

// RFC 4733 §2.5.1.1 wants the clock of the audio it replaces. Phones that mix clocks (baresip: Opus with events at
// 8000) get what they offer.
void prefer_clock(std::vector<AgreedTelephoneEvent>& events, Codec codec) {
  std::stable_partition(events.begin(), events.end(), [codec](const AgreedTelephoneEvent& event) {
    return event.clock_rate == rtp_clock_rate(codec);
  });
}

std::vector<AgreedTelephoneEvent> choose_telephone_event(const Media& offered, Codec codec) {
  std::vector<AgreedTelephoneEvent> events;
  for (const auto& format : telephone_event_formats(offered)) {
    events.push_back({format.payload_type, format.payload_type, format.clock_rate});
  }
  prefer_clock(events, codec);
  if (events.size() > 1) events.resize(1);
  return events;
}

// What an agreement says of the other side, once the codecs are known.
void describe_peer(Agreement& agreement, const Session& theirs, const Media& media) {
  agreement.mid = media.mid;
  agreement.ptime = packet_time(media, agreement.codec());
  agreement.remote_direction = effective_direction(theirs, media);
  if (agreement.codec() == Codec::Opus) {
    const auto payload_type = agreement.codecs.front().send_payload_type;
    agreement.opus = parse_opus_parameters(media.find_format_parameters(payload_type));
  }
}

Result<Agreement> agree_on(const Session& offer, const Media& media, const Capabilities& ours) {
  if (media.is_rejected()) return unsupported("the audio has port 0");
  Agreement agreement;
  if (auto transport = agree_on_transport(agreement, offer, media, ours); !transport) {
    return tl::unexpected(transport.error());
  }
  const auto offered = codec_formats(media);
  const auto* chosen = choose_codec(offered, ours);
  if (chosen == nullptr) return no_common_codec(ours.codecs);
  agreement.codecs.push_back({chosen->codec, chosen->payload_type, chosen->payload_type});
  agreement.telephone_events = choose_telephone_event(media, chosen->codec);
  describe_peer(agreement, offer, media);
  agreement.direction = limited_by(agreement.remote_direction, ours.direction);
  agreement.bundled = is_bundled(offer, media);
  return agreement;
}

// RFC 3264 §6.1: the answerer should keep our numbers, but may use its own for what we are to send.
std::vector<AgreedCodec> common_codecs(const Media& ours, const Media& theirs) {
  std::vector<AgreedCodec> out;
  const auto offered = codec_formats(ours);
  for (const auto& answered : codec_formats(theirs)) {
    const auto same = std::find_if(offered.begin(), offered.end(), [&](const CodecFormat& format) {
      return format.codec == answered.codec && format.payload_type == answered.payload_type;
    });
    const auto* format = same == offered.end() ? find_format(offered, answered.codec) : &*same;
    if (format != nullptr) out.push_back({answered.codec, answered.payload_type, format->payload_type});
  }
  return out;
}

std::vector<AgreedTelephoneEvent> common_telephone_events(const Media& ours, const Media& theirs, Codec codec) {
  std::vector<AgreedTelephoneEvent> out;
  for (const auto& answered : telephone_event_formats(theirs)) {
    for (const auto& offered : telephone_event_formats(ours)) {
      if (offered.clock_rate != answered.clock_rate) continue;
      out.push_back({answered.payload_type, offered.payload_type, answered.clock_rate});
      break;
    }
  }
  prefer_clock(out, codec);
  return out;
}

Result<Agreement> accept_line(const Session& our_offer, const Media& ours, const Session& answer, const Media& theirs) {
  Agreement agreement;
  if (auto transport = accept_transport(agreement, our_offer, ours, answer, theirs); !transport) {
    return tl::unexpected(transport.error());
  }
  agreement.codecs = common_codecs(ours, theirs);
  if (agreement.codecs.empty()) return unsupported("it contains none of the codecs that we offered");
  agreement.telephone_events = common_telephone_events(ours, theirs, agreement.codec());
  describe_peer(agreement, answer, theirs);
  agreement.direction = limited_by(agreement.remote_direction, effective_direction(our_offer, ours));
  agreement.bundled = is_bundled(our_offer, ours) && is_bundled(answer, theirs);
  return agreement;
}

// The first audio line, if no audio line has a port.
std::optional<std::size_t> switched_off_audio(const Session& offer) {
  std::optional<std::size_t> first;
  for (std::size_t i = 0; i < offer.media.size(); ++i) {
    if (!offer.media[i].is_audio()) continue;
    if (!offer.media[i].is_rejected()) return std::nullopt;
    if (!first) first = i;
  }
  return first;
}

}  // namespace

Result<Agreement> negotiate(const Session& offer, const Capabilities& ours) {
  std::optional<Error> first_obstacle;
  for (std::size_t i = 0; i < offer.media.size(); ++i) {
    if (!offer.media[i].is_audio()) continue;
    auto agreement = agree_on(offer, offer.media[i], ours);
    if (agreement) {
      agreement->media_index = i;
      return agreement;
    }
    if (!first_obstacle) first_obstacle = agreement.error();
  }
  if (first_obstacle) return in_context("SDP offer", *std::move(first_obstacle));
  return unsupported("SDP offer: there is no audio in it");
}

Result<Agreement> renegotiate(const Session& offer, const Capabilities& ours, const Agreement& current) {
  auto agreement = negotiate(offer, ours);
  const auto place = switched_off_audio(offer);
  if (agreement || !place) return agreement;
  Agreement off = current;
  off.media_index = *place;
  off.mid = offer.media[*place].mid;
  off.bundled = false;
  off.direction = Direction::Inactive;
  off.remote_direction = Direction::Inactive;
  return off;
}

Result<Agreement> accept_answer(const Session& our_offer, const Session& answer) {
  // m= lines answer one another by their place (RFC 3264 §6).
  const auto lines = std::min(our_offer.media.size(), answer.media.size());
  for (std::size_t i = 0; i < lines; ++i) {
    const auto& ours = our_offer.media[i];
    const auto& theirs = answer.media[i];
    if (!ours.is_audio() || ours.is_rejected() || !theirs.is_audio() || theirs.is_rejected()) continue;
    auto agreement = accept_line(our_offer, ours, answer, theirs);
    if (!agreement) return in_context("SDP answer", agreement.error());
    agreement->media_index = i;
    return agreement;
  }
  return unsupported("SDP answer: it rejects the audio");
}

std::vector<Codec> known_codecs(const Session& session) {
  for (const auto& media : session.media) {
    if (!media.is_audio() || media.is_rejected() || !media.is_rtp()) continue;
    std::vector<Codec> out;
    for (const auto& format : codec_formats(media)) {
      if (!contains(out, format.codec)) out.push_back(format.codec);
    }
    return out;
  }
  return {};
}

}  // namespace webcalling::sdp
