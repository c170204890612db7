// libsrtp2, which most browsers and phones have, takes what we send and sends what we take.
#include <gtest/gtest.h>
#include <srtp2/srtp.h>

#include <algorithm>
#include <memory>
#include <random>
#include <string>

#include "media/srtp/srtp_session.hpp"

namespace webcalling::media::srtp {
namespace {

constexpr std::size_t kLongestPacket = 1500;

class LibSrtp {
 public:
  LibSrtp(const MasterKey& key, SrtpSession::Direction direction) {
    static const auto initialised = srtp_init();
    EXPECT_EQ(initialised, srtp_err_status_ok);
    std::array<std::uint8_t, kMasterKeyLength + kMaxMasterSaltLength> key_and_salt{};
    std::ranges::copy(key.salt, std::ranges::copy(key.key, key_and_salt.begin()).out);
    srtp_policy_t policy{};
    if (key.profile == Profile::AeadAes128Gcm) {
      srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtp);
      srtp_crypto_policy_set_aes_gcm_128_16_auth(&policy.rtcp);
    } else {
      srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtp);
      srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtcp);
      if (key.profile == Profile::Aes128CmSha1_32) srtp_crypto_policy_set_aes_cm_128_hmac_sha1_32(&policy.rtp);
    }
    policy.ssrc.type = direction == SrtpSession::Direction::Send ? ssrc_any_outbound : ssrc_any_inbound;
    policy.key = key_and_salt.data();
    policy.window_size = ReplayWindow::kSize;
    srtp_t session = nullptr;
    EXPECT_EQ(srtp_create(&session, &policy), srtp_err_status_ok);
    session_.reset(session);
  }

  /// One of libsrtp's functions for a packet; an empty one if it refuses.
  ByteVector run(decltype(srtp_protect)* function, const ByteVector& packet) {
    alignas(8) std::array<std::uint8_t, kLongestPacket> buffer{};
    std::ranges::copy(packet, buffer.begin());
    int length = static_cast<int>(packet.size());
    if (function(session_.get(), buffer.data(), &length) != srtp_err_status_ok) return {};
    return {buffer.begin(), buffer.begin() + length};
  }

 private:
  struct Deleter {
    void operator()(srtp_ctx_t_* session) const { srtp_dealloc(session); }
  };
  std::unique_ptr<srtp_ctx_t_, Deleter> session_;
};

class Packets {
 public:
  ByteVector bytes(std::size_t length) {
    ByteVector bytes(length);
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(random_());
    return bytes;
  }
  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(random_() % limit); }

  /// With every kind of header, of every length.
  ByteVector rtp(std::uint16_t sequence, std::uint32_t ssrc) {
    const auto sources = below(4) == 0 ? below(16) : 0;
    const bool has_extension = below(3) == 0;
    ByteVector packet;
    ByteWriter writer(packet);
    writer.u8(0x80U | (has_extension ? 0x10U : 0) | sources)
        .u8(below(256))
        .u16(sequence)
        .u32(below(1U << 30))
        .u32(ssrc);
    writer.bytes(bytes(4 * std::size_t{sources}));
    if (has_extension) {
      const auto words = below(5);
      writer.u16(0xBEDE).u16(words).bytes(bytes(4 * std::size_t{words}));
    }
    writer.bytes(bytes(below(1200)));
    return packet;
  }
  ByteVector rtcp(std::uint32_t ssrc) {
    ByteVector packet;
    const auto words = below(40);
    ByteWriter(packet).u8(0x81).u8(200).u16(words + 1).u32(ssrc).bytes(bytes(4 * std::size_t{words}));
    return packet;
  }

 private:
  std::minstd_rand random_{17};
};

using Operation = PacketResult (SrtpSession::*)(MutableBytes, std::size_t);

