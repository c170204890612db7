#include "media/session/plain_transport.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "media/session/world_for_tests.hpp"

namespace webcalling::media {
namespace {

using Kind = ReceivedPacket::Kind;

const Endpoint kDescribed{ip("192.168.1.5"), 4000};
const Endpoint kDescribedRtcp{ip("192.168.1.5"), 4001};
const Endpoint kNat{ip("203.0.113.9"), 61000};
const Endpoint kNatRtcp{ip("203.0.113.9"), 61777};
const Endpoint kStranger{ip("198.51.100.66"), 5555};

ByteVector rtp(int sequence, std::uint32_t ssrc = 7) {
  ByteVector packet(RtpHeader::kSize + 160);
  write_header(packet, {.payload_type = PayloadType(0),
                        .sequence = SequenceNumber(static_cast<std::uint16_t>(sequence)),
                        .ssrc = Ssrc(ssrc)});
  return packet;
}

ByteVector rtcp() { return {0x80, 201, 0, 1, 0, 0, 0, 7}; }

class PlainTransportTest : public ::testing::Test, private DatagramSender {
 protected:
  struct Sent {
    PlainPort port;
    Endpoint to;
  };

  Kind receive(ByteVector datagram, const Endpoint& from, PlainPort port = PlainPort::Rtp) {
    return transport_.receive(port, datagram, from).kind;
  }
  /// What became of the last of `count` packets in sequence.
  Kind receive_row(int count, const Endpoint& from, std::uint32_t ssrc = 7) {
    Kind last = Kind::Refused;
    for (int i = 0; i < count; ++i) last = receive(rtp(sequence_++, ssrc), from);
    return last;
  }
  void describe(const Endpoint& address, bool mux = false) {
    transport_.set_remote(
        {address, {address.address, static_cast<std::uint16_t>(address.port == 0 ? 0 : address.port + 1)}, mux, {}});
  }
  bool send_rtp() {
    ByteVector packet = rtp(1);
    return transport_.send_rtp(packet, packet.size());
  }
  bool send_rtcp() {
    ByteVector packet = rtcp();
    return transport_.send_rtcp(packet, packet.size());
  }
  Endpoint rtp_goes_to() {
    EXPECT_TRUE(send_rtp());
    return sent_.back().to;
  }

  std::vector<Sent> sent_;
  TimerQueue timers_{TimePoint{1000s}};
  SeededRandom random_{1};
  ShardServices services_{timers_, random_, [] { return WallTime{}; }, [](LegId, const LegEvent&) {}};
  PlainTransport transport_{LegId(1), World::server_context(), services_, *this};

 private:
  void send_shared(const IpAddress&, const Endpoint&, Bytes) override { ADD_FAILURE(); }
  void send_plain(LegId, PlainPort port, const Endpoint& to, Bytes) override { sent_.push_back({port, to}); }

