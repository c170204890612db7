#include "server/media_server.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <optional>

#include "io/clock.hpp"
#include "io/local_addresses.hpp"
#include "server/free_ports_for_tests.hpp"

namespace webcalling::server {
namespace {

using testing::HasSubstr;

constexpr Duration kPatience = 10s;

class MediaServerTest : public testing::Test {
 protected:
  MediaServerTest() {
    settings_.sip.listen_address = kLoopback;
    settings_.media = {.loops = 2, .webrtc_port = free_ports(2), .rtp_port_min = 1024, .rtp_port_max = 1025};
  }

  Result<std::unique_ptr<MediaServer>> try_start() {
    return MediaServer::start(loop_, random_, settings_, *media::dtls::Certificate::generate(io::wall_clock()));
  }

  std::unique_ptr<MediaServer> start() {
    auto server = try_start();
    EXPECT_TRUE(server) << server.error().text;
    (*server)->set_on_event([](media::LegId, const media::LegEvent&) {});
    return std::move(*server);
  }

  void use_rtp_ports(std::uint16_t min, std::uint16_t max) {
    settings_.media.rtp_port_min = min;
    settings_.media.rtp_port_max = max;
  }

  io::Loop loop_;
  SeededRandom random_{1};
  config::Settings settings_;
};

const media::LocalPlain& plain(const Result<media::LocalLeg>& leg) {
  return std::get<media::LocalPlain>(leg.value().transport);
}

std::vector<Endpoint> candidates(const Result<media::LocalLeg>& leg) {
  return std::get<media::LocalWebRtc>(leg.value().transport).candidates;
}

TEST_F(MediaServerTest, PlainLegsGetEveryPairOfTheRangeAndThenASentence) {
  const std::uint16_t first = free_ports(8);
  // The odd ends of the range are of no use.
  use_rtp_ports(static_cast<std::uint16_t>(first + 1), static_cast<std::uint16_t>(first + 6));
  const auto server = start();
  std::vector<std::uint16_t> taken;
  for (int i = 0; i < 2; ++i) {
    const auto leg = server->open_plain(call::CallId(1), kLoopback);
    ASSERT_TRUE(leg) << leg.error().text;
    EXPECT_EQ(plain(leg).rtp.address, kLoopback);
    EXPECT_EQ(plain(leg).rtcp.port, plain(leg).rtp.port + 1);
    taken.push_back(plain(leg).rtp.port);
  }
  EXPECT_THAT(taken, testing::UnorderedElementsAre(first + 2, first + 4));
  const auto none = server->open_plain(call::CallId(1), kLoopback);
  ASSERT_FALSE(none);
  EXPECT_THAT(none.error().text, HasSubstr(fmt::format("media.rtp_port_max {}", first + 6)));
  EXPECT_THAT(none.error().text, HasSubstr("address already in use"));
}

TEST_F(MediaServerTest, LastFreePairOfALongRangeIsFound) {
  const std::uint16_t first = free_ports(600);
  use_rtp_ports(first, static_cast<std::uint16_t>(first + 599));
  std::vector<io::BoundUdp> taken;
  for (std::uint16_t port = first; port < first + 598; ++port) {
    auto bound = io::BoundUdp::bind({kLoopback, port});
    ASSERT_TRUE(bound);
    taken.push_back(std::move(*bound));
  }
  const auto leg = start()->open_plain(call::CallId(1), kLoopback);
  ASSERT_TRUE(leg) << leg.error().text;
  EXPECT_EQ(plain(leg).rtp.port, first + 598);
}

TEST_F(MediaServerTest, RangeWithoutAPairIsASentence) {
  use_rtp_ports(20001, 20002);
  const auto leg = start()->open_plain(call::CallId(1), kLoopback);
  ASSERT_FALSE(leg);
  EXPECT_THAT(leg.error().text, HasSubstr("the range holds no even port and its neighbour"));
}

TEST_F(MediaServerTest, AddressThatIsNotOursIsNamed) {
  const auto leg = start()->open_plain(call::CallId(1), *IpAddress::parse("203.0.113.7"));
  ASSERT_FALSE(leg);
  EXPECT_THAT(leg.error().text, HasSubstr("203.0.113.7:1024: this machine has no such address"));
}

TEST_F(MediaServerTest, ClosedLegGivesItsPortsBack) {
  const std::uint16_t first = free_ports(2);
  use_rtp_ports(first, static_cast<std::uint16_t>(first + 1));
  const auto server = start();
  const auto leg = server->open_plain(call::CallId(1), kLoopback);
  ASSERT_TRUE(leg) << leg.error().text;
  ASSERT_FALSE(server->open_plain(call::CallId(2), kLoopback));
  server->close(leg->id);
  // The media thread closes them in its own time.
  Timer again(loop_.timers(), [&] { again.start(1ms); });
  again.start(1ms);
  std::optional<media::LocalLeg> next;
  const auto opens = [&] {
    if (auto opened = server->open_plain(call::CallId(2), kLoopback); opened && !next) next = std::move(*opened);
    return next.has_value();
  };
  EXPECT_TRUE(loop_.run_until(opens, kPatience));
}

TEST_F(MediaServerTest, LegThatClosesBeforeTheServerEndsAndLegThatDoesNotBothLeaveNoPortBehind) {
  const std::uint16_t first = free_ports(4);
  use_rtp_ports(first, static_cast<std::uint16_t>(first + 3));
  for (int round = 0; round < 3; ++round) {
    const auto server = start();
    const auto one = server->open_plain(call::CallId(1), kLoopback);
    ASSERT_TRUE(one) << one.error().text;
    ASSERT_TRUE(server->open_plain(call::CallId(2), kLoopback));
    server->close(one->id);
  }
}

TEST_F(MediaServerTest, LegsOfOneCallShareALoopAndCallsAreSpread) {
  const auto server = start();
  const auto port_of = [&](std::uint64_t call) {
    return candidates(server->open_webrtc(call::CallId(call), kLoopback)).at(0).port;
  };
  EXPECT_EQ(port_of(1), port_of(1));
  EXPECT_EQ(port_of(2), port_of(2));
  EXPECT_NE(port_of(1), port_of(2));
}

TEST_F(MediaServerTest, BrowserIsToldItsOwnWayToUsFirstThenThePublicAddress) {
  settings_.sip.listen_address = {};
  settings_.server.public_address = IpAddress::parse("203.0.113.7").value();
  const auto told = candidates(start()->open_webrtc(call::CallId(2), kLoopback));
  ASSERT_GE(told.size(), 2U);
  EXPECT_EQ(told[0].address, kLoopback);
  EXPECT_EQ(told[1].address, *settings_.server.public_address);
  EXPECT_EQ(told[0].port, told[1].port);
}

TEST_F(MediaServerTest, BrowserIsNeverToldAnAddressAtWhichMediaDoesNotListen) {
  const IpAddress page = IpAddress::v4(0x7f000002);
  const auto told = candidates(start()->open_webrtc(call::CallId(2), page));
  EXPECT_THAT(told, testing::ElementsAre(Endpoint{kLoopback, settings_.media.webrtc_port}));
}

TEST_F(MediaServerTest, BrowserOnIpv6IsToldItsOwnWayToUsFirstAndThenBothFamilies) {
  settings_.sip.listen_address = config::Settings::kEveryAddress;
  const IpAddress page = *IpAddress::parse("::1");
  const auto told = candidates(start()->open_webrtc(call::CallId(2), page));
  const auto addresses = io::local_addresses();
  ASSERT_TRUE(addresses) << addresses.error().text;
  EXPECT_EQ(told.at(0).address, page);
  for (const io::LocalAddress& local : *addresses) {
    const Endpoint own{local.address, told[0].port};
    const bool is_told = std::find(told.begin(), told.end(), own) != told.end();
    EXPECT_EQ(is_told, local.address == page || (!local.is_loopback && local.is_lasting)) << own.text();
  }
}

TEST_F(MediaServerTest, PortOfIpv4AloneIsNotToldByIpv6Addresses) {
  settings_.sip.listen_address = {};
  const auto told = candidates(start()->open_webrtc(call::CallId(2), *IpAddress::parse("::1")));
  for (const Endpoint& candidate : told) EXPECT_TRUE(candidate.address.is_v4()) << candidate.text();
}

TEST_F(MediaServerTest, PlainLegOnIpv6HasPortsThere) {
  const std::uint16_t first = free_ports(2);
  use_rtp_ports(first, static_cast<std::uint16_t>(first + 1));
  const IpAddress loopback = *IpAddress::parse("::1");
  const auto leg = start()->open_plain(call::CallId(1), loopback);
  ASSERT_TRUE(leg) << leg.error().text;
  EXPECT_EQ(plain(leg).rtp.address, loopback);
}

TEST_F(MediaServerTest, EachLegHasItsOwnNumberSsrcAndName) {
  const auto server = start();
  const auto one = server->open_webrtc(call::CallId(1), kLoopback);
  const auto two = server->open_webrtc(call::CallId(1), kLoopback);
  ASSERT_TRUE(one && two);
  EXPECT_NE(one->id, two->id);
  EXPECT_NE(one->ssrc, two->ssrc);
  EXPECT_NE(one->cname, two->cname);
}

TEST_F(MediaServerTest, WhatEveryLoopDropsIsCounted) {
  const auto server = start();
  auto bound = io::BoundUdp::bind({kLoopback, 0});
  ASSERT_TRUE(bound) << bound.error().text;
  io::UdpSocket stranger(loop_, std::move(*bound), [](MutableBytes, const Endpoint&, const IpAddress&) {});
  constexpr std::array<std::uint8_t, 4> kNonsense{0x80, 0, 0, 1};
  for (std::uint16_t loop = 0; loop < 2; ++loop) {
    stranger.send({}, {kLoopback, static_cast<std::uint16_t>(settings_.media.webrtc_port + loop)}, kNonsense);
  }
  const auto both_told = [&] { return server->dropped().strangers == 2; };
  EXPECT_TRUE(loop_.run_until(both_told, kPatience));
}

TEST_F(MediaServerTest, TakenWebRtcPortIsNamed) {
  const auto first = start();
  const auto second = try_start();
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().text,
              HasSubstr(fmt::format("WebRTC media: listening on UDP 127.0.0.1:{}: ", settings_.media.webrtc_port)));
}

TEST_F(MediaServerTest, PortsBeyondTheLastOneAreRefusedInsteadOfWrapping) {
  settings_.media.webrtc_port = 65535;
  const auto server = try_start();
  ASSERT_FALSE(server);
  EXPECT_THAT(server.error().text, HasSubstr("media.webrtc_port"));
}

}  // namespace
}  // namespace webcalling::server
