#include "io/udp_socket.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "io/clock.hpp"
#include "io/local_addresses.hpp"

namespace webcalling::io {
namespace {

constexpr Duration kPatience = 10s;
const IpAddress kLoopback = IpAddress::v4(0x7f000001);
const IpAddress kOtherLoopback = IpAddress::v4(0x7f000002);
const IpAddress kAny;

struct Datagram {
  std::string text;
  Endpoint remote;
  IpAddress local;
};

struct Peer {
  Peer(Loop& loop, const Endpoint& endpoint)
      : socket(*UdpSocket::bind(loop, endpoint,
                                [this](MutableBytes bytes, const Endpoint& remote, const IpAddress& local) {
                                  received.push_back({std::string(as_text(bytes)), remote, local});
                                })) {}

  std::vector<Datagram> received;
  UdpSocket socket;
};

bool has_ipv6() {
  const auto port = BoundUdp::bind({*IpAddress::parse("::1"), 0});
  return port.has_value();
}

TEST(UdpSocket, WildcardPortTellsWhichOfOurAddressesWasCalledAndAnswersFromIt) {
  Loop loop;
  Peer server(loop, {kAny, 0});
  Peer client(loop, {kLoopback, 0});
  client.socket.send(kAny, {kOtherLoopback, server.socket.local().port}, as_bytes("hello"));
  ASSERT_TRUE(loop.run_until([&] { return !server.received.empty(); }, kPatience));
  const Datagram question = server.received.front();
  EXPECT_EQ(question.text, "hello");
  EXPECT_EQ(question.remote, client.socket.local());
  EXPECT_EQ(question.local, kOtherLoopback);

  server.socket.send(question.local, question.remote, as_bytes("world"));
  ASSERT_TRUE(loop.run_until([&] { return !client.received.empty(); }, kPatience));
  EXPECT_EQ(client.received.front().text, "world");
  EXPECT_EQ(client.received.front().remote, (Endpoint{kOtherLoopback, server.socket.local().port}));
  EXPECT_EQ(client.received.front().local, kLoopback);
}

TEST(UdpSocket, DatagramThatWaitsSaysSo) {
  Loop loop;
  std::optional<Duration> waited;
  std::optional<UdpSocket> server;
  const auto note = [&](MutableBytes, const Endpoint&, const IpAddress&) { waited = server->waited(); };
  server.emplace(*UdpSocket::bind(loop, {kLoopback, 0}, note, {.notes_arrival = true}));
  {
    // Another loop sends it, while this one does nothing.
    Loop other;
    Peer sender(other, {kLoopback, 0});
    sender.socket.send(kAny, server->local(), as_bytes("."));
  }
  const TimePoint sent = MonotonicClock::now();
  while (MonotonicClock::now() < sent + 30ms) {
  }
  ASSERT_TRUE(loop.run_until([&] { return waited.has_value(); }, kPatience));
  EXPECT_GE(*waited, 25ms);
}

TEST(UdpSocket, PortOfOneFlowReceivesEveryDatagramAndAnswers) {
  Loop loop;
  Peer client(loop, {kLoopback, 0});
  int received = 0;
  std::optional<UdpSocket> port;
  port.emplace(*UdpSocket::bind(loop, {kAny, 0},
                                [&](MutableBytes bytes, const Endpoint& remote, const IpAddress& local) {
                                  EXPECT_EQ(local, kAny) << "it says only what it is bound to";
                                  ++received;
                                  port->send({}, remote, bytes);
                                },
                                {.use = UdpUse::OneFlow}));
  for (int i = 0; i < 100; ++i) {
    client.socket.send(kAny, {kLoopback, port->local().port}, as_bytes(std::to_string(i)));
  }
  ASSERT_TRUE(loop.run_until([&] { return client.received.size() == 100; }, kPatience));
  EXPECT_EQ(received, 100);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(client.received[static_cast<std::size_t>(i)].text, std::to_string(i));
  EXPECT_EQ(port->counters().received, 100U);
  EXPECT_EQ(port->counters().sent, 100U);
}

TEST(UdpSocket, SaysWhoseDatagramComesNextButOneAndTwo) {
  Loop loop;
  Peer client(loop, {kLoopback, 0});
  std::vector<int> steps;
  int received = 0;
  UdpSocket server(
      loop, *BoundUdp::bind({kLoopback, 0}), [&](MutableBytes, const Endpoint&, const IpAddress&) { ++received; },
      [&](const Endpoint& remote, int step) {
        EXPECT_EQ(remote, client.socket.local());
        steps.push_back(step);
      });
  // Of five that come at once: beside the first the steps of the next three, and so on.
  const std::vector<int> of_five{1, 2, 3, 1, 2, 3, 2, 3, 3};
  // A kernel that has much to do may bring them in two parts.
  for (int attempt = 0; attempt < 20 && steps != of_five; ++attempt) {
    steps.clear();
    received = 0;
    for (int i = 0; i < 5; ++i) client.socket.send(kAny, server.local(), as_bytes("."));
    ASSERT_TRUE(loop.run_until([&] { return received == 5; }, kPatience));
  }
  EXPECT_EQ(steps, of_five);
}

TEST(UdpSocket, PortOfOneFlowDoesNotKnowWhoseDatagramComes) {
  Loop loop;
  Peer client(loop, {kLoopback, 0});
  std::vector<int> steps;
  bool received = false;
  UdpSocket server(
      loop, *BoundUdp::bind({kLoopback, 0}, {.use = UdpUse::OneFlow}),
      [&](MutableBytes, const Endpoint&, const IpAddress&) { received = true; },
      [&](const Endpoint& remote, int step) {
        EXPECT_TRUE(remote.address.is_unspecified());
        steps.push_back(step);
      });
  client.socket.send(kAny, server.local(), as_bytes("."));
  ASSERT_TRUE(loop.run_until([&] { return received; }, kPatience));
  EXPECT_EQ(steps, (std::vector<int>{1, 2, 3}));
}

TEST(UdpSocket, DualStackPortNamesIpv4PeersAsIpv4AndAnswersFromTheCalledAddress) {
  if (!has_ipv6()) GTEST_SKIP() << "no IPv6 on this machine";
  Loop loop;
  Peer server(loop, {*IpAddress::parse("::"), 0});
  Peer v4(loop, {kLoopback, 0});
  Peer v6(loop, {*IpAddress::parse("::1"), 0});
  v4.socket.send(kAny, {kOtherLoopback, server.socket.local().port}, as_bytes("four"));
  v6.socket.send(kAny, {*IpAddress::parse("::1"), server.socket.local().port}, as_bytes("six"));
  ASSERT_TRUE(loop.run_until([&] { return server.received.size() == 2; }, kPatience));
  for (const Datagram& question : server.received) {
    server.socket.send(question.local, question.remote, as_bytes("re:" + question.text));
  }
  ASSERT_TRUE(loop.run_until([&] { return !v4.received.empty() && !v6.received.empty(); }, kPatience));
  EXPECT_EQ(v4.received.front().text, "re:four");
  EXPECT_EQ(v4.received.front().remote.address, kOtherLoopback);
  EXPECT_EQ(v6.received.front().text, "re:six");
  EXPECT_EQ(v6.received.front().remote.address, *IpAddress::parse("::1"));
}

TEST(UdpSocket, ThousandDatagramsArriveInOrder) {
  constexpr std::size_t kCount = 1000;
  Loop loop;
  UdpOptions large;
  large.buffer_bytes = 4 * 1024 * 1024;
  std::vector<std::string> received;
  const auto server = UdpSocket::bind(
      loop, {kAny, 0},
      [&](MutableBytes bytes, const Endpoint&, const IpAddress&) { received.emplace_back(as_text(bytes)); }, large);
  ASSERT_TRUE(server);
  Peer client(loop, {kLoopback, 0});
  std::size_t next = 0;
  // A hundred a round, so that the default buffers of a small machine do not overflow.
  Timer turn(loop.timers(), [&] {
    for (int i = 0; i < 100 && next < kCount && received.size() + 200 > next; ++i) {
      client.socket.send(kAny, {kLoopback, server->local().port}, as_bytes(std::to_string(next++)));
    }
    turn.start(100us);
  });
  turn.start(0s);
  ASSERT_TRUE(loop.run_until([&] { return received.size() == kCount; }, kPatience));
  for (std::size_t i = 0; i < kCount; ++i) EXPECT_EQ(received[i], std::to_string(i));
  EXPECT_EQ(client.socket.counters().sent, kCount);
  EXPECT_EQ(server->counters().received, kCount);
}

TEST(UdpSocket, SocketsThatSendByTurnsKeepTheirOwnOrderAndPeers) {
  Loop loop;
  Peer server(loop, {kLoopback, 0});
  Peer a(loop, {kLoopback, 0});
  Peer b(loop, {kLoopback, 0});
  for (int i = 0; i < 100; ++i) {
    a.socket.send(kAny, server.socket.local(), as_bytes("a" + std::to_string(i)));
    b.socket.send(kAny, server.socket.local(), as_bytes("b" + std::to_string(i)));
  }
  ASSERT_TRUE(loop.run_until([&] { return server.received.size() == 200; }, kPatience));
  int next_a = 0;
  int next_b = 0;
  for (const Datagram& datagram : server.received) {
    const bool is_a = datagram.remote == a.socket.local();
    EXPECT_EQ(datagram.text, is_a ? "a" + std::to_string(next_a++) : "b" + std::to_string(next_b++));
  }
}

TEST(UdpSocket, LongestDatagramArrivesWhole) {
  Loop loop;
  Peer server(loop, {kLoopback, 0});
  Peer client(loop, {kLoopback, 0});
  const std::string longest(65507, 'x');
  client.socket.send(kAny, server.socket.local(), as_bytes(longest));
  ASSERT_TRUE(loop.run_until([&] { return !server.received.empty(); }, kPatience));
  EXPECT_EQ(server.received.front().text, longest);
}

TEST(UdpSocket, WhatCannotBeSentIsCountedAndHarmsNothingElse) {
  Loop loop;
  Peer server(loop, {kLoopback, 0});
  Peer client(loop, {kLoopback, 0});
  client.socket.send(kAny, server.socket.local(), as_bytes(std::string(65508, 'x')));
  client.socket.send(kAny, server.socket.local(), as_bytes(std::string(70000, 'x')));
  client.socket.send(kAny, {*IpAddress::parse("2001:db8::1"), 5060}, as_bytes("no IPv6 here"));
  client.socket.send(kAny, server.socket.local(), as_bytes("fine"));
  ASSERT_TRUE(loop.run_until([&] { return !server.received.empty(); }, kPatience));
  EXPECT_EQ(server.received.front().text, "fine");
  EXPECT_EQ(client.socket.counters().unsent, 3U);
  EXPECT_EQ(client.socket.counters().sent, 1U);
}

TEST(UdpSocket, PortOfADeadPeerDoesNotDisturbTheLivingOnes) {
  Loop loop;
  Peer client(loop, {kLoopback, 0});
  Peer server(loop, {kLoopback, 0});
  const Endpoint dead = BoundUdp::bind({kLoopback, 0})->local();
  for (int i = 0; i < 3; ++i) client.socket.send(kAny, dead, as_bytes("anyone?"));
  client.socket.send(kAny, server.socket.local(), as_bytes("you?"));
  ASSERT_TRUE(loop.run_until([&] { return !server.received.empty(); }, kPatience));
  server.socket.send(kAny, client.socket.local(), as_bytes("yes"));
  EXPECT_TRUE(loop.run_until([&] { return !client.received.empty(); }, kPatience));
}

TEST(UdpSocket, MayBeDestroyedByItsOwnCallback) {
  Loop loop;
  Peer client(loop, {kLoopback, 0});
  int calls = 0;
  std::optional<UdpSocket> server;
  server.emplace(loop, *BoundUdp::bind({kLoopback, 0}), [&](MutableBytes, const Endpoint&, const IpAddress&) {
    ++calls;
    server.reset();
  });
  const Endpoint endpoint = server->local();
  for (int i = 0; i < 10; ++i) client.socket.send(kAny, endpoint, as_bytes("x"));
  EXPECT_TRUE(loop.run_until([&] { return !server; }, kPatience));
  EXPECT_EQ(calls, 1);
}

TEST(UdpSocket, SendsWhatIsQueuedWhenDestroyed) {
  Loop loop;
  Peer server(loop, {kLoopback, 0});
  {
    Peer client(loop, {kLoopback, 0});
    client.socket.send(kAny, server.socket.local(), as_bytes("last words"));
  }
  EXPECT_TRUE(loop.run_until([&] { return !server.received.empty(); }, kPatience));
}

TEST(BoundUdp, CrossesToTheLoopOfAnotherThread) {
  Loop media;
  Loop signalling;
  auto port = BoundUdp::bind({kLoopback, 0});
  ASSERT_TRUE(port);
  const Endpoint endpoint = port->local();
  std::optional<UdpSocket> echo;
  media.post([&] {
    echo.emplace(media, std::move(*port), [&](MutableBytes bytes, const Endpoint& remote, const IpAddress& local) {
      echo->send(local, remote, bytes);
    });
  });
  std::thread other([&] {
    media.run();
    echo.reset();
  });
  Peer client(signalling, {kLoopback, 0});
  client.socket.send(kAny, endpoint, as_bytes("across"));
  EXPECT_TRUE(signalling.run_until([&] { return !client.received.empty(); }, kPatience));
  media.stop();
  other.join();
}

TEST(BoundUdp, TakenPortAndForeignAddressAreExplained) {
  const auto first = BoundUdp::bind({kLoopback, 0});
  ASSERT_TRUE(first);
  const auto second = BoundUdp::bind(first->local());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().text,
            "listening on UDP " + first->local().text() + ": address already in use: is another PBX running?");
  const auto foreign = BoundUdp::bind({*IpAddress::parse("192.0.2.1"), 5060});
  ASSERT_FALSE(foreign);
  EXPECT_EQ(foreign.error().text, "listening on UDP 192.0.2.1:5060: this machine has no such address");
}

TEST(LocalAddresses, LoopbackIsThereAndFlagged) {
  const auto addresses = local_addresses();
  ASSERT_TRUE(addresses);
  bool found = false;
  for (const LocalAddress& local : *addresses) {
    EXPECT_EQ(local.is_loopback, local.address.is_loopback()) << local.address.text();
    found = found || local.address == kLoopback;
  }
  EXPECT_TRUE(found);
}

}  // namespace
}  // namespace webcalling::io