  int sequence_ = 0;
};

TEST_F(PlainTransportTest, BelievesNobodyBeforeTheDescription) {
  EXPECT_EQ(receive_row(100, kStranger), Kind::Refused);
  EXPECT_EQ(receive(rtcp(), kStranger, PlainPort::Rtcp), Kind::Refused);
  EXPECT_FALSE(transport_.ready());
  EXPECT_FALSE(send_rtp());
  EXPECT_FALSE(send_rtcp());
  describe(kDescribed);
  EXPECT_EQ(transport_.locked(), std::nullopt);
  EXPECT_EQ(rtp_goes_to(), kDescribed);
}

TEST_F(PlainTransportTest, BelievesTheDescribedAddressAtItsFirstPacket) {
  describe(kDescribed);
  EXPECT_EQ(receive(rtp(1), kDescribed), Kind::Rtp);
  EXPECT_EQ(transport_.locked(), kDescribed);
}

TEST_F(PlainTransportTest, SendsToWhereThePeerBehindItsNatReallyIs) {
  describe(kDescribed);
  EXPECT_EQ(receive_row(2, kNat), Kind::Refused);
  EXPECT_EQ(rtp_goes_to(), kDescribed);
  EXPECT_EQ(receive_row(1, kNat), Kind::Rtp);
  EXPECT_EQ(rtp_goes_to(), kNat);
}

TEST_F(PlainTransportTest, SprayedPortLearnsNothing) {
  describe(kDescribed);
  for (int i = 0; i < 1000; ++i) {
    EXPECT_EQ(receive(rtp(0), kStranger), Kind::Refused) << "always the same header";
    EXPECT_EQ(receive(rtp(i * 7), kStranger), Kind::Refused) << "no sequence";
    EXPECT_EQ(receive(rtp(i, static_cast<std::uint32_t>(i)), kStranger), Kind::Refused) << "no source";
    EXPECT_EQ(receive(rtp(i), {kStranger.address, static_cast<std::uint16_t>(1000 + i)}), Kind::Refused);
  }
  EXPECT_EQ(rtp_goes_to(), kDescribed);
}

TEST_F(PlainTransportTest, LockedAddressIsTheOnlyOneThatIsHeard) {
  describe(kDescribed);
  receive(rtp(1), kDescribed);
  EXPECT_EQ(receive_row(1000, kStranger), Kind::Refused);
  EXPECT_EQ(receive_row(1000, {kDescribed.address, 4002}), Kind::Refused) << "another port of the same host";
  EXPECT_EQ(receive(rtp(2), kDescribed), Kind::Rtp);
  EXPECT_EQ(rtp_goes_to(), kDescribed);
}

TEST_F(PlainTransportTest, DescribedAddressTakesOverFromAStrangerWhoWasQuicker) {
  describe(kDescribed);
  ASSERT_EQ(receive_row(3, kStranger), Kind::Rtp);
  receive_row(2, kDescribed);
  EXPECT_EQ(rtp_goes_to(), kStranger) << "one forged packet moves nothing";
  receive(rtp(0), kStranger);
  EXPECT_EQ(receive_row(1, kDescribed), Kind::Rtp) << "whatever the stranger sends in between";
  EXPECT_EQ(rtp_goes_to(), kDescribed);
  EXPECT_EQ(receive_row(1000, kStranger), Kind::Refused);
}

TEST_F(PlainTransportTest, NoiseIsRefused) {
  describe(kDescribed);
  EXPECT_EQ(receive({}, kDescribed), Kind::Refused);
  EXPECT_EQ(receive({0, 1, 0, 0}, kDescribed), Kind::Refused) << "STUN";
  EXPECT_EQ(receive({22, 254, 253}, kDescribed), Kind::Refused) << "DTLS";
  for (int i = 0; i < 5; ++i) EXPECT_EQ(receive({0x80, 0}, kNat), Kind::Refused) << "too short to prove anything";
  EXPECT_EQ(transport_.locked(), std::nullopt);
}

TEST_F(PlainTransportTest, OldStyleHoldDoesNotMoveThePeer) {
  describe(kDescribed);
  receive_row(3, kNat);
  describe({ip("0.0.0.0"), 4000});
  EXPECT_EQ(receive_row(1, kNat), Kind::Rtp);
  EXPECT_EQ(rtp_goes_to(), kNat);
  describe({ip("192.168.1.5"), 0});
  EXPECT_EQ(rtp_goes_to(), kNat);
}

TEST_F(PlainTransportTest, PeerThatNeverHadAnAddressIsFoundByItsPackets) {
  describe({ip("0.0.0.0"), 0});
  EXPECT_FALSE(transport_.ready());
  EXPECT_EQ(receive_row(3, kNat), Kind::Rtp);
  EXPECT_EQ(rtp_goes_to(), kNat);
}

TEST_F(PlainTransportTest, NewDescriptionMovesThePeer) {
  describe(kDescribed);
  receive(rtp(1), kDescribed);
  const Endpoint moved{ip("192.0.2.77"), 7000};
  describe(moved);
  EXPECT_EQ(rtp_goes_to(), moved);
  EXPECT_EQ(receive_row(20, kDescribed), Kind::Refused) << "still on its way from before";
  EXPECT_EQ(rtp_goes_to(), moved);
  EXPECT_EQ(receive(rtp(5000), moved), Kind::Rtp);
  EXPECT_EQ(receive_row(1000, kDescribed), Kind::Refused);
}

TEST_F(PlainTransportTest, PeerThatMovedInItsDescriptionOnlyIsHeardAgain) {
  describe(kDescribed);
  receive_row(3, kNat);
  describe({kDescribed.address, 4002});
  EXPECT_EQ(receive_row(PlainTransport::kProofOfStaying, kNat), Kind::Rtp);
  EXPECT_EQ(rtp_goes_to(), kNat);
}

TEST_F(PlainTransportTest, SameDescriptionAgainAllowsANewPortOfTheSameNat) {
  describe(kDescribed);
  receive_row(3, kNat);
  const Endpoint remapped{kNat.address, 62345};
  EXPECT_EQ(receive_row(100, remapped), Kind::Refused) << "never without the signalling";
  describe(kDescribed);
  EXPECT_EQ(rtp_goes_to(), kNat);
  EXPECT_EQ(receive_row(100, kStranger), Kind::Refused) << "nor from another host";
  EXPECT_EQ(receive_row(3, remapped), Kind::Rtp);
  EXPECT_EQ(rtp_goes_to(), remapped);
  EXPECT_EQ(receive_row(100, kNat), Kind::Refused);
}

TEST_F(PlainTransportTest, PeerThatIsStillThereKeepsItsLockOverARenegotiation) {
  describe(kDescribed);
  receive_row(3, kNat);
  describe(kDescribed);
  receive_row(1, kNat);
  EXPECT_EQ(receive_row(100, {kNat.address, 62345}), Kind::Refused);
}

TEST_F(PlainTransportTest, RtcpComesFromTheDescribedAddressOrTheLockedHost) {
  describe(kDescribed);
  EXPECT_EQ(receive(rtcp(), kDescribedRtcp, PlainPort::Rtcp), Kind::Rtcp);
  EXPECT_EQ(receive(rtcp(), kNatRtcp, PlainPort::Rtcp), Kind::Refused);
  receive_row(3, kNat);
  EXPECT_EQ(receive(rtcp(), kNatRtcp, PlainPort::Rtcp), Kind::Rtcp);
  EXPECT_EQ(receive(rtcp(), kStranger, PlainPort::Rtcp), Kind::Refused);
  EXPECT_EQ(receive(rtcp(), kStranger), Kind::Refused);
}

TEST_F(PlainTransportTest, RtcpGoesToTheDescribedAddressUntilThePeersCameFromElsewhere) {
  describe(kDescribed);
  ASSERT_TRUE(send_rtcp());
  EXPECT_EQ(sent_.back().to, kDescribedRtcp);
  EXPECT_EQ(sent_.back().port, PlainPort::Rtcp);
  receive_row(3, kNat);
  receive(rtcp(), kNat);
  send_rtcp();
  EXPECT_EQ(sent_.back().to, kDescribedRtcp) << "RTCP on the RTP port says nothing of the other port";
  receive(rtcp(), kNatRtcp, PlainPort::Rtcp);
  send_rtcp();
  EXPECT_EQ(sent_.back().to, kNatRtcp);
}

TEST_F(PlainTransportTest, NoiseAtTheRtcpPortDoesNotTakeTheReportsAway) {
  describe(kDescribed);
  receive(rtp(1), kDescribed);
  const Endpoint neighbour{kDescribed.address, 55555};
  EXPECT_EQ(receive(rtp(2), neighbour, PlainPort::Rtcp), Kind::Refused);
  receive({0x80, 200, 0, 99}, neighbour, PlainPort::Rtcp);
  send_rtcp();
  EXPECT_EQ(sent_.back().to, kDescribedRtcp);
}

TEST_F(PlainTransportTest, MultiplexedRtcpSharesThePortOfRtp) {
  describe(kDescribed, true);
  receive_row(3, kNat);
  EXPECT_EQ(receive(rtcp(), kNat), Kind::Rtcp);
  ASSERT_TRUE(send_rtcp());
  EXPECT_EQ(sent_.back().to, kNat);
  EXPECT_EQ(sent_.back().port, PlainPort::Rtp);
}

TEST_F(PlainTransportTest, RtcpStaysAtHomeIfThePeerTakesNone) {
  transport_.set_remote({kDescribed, {}, false, {}});
  EXPECT_FALSE(send_rtcp());
  EXPECT_TRUE(send_rtp());
}

}  // namespace
}  // namespace webcalling::media
