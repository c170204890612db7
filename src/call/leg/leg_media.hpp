#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.hpp"
#include "base/result.hpp"
#include "call/leg/encryption.hpp"
#include "call/leg/media_control.hpp"
#include "sdp/agreement.hpp"
#include "sdp/codec.hpp"
#include "sdp/describe.hpp"
#include "sdp/session.hpp"

namespace webcalling::call {

/// The offers and answers of one leg, and the media they set up: SDP text in, SDP text out. The media is closed when
/// this goes. Knows nothing of SIP.
class LegMedia {
 public:
  LegMedia(MediaControl& control, Random& random, CallId call, Encryption encryption = Encryption::Optional)
      : control_(control), random_(random), call_(call), encryption_(encryption) {}
  ~LegMedia() { close(); }
  LegMedia(const LegMedia&) = delete;
  LegMedia& operator=(const LegMedia&) = delete;

  /// The peer's first offer: Unsupported (488) if we share nothing with it, Malformed (400) if it cannot be read.
  /// `local` is the address by which the peer reaches us. Nothing is answered yet.
  [[nodiscard]] Result<void> receive_offer(std::string_view sdp, const IpAddress& local);
  /// Our answer to it, and media is set up. The first call decides, preferring `preferred` if it was offered; later
  /// calls repeat the same text (INTEROP: the SDP of a 183 and its 200 must be identical).
  [[nodiscard]] Result<std::string> answer(std::optional<sdp::Codec> preferred);
  [[nodiscard]] bool answered() const { return agreement_.has_value(); }

  /// Our offer to a phone; `codecs` best first. One that was refused may be followed by another kind for the same
  /// ports.
  [[nodiscard]] Result<std::string> make_offer(sdp::OfferKind kind, const IpAddress& local,
                                               std::vector<sdp::Codec> codecs);
  /// The answer to it. The same or another answer may follow, e.g. in a 200 after a 183: the last one counts.
  [[nodiscard]] Result<void> receive_answer(std::string_view sdp);

  /// From now on the peer has every reason to send: whoever watches for lost media begins anew.
  void expect_media() { configure(); }

  /// Hold, resume, a moved address, other codecs or keys, an ICE restart, audio switched off and on: the peer offers
  /// anew within the call, and gets an answer, word for word the last one if that still says it all. After an error
  /// everything is as before.
  [[nodiscard]] Result<std::string> answer_reoffer(std::string_view sdp);

  /// What we described last, as an offer of ours within the call: for a refresh, and for an offerless re-INVITE. Until
  /// it is answered or withdrawn the media runs as before.
  [[nodiscard]] std::string reoffer();
  /// The answer to it; after an error everything is as before, and the offer is withdrawn.
  [[nodiscard]] Result<void> receive_reanswer(std::string_view sdp);
  void withdraw_offer() { pending_offer_.reset(); }
  /// An offer of ours is not answered yet: none of the peer can be taken meanwhile (RFC 3264 section 4).
  [[nodiscard]] bool awaits_answer() const { return !agreement_ || pending_offer_; }

  /// What the leg is to hear; remembered until the media is set up.
  void listen(const media::Source& source);

  /// The peer takes key presses as RFC 4733 events.
  [[nodiscard]] bool takes_events() const { return leg_ && agreement_ && !agreement_->telephone_events.empty(); }
  /// Presses a key there, if it does.
  void send_digit(char digit, Duration length);

  /// The leg is over: frees its ports. Nothing but asking for what was agreed on makes sense afterwards.
  void close();

  /// The peer has switched its audio off (port 0): neither side sends, until it offers audio again.
  [[nodiscard]] bool off() const;
  /// The peer wants no audio from us at present.
  [[nodiscard]] bool held() const { return agreement_ && agreement_->held_by_peer(); }
  /// The peer and we encrypt, and it is no browser, which always does.
  [[nodiscard]] bool encrypted() const;
  /// The codec in use; nothing before there is an agreement.
  [[nodiscard]] std::optional<sdp::Codec> codec() const;
  /// What the peer's first offer listed of ours, in its order.
  [[nodiscard]] std::vector<sdp::Codec> offered_codecs() const;
  [[nodiscard]] bool is_webrtc() const;
  [[nodiscard]] std::optional<media::LegId> id() const;

 private:
  [[nodiscard]] Result<void> open(bool webrtc, const IpAddress& local);
  [[nodiscard]] sdp::LocalMedia describe_local() const;
  [[nodiscard]] sdp::Capabilities capabilities() const;
  [[nodiscard]] std::string answer_to(const sdp::Session& offer, const sdp::Agreement& agreement);
  [[nodiscard]] std::string describe(sdp::Session session);
  void renew_keys();
  void configure();

  MediaControl& control_;
  Random& random_;
  CallId call_;
  Encryption encryption_;
  IpAddress local_address_;
  std::uint64_t session_id_ = 0;
  std::uint64_t session_version_ = 0;
  std::string msid_;
  /// Ours for SDES, one for each suite.
  std::vector<sdp::SdesKey> keys_;
  std::optional<media::LocalLeg> leg_;
  /// The description that the agreement is about: the peer's first offer, or ours.
  std::optional<sdp::Session> offer_;
  /// What we said last.
  std::optional<sdp::Session> described_;
  std::optional<sdp::Session> pending_offer_;
  std::optional<sdp::Agreement> agreement_;
  std::string answer_text_;
  media::Source source_ = media::Silence{};
};

}  // namespace webcalling::call
