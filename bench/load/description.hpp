#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/endpoint.hpp"
#include "base/result.hpp"
#include "media/codec/codec_id.hpp"
#include "media/dtls/fingerprint.hpp"
#include "media/ice/credentials.hpp"

namespace webcalling::load {

/// How an end of a call carries its media.
enum class MediaKind : std::uint8_t {
  Plain,   ///< RTP in the clear
  WebRtc,  ///< ICE, DTLS-SRTP
};

/// What one end says of itself.
struct OwnMedia {
  MediaKind kind = MediaKind::Plain;
  media::CodecId codec = media::CodecId::Pcmu;
  Endpoint at;
  media::ice::Credentials ice;
  std::string fingerprint;
};

/// What the server said of its end.
struct ServerMedia {
  Endpoint at;
  std::uint8_t payload_type = 0;
  media::ice::Credentials ice;
  std::vector<media::dtls::Fingerprint> fingerprints;
  /// We say hello.
  bool we_are_dtls_client = false;
};

[[nodiscard]] std::string make_offer(const OwnMedia& own);
/// `offered` is what read() made of the offer.
[[nodiscard]] std::string make_answer(const OwnMedia& own, const ServerMedia& offered);
/// Fails if the description lacks the codec, an address, or what WebRTC needs.
[[nodiscard]] Result<ServerMedia> read(std::string_view description, MediaKind kind, media::CodecId codec);

}  // namespace webcalling::load