ByteVector run(SrtpSession& session, Operation operation, const ByteVector& packet) {
  ByteVector buffer = packet;
  buffer.resize(packet.size() + SrtpSession::kMaxExpansion);
  buffer.resize((session.*operation)(buffer, packet.size()).value_or(0));
  return buffer;
}

class LibSrtpTest : public ::testing::TestWithParam<Profile> {
 protected:
  MasterKey key() {
    MasterKey key{.profile = GetParam()};
    std::ranges::copy(packets_.bytes(key.key.size()), key.key.begin());
    std::ranges::copy(packets_.bytes(salt_length(key.profile)), key.salt.begin());
    return key;
  }

  Packets packets_;
  MasterKey key_ = key();
  SrtpSession our_sender_ = *SrtpSession::create(key_, SrtpSession::Direction::Send);
  SrtpSession our_receiver_ = *SrtpSession::create(key_, SrtpSession::Direction::Receive);
  LibSrtp their_sender_{key_, SrtpSession::Direction::Send};
  LibSrtp their_receiver_{key_, SrtpSession::Direction::Receive};
};

INSTANTIATE_TEST_SUITE_P(Profiles, LibSrtpTest,
                         ::testing::Values(Profile::AeadAes128Gcm, Profile::Aes128CmSha1_80, Profile::Aes128CmSha1_32),
                         [](const auto& info) { return std::string(name(info.param)); });

TEST_P(LibSrtpTest, MakesTheSamePacketsAndReadsThem) {
  std::uint16_t sequence = 60000;
  for (int i = 0; i < 20'000; ++i) {
    // Over the wrap several times, with gaps.
    sequence = static_cast<std::uint16_t>(sequence + 1 + (packets_.below(50) == 0 ? packets_.below(800) : 0));
    const auto plain = packets_.rtp(sequence, 1 + packets_.below(2));
    const auto ours = run(our_sender_, &SrtpSession::protect, plain);
    ASSERT_FALSE(ours.empty());
    ASSERT_EQ(ours, their_sender_.run(srtp_protect, plain)) << "packet " << i;
    ASSERT_EQ(their_receiver_.run(srtp_unprotect, ours), plain) << "packet " << i;
    ASSERT_EQ(run(our_receiver_, &SrtpSession::unprotect, ours), plain) << "packet " << i;
  }
}

TEST_P(LibSrtpTest, SrtcpIsUnderstoodBothWays) {
  for (int i = 0; i < 2'000; ++i) {
    const auto plain = packets_.rtcp(1 + packets_.below(3));
    const auto ours = run(our_sender_, &SrtpSession::protect_rtcp, plain);
    ASSERT_FALSE(ours.empty());
    ASSERT_EQ(their_receiver_.run(srtp_unprotect_rtcp, ours), plain) << "packet " << i;
    const auto theirs = their_sender_.run(srtp_protect_rtcp, plain);
    ASSERT_EQ(run(our_receiver_, &SrtpSession::unprotect_rtcp, theirs), plain) << "packet " << i;
  }
}

TEST_P(LibSrtpTest, AcceptsAndRefusesTheSameOfAReorderedAndRepeatedStream) {
  std::vector<ByteVector> sent;
  for (std::uint32_t i = 0; i < 5'000; ++i)
    sent.push_back(run(our_sender_, &SrtpSession::protect, packets_.rtp(static_cast<std::uint16_t>(64000 + i), 1)));
  int accepted = 0;
  for (std::uint32_t i = 0; i < 40'000; ++i) {
    const auto newest = 1 + i / 8;
    const auto& packet = sent[newest - 1 - packets_.below(std::min(newest, 1300U))];
    const auto ours = run(our_receiver_, &SrtpSession::unprotect, packet);
    ASSERT_EQ(ours, their_receiver_.run(srtp_unprotect, packet)) << "packet " << i;
    if (!ours.empty()) ++accepted;
  }
  EXPECT_GT(accepted, 1'000);
}

}  // namespace
}  // namespace webcalling::media::srtp
