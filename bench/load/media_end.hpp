#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/random.hpp"
#include "base/timer_queue.hpp"
#include "load/description.hpp"
#include "load/media_network.hpp"
#include "load/speech.hpp"
#include "media/dtls/dtls_endpoint.hpp"
#include "media/srtp/srtp_session.hpp"

namespace webcalling::load {

/// The media of one end of a call, as a phone or a browser has it: speaks when told to, and listens. A browser's is a
/// controlling ICE agent with one candidate, that checks its path as long as it lives (RFC 7675).
class MediaEnd {
 public:
  struct Surroundings {
    MediaNetwork& network;
    TimerQueue& timers;
    Random& random;
    const media::dtls::Context& dtls;
  };
  struct Words {
    media::CodecId codec = media::CodecId::Pcmu;
    std::shared_ptr<Speech> speech;
    Ear ear;
  };

  /// Fails if the machine has no port for it.
  static Result<std::unique_ptr<MediaEnd>> open(const Surroundings& surroundings, MediaKind kind, Words words);
  ~MediaEnd();
  MediaEnd(const MediaEnd&) = delete;
  MediaEnd& operator=(const MediaEnd&) = delete;

  [[nodiscard]] const OwnMedia& own() const { return own_; }
  [[nodiscard]] MediaKind kind() const { return own_.kind; }
  [[nodiscard]] Ear& ear() { return words_.ear; }
  [[nodiscard]] const std::shared_ptr<Speech>& speech() const { return words_.speech; }

  /// Begins with what the server has described.
  void connect(const ServerMedia& server);
  /// Speech gets through: at once without encryption, else when the keys are there.
  [[nodiscard]] bool is_connected() const;
  /// The next 20 ms.
  void speak();

 private:
  MediaEnd(const Surroundings& surroundings, MediaKind kind, Words words);
  void receive(MutableBytes datagram);
  void receive_stun(Bytes datagram);
  void receive_rtp(MutableBytes datagram);
  void check();
  void drain();

  Surroundings around_;
  OwnMedia own_;
  Words words_;
  std::optional<ServerMedia> server_;
  std::uint32_t ssrc_;
  std::uint16_t sequence_;
  std::uint32_t timestamp_;

  struct Encryption {
    media::dtls::DtlsEndpoint dtls;
    std::optional<media::srtp::SrtpSession> send;
    std::optional<media::srtp::SrtpSession> receive;
    bool path_is_checked = false;
    Timer check_timer;
    Timer dtls_timer;
  };
  std::unique_ptr<Encryption> encryption_;
};

}  // namespace webcalling::load
