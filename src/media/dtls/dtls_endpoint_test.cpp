#include "media/dtls/dtls_endpoint.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <iterator>

#include "base/random.hpp"
#include "base/timer_queue.hpp"
#include "media/srtp/srtp_session.hpp"

namespace webcalling::media::dtls {
namespace {

using Role = DtlsEndpoint::Role;
using State = DtlsEndpoint::State;

const TimePoint kStart{1000s};

Context make_context() {
  return *Context::create(*Certificate::generate(WallTime{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}}));
}

/// Two endpoints and a network between them that loses, delays and reorders by a seed.
class DtlsEndpointTest : public ::testing::Test {
 protected:
  struct Side {
    Context context = make_context();
    std::unique_ptr<DtlsEndpoint> endpoint;
    std::optional<Connected> connected;
    std::vector<std::string> failures;
    bool closed = false;
    std::size_t datagrams = 0;
    std::size_t largest = 0;
    /// May change or swallow (by emptying) what this side sends.
    std::function<void(ByteVector&)> tamper = [](ByteVector&) {};
  };

  DtlsEndpointTest() {
    client_.endpoint = std::make_unique<DtlsEndpoint>(client_.context, Role::Client);
    server_.endpoint = std::make_unique<DtlsEndpoint>(server_.context, Role::Server);
  }

  void tell_fingerprints() {
    client_.endpoint->set_remote_fingerprints({server_.context.fingerprint()}, queue_.now());
    server_.endpoint->set_remote_fingerprints({client_.context.fingerprint()}, queue_.now());
  }
  void start() {
    server_.endpoint->start(queue_.now());
    client_.endpoint->start(queue_.now());
    pump();
  }

  /// Lets simulated time pass until both are connected or `limit` is over.
  void run(Duration limit) {
    const TimePoint end = queue_.now() + limit;
    while (!(client_.connected && server_.connected)) {
      const auto next = next_deadline();
      if (!next || *next > end) break;
      step(*next);
    }
  }
  void run_to_the_end(Duration limit) {
    const TimePoint end = queue_.now() + limit;
    for (auto next = next_deadline(); next && *next <= end; next = next_deadline()) step(*next);
    queue_.advance(end);
  }
  void step(TimePoint when) {
    queue_.advance(when);
    client_.endpoint->expire(queue_.now());
    server_.endpoint->expire(queue_.now());
    pump();
  }
  std::optional<TimePoint> next_deadline() const {
    std::optional<TimePoint> earliest;
    for (const auto candidate :
         {queue_.next_deadline(), client_.endpoint->next_deadline(), server_.endpoint->next_deadline()}) {
      if (candidate && (!earliest || *candidate < *earliest)) earliest = candidate;
    }
    return earliest;
  }

  void pump() {
    collect(client_, server_);
    collect(server_, client_);
  }
  void collect(Side& from, Side& to) {
    while (auto datagram = from.endpoint->poll_datagram()) {
      ++from.datagrams;
      from.largest = std::max(from.largest, datagram->size());
      from.tamper(*datagram);
      if (datagram->empty() || random_.below(100) < loss_percent_) continue;
      const auto delay = std::chrono::microseconds(100 + random_.below(jitter_us_ + 1));
      queue_.schedule(queue_.now() + delay, [this, &to, bytes = std::move(*datagram)] { deliver(to, bytes); });
    }
    while (auto event = from.endpoint->poll_event()) note(from, std::move(*event));
  }
  void deliver(Side& to, const ByteVector& datagram) {
    to.endpoint->receive(datagram, queue_.now());
    pump();
  }
  static void note(Side& side, Event event) {
    if (const auto* connected = std::get_if<Connected>(&event)) {
      EXPECT_FALSE(side.connected) << "connected twice";
      side.connected = *connected;
    } else if (const auto* failure = std::get_if<Failed>(&event)) {
      side.failures.push_back(failure->reason);
    } else {
      side.closed = true;
    }
  }

  void expect_connected() {
    ASSERT_TRUE(client_.connected);
    ASSERT_TRUE(server_.connected);
    EXPECT_EQ(client_.connected->send_key, server_.connected->receive_key);
    EXPECT_EQ(client_.connected->receive_key, server_.connected->send_key);
    EXPECT_NE(client_.connected->send_key, client_.connected->receive_key);
    EXPECT_EQ(client_.connected->send_key.profile, srtp::Profile::AeadAes128Gcm);
  }

  TimerQueue queue_{kStart};
  SeededRandom random_{1};
  std::uint64_t loss_percent_ = 0;
  std::uint64_t jitter_us_ = 0;
  Side client_;
  Side server_;
};

TEST_F(DtlsEndpointTest, HandshakeGivesBothSidesTheSameKeys) {
  tell_fingerprints();
  start();
  run(1s);
  expect_connected();
  EXPECT_LT(queue_.now() - kStart, 2ms) << "no timer was needed";
  EXPECT_LE(std::max(client_.largest, server_.largest), DtlsEndpoint::kMaxDatagram);
  EXPECT_EQ(client_.endpoint->next_deadline(), std::nullopt);
  EXPECT_EQ(server_.endpoint->next_deadline(), std::nullopt);
  EXPECT_TRUE(client_.failures.empty() && server_.failures.empty());
}

TEST_F(DtlsEndpointTest, KeysProtectMedia) {
  tell_fingerprints();
  start();
  run(1s);
  expect_connected();
  auto sender = *srtp::SrtpSession::create(client_.connected->send_key, srtp::SrtpSession::Direction::Send);
  auto receiver = *srtp::SrtpSession::create(server_.connected->receive_key, srtp::SrtpSession::Direction::Receive);
  ByteVector packet(100, 0x5A);
  packet[0] = 0x80;
  const auto protected_length = sender.protect(packet, 60);
  ASSERT_TRUE(protected_length);
  EXPECT_EQ(receiver.unprotect(packet, *protected_length), 60U);
  EXPECT_EQ(packet[59], 0x5A);
}

TEST_F(DtlsEndpointTest, HeavyLossAndReorderingOnlyDelayTheHandshake) {
  tell_fingerprints();
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    random_ = SeededRandom(seed);
    loss_percent_ = 30;
    jitter_us_ = 30'000;
    for (Side* side : {&client_, &server_}) {
      side->endpoint = std::make_unique<DtlsEndpoint>(side->context, side == &client_ ? Role::Client : Role::Server);
      side->connected.reset();
    }
    tell_fingerprints();
    start();
    run(60s);
    ASSERT_TRUE(client_.connected && server_.connected) << "seed " << seed;
    expect_connected();
  }
}

class UnknownAddressTest : public DtlsEndpointTest {
 protected:
  UnknownAddressTest() { renew(); }
  void renew() {
    client_.endpoint = std::make_unique<DtlsEndpoint>(client_.context, Role::Client);
    server_.endpoint = std::make_unique<DtlsEndpoint>(server_.context, Role::Server, DtlsEndpoint::Address::ToBeProved);
    client_.connected.reset();
    server_.connected.reset();
    tell_fingerprints();
  }
};

TEST_F(UnknownAddressTest, ClientThatRepeatsTheCookieIsConnected) {
  start();
  run(1s);
  expect_connected();
  EXPECT_LT(queue_.now() - kStart, 3ms) << "no timer was needed";
}

TEST_F(UnknownAddressTest, HeavyLossOnlyDelaysTheHandshake) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    random_ = SeededRandom(seed);
    loss_percent_ = 30;
    jitter_us_ = 30'000;
    renew();
    start();
    run(60s);
    ASSERT_TRUE(client_.connected && server_.connected) << "seed " << seed;
    expect_connected();
  }
}

// RFC 6347 §4.2.1: who forges the address of another must not make us send him more than he could send himself.
TEST_F(UnknownAddressTest, ForgedClientHelloCostsTheVictimOneSmallDatagram) {
  std::size_t asked = 0;
  client_.tamper = [&](ByteVector& datagram) {
    if (asked != 0) return datagram.clear();
    asked = datagram.size();
  };
  server_.tamper = [](ByteVector& datagram) { datagram.clear(); };
  start();
  run_to_the_end(30s);
  EXPECT_EQ(server_.datagrams, 1U);
  EXPECT_LT(server_.largest, asked);
  EXPECT_EQ(server_.endpoint->next_deadline(), std::nullopt);
}

TEST_F(UnknownAddressTest, WrongCookieIsNoProof) {
  client_.tamper = [&](ByteVector&) {};
  server_.tamper = [](ByteVector& datagram) {
    // The last byte of a HelloVerifyRequest belongs to its cookie.
    if (datagram.size() < 100) datagram.back() ^= 1;
  };
  start();
  run_to_the_end(5s);
  EXPECT_FALSE(server_.connected);
  EXPECT_LT(server_.largest, 100U) << "nothing but requests to verify";
}

TEST_F(DtlsEndpointTest, ClientKeepsAskingWhileNobodyIsThere) {
  tell_fingerprints();
  loss_percent_ = 100;
  start();
  std::vector<Duration> sent;
  client_.tamper = [&](ByteVector&) { sent.push_back(queue_.now() - kStart); };
  run(60s);
  ASSERT_GE(sent.size(), 20U);
  EXPECT_EQ(sent[0], 50ms);
  EXPECT_EQ(sent[1], 150ms);
  EXPECT_EQ(sent[2], 350ms);
  EXPECT_FALSE(client_.failures.empty()) << "it is told";

  loss_percent_ = 0;
  run(3s);
  expect_connected();
}

TEST_F(DtlsEndpointTest, ServerThatLostItsLastFlightSendsItAgain) {
  tell_fingerprints();
  start();
  server_.tamper = [&](ByteVector& datagram) {
    if (server_.connected || server_.endpoint->state() == State::Connected) datagram.clear();
  };
  queue_.schedule(kStart + 500ms, [&] { server_.tamper = [](ByteVector&) {}; });
  run(5s);
  expect_connected();
  EXPECT_GT(queue_.now() - kStart, 500ms);
}

TEST_F(DtlsEndpointTest, NotConnectedBeforeTheFingerprintIsKnown) {
  client_.endpoint->set_remote_fingerprints({server_.context.fingerprint()}, queue_.now());
  start();
  run(5s);
  EXPECT_TRUE(client_.connected);
  EXPECT_FALSE(server_.connected);
  EXPECT_EQ(server_.endpoint->state(), State::Verifying);

  server_.endpoint->set_remote_fingerprints({client_.context.fingerprint()}, queue_.now());
  pump();
  expect_connected();
}

TEST_F(DtlsEndpointTest, ClientWithAnotherCertificateIsRefused) {
  client_.endpoint->set_remote_fingerprints({server_.context.fingerprint()}, queue_.now());
  server_.endpoint->set_remote_fingerprints({make_context().fingerprint()}, queue_.now());
  start();
  run(5s);
  EXPECT_FALSE(server_.connected);
  ASSERT_EQ(server_.failures.size(), 1U);
  EXPECT_NE(server_.failures[0].find("is not the one that its description names"), std::string::npos);
}

TEST_F(DtlsEndpointTest, ServerWithAnotherCertificateIsRefused) {
  client_.endpoint->set_remote_fingerprints({make_context().fingerprint()}, queue_.now());
  start();
  run(1s);
  EXPECT_FALSE(client_.connected);
  EXPECT_FALSE(client_.failures.empty());
}

TEST_F(DtlsEndpointTest, MismatchThatIsFoundLateIsRefusedToo) {
  start();
  run(1s);
  ASSERT_EQ(server_.endpoint->state(), State::Verifying);
  server_.endpoint->set_remote_fingerprints({make_context().fingerprint()}, queue_.now());
  pump();
  EXPECT_FALSE(server_.connected);
  EXPECT_EQ(server_.failures.size(), 1U);
  EXPECT_EQ(server_.endpoint->state(), State::Handshaking);
}

TEST_F(DtlsEndpointTest, OneOfSeveralFingerprintsIsEnoughButTheStrongestHashDecides) {
  const Fingerprint stranger = make_context().fingerprint();
  server_.endpoint->set_remote_fingerprints({stranger, client_.context.fingerprint()}, queue_.now());
  client_.endpoint->set_remote_fingerprints(
      {server_.context.fingerprint(), Fingerprint(Fingerprint::Hash::Sha512, ByteVector(64))}, queue_.now());
  start();
  run(1s);
  EXPECT_TRUE(server_.connected);
  EXPECT_FALSE(client_.connected);
}

TEST_F(DtlsEndpointTest, GarbageBeforeDuringAndAfterTheHandshakeIsIgnored) {
  tell_fingerprints();
  const auto spray = [&](Side& side) {
    for (int i = 0; i < 50; ++i) {
      ByteVector noise(random_.below(300));
      random_.fill(noise);
      if (!noise.empty()) noise[0] = static_cast<std::uint8_t>(20 + random_.below(44));
      side.endpoint->receive(noise, queue_.now());
    }
  };
  spray(server_);
  start();
  client_.tamper = [&](ByteVector&) { spray(server_); };
  server_.tamper = [&](ByteVector&) { spray(client_); };
  run(1s);
  expect_connected();
  spray(server_);
  spray(client_);
  pump();
  EXPECT_EQ(server_.endpoint->state(), State::Connected);
  EXPECT_TRUE(client_.failures.empty() && server_.failures.empty());
}

TEST_F(DtlsEndpointTest, OneCorruptedDatagramDoesNotFailTheCall) {
  for (std::size_t victim = 0; victim < 12; ++victim) {
    for (const std::size_t at : {15U, 30U, 60U, 120U}) {
      for (Side* side : {&client_, &server_}) {
        side->endpoint = std::make_unique<DtlsEndpoint>(side->context, side == &client_ ? Role::Client : Role::Server);
        side->connected.reset();
        side->tamper = [](ByteVector&) {};
      }
      tell_fingerprints();
      std::size_t count = 0;
      const auto corrupt = [&](ByteVector& datagram) {
        if (count++ == victim && datagram.size() > at) datagram[at] ^= 0x10;
      };
      client_.tamper = corrupt;
      server_.tamper = corrupt;
      start();
      run(40s);
      ASSERT_TRUE(client_.connected && server_.connected) << "datagram " << victim << ", byte " << at;
      expect_connected();
    }
  }
}

TEST_F(DtlsEndpointTest, ForgedAlertsAreNotBelieved) {
  tell_fingerprints();
  const ByteVector alert{21, 0xFE, 0xFD, 0, 0, 0, 0, 0, 0, 0, 9, 0, 2, 2, 40};
  client_.tamper = [&](ByteVector&) { server_.endpoint->receive(alert, queue_.now()); };
  server_.tamper = [&](ByteVector&) { client_.endpoint->receive(alert, queue_.now()); };
  start();
  run(1s);
  expect_connected();
  EXPECT_TRUE(client_.failures.empty() && server_.failures.empty());
}

/// ATTACKS: a ClientHello that cannot succeed arrives before the honest one.
TEST_F(DtlsEndpointTest, HopelessClientHelloNeitherEndsTheServerNorSendsAnAlert) {
  tell_fingerprints();
  ByteVector hello;
  ByteWriter body(hello);
  body.u8(22).u16(0xFEFF).u16(0).u16(0).u32(0).u16(12 + 42).u8(1).u24(42).u16(0).u24(0).u24(42).u16(0xFEFD);
  hello.resize(hello.size() + 32, 0xAA);
  body.u8(0).u8(0).u16(2).u16(0x0000).u8(1).u8(0);
  server_.endpoint->receive(hello, queue_.now());
  EXPECT_EQ(server_.endpoint->poll_datagram(), std::nullopt);
  pump();
  EXPECT_EQ(server_.failures.size(), 1U);
  start();
  run(1s);
  expect_connected();
}

/// ATTACKS: a whole ClientHello of somebody else gets in first; the server answers it until the honest one arrives.
TEST_F(DtlsEndpointTest, HonestClientTakesOverFromAStrangersClientHello) {
  tell_fingerprints();
  DtlsEndpoint stranger(client_.context, Role::Client);
  stranger.start(queue_.now());
  while (const auto datagram = stranger.poll_datagram()) server_.endpoint->receive(*datagram, queue_.now());
  while (server_.endpoint->poll_datagram()) {
  }
  start();
  run(1s);
  expect_connected();
}

/// Splits the handshake message of a datagram with one record into two datagrams (RFC 6347 §4.2.3), as browsers do with
/// their large ClientHello.
std::pair<ByteVector, ByteVector> in_two(const ByteVector& datagram) {
  const std::size_t half = (datagram.size() - 25) / 2;
  const auto fragment = [&](std::size_t from, std::size_t to, std::uint64_t record_number) {
    ByteVector out(datagram.begin(), datagram.begin() + 5);
    ByteWriter(out)
        .u16(0)
        .u32(record_number)
        .u16(12 + to - from)
        .bytes(Bytes(datagram).subspan(13, 6))
        .u24(from)
        .u24(to - from)
        .bytes(Bytes(datagram).subspan(25 + from, to - from));
    return out;
  };
  return {fragment(0, half, 0), fragment(half, datagram.size() - 25, 1)};
}

ByteVector capture(const std::string& name) {
  std::ifstream file(WEBCALLING_SOURCE_DIR "/src/media/dtls/testdata/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// Taken from Chromium 156: 1,413 bytes in two datagrams, DTLS 1.3 and 1.2 offered, a post-quantum key share.
TEST_F(DtlsEndpointTest, ChromiumsClientHelloIsAnswered) {
  const ByteVector first = capture("chromium_client_hello_1.bin");
  const ByteVector second = capture("chromium_client_hello_2.bin");
  ASSERT_EQ(first.size() + second.size(), 1200U + 263U);
  server_.endpoint->receive(first, queue_.now());
  server_.endpoint->receive(second, queue_.now());
  const auto flight = server_.endpoint->poll_datagram();
  ASSERT_TRUE(flight);
  EXPECT_EQ((*flight)[0], 22) << "a handshake record";
  EXPECT_EQ((*flight)[13], 2) << "with a ServerHello";
  EXPECT_FALSE(server_.endpoint->poll_event());
}

TEST_F(DtlsEndpointTest, ClientHelloInTwoDatagramsIsUnderstoodInEitherOrder) {
  for (const bool swapped : {false, true}) {
    DtlsEndpoint client(client_.context, Role::Client);
    DtlsEndpoint server(server_.context, Role::Server);
    client.start(queue_.now());
    const auto hello = client.poll_datagram();
    ASSERT_TRUE(hello);
    auto [first, second] = in_two(*hello);
    if (swapped) std::swap(first, second);
    server.receive(first, queue_.now());
    EXPECT_EQ(server.poll_datagram(), std::nullopt);
    server.receive(second, queue_.now());
    EXPECT_TRUE(server.poll_datagram()) << "swapped: " << swapped;
    EXPECT_EQ(server.poll_event(), std::nullopt);
  }
}

TEST_F(DtlsEndpointTest, GoodbyeIsHeard) {
  tell_fingerprints();
  start();
  run(1s);
  client_.endpoint->close();
  pump();
  run_to_the_end(1s);
  EXPECT_TRUE(server_.closed);
  EXPECT_EQ(server_.endpoint->state(), State::Closed);
  EXPECT_FALSE(client_.closed) << "it knows";
}

TEST_F(DtlsEndpointTest, RepeatedClientHelloDoesNotDisturbAConnectedServer) {
  tell_fingerprints();
  ByteVector hello;
  client_.tamper = [&](ByteVector& datagram) {
    if (hello.empty()) hello = datagram;
  };
  start();
  run(1s);
  expect_connected();
  server_.endpoint->receive(hello, queue_.now());
  DtlsEndpoint stranger(client_.context, Role::Client);
  stranger.start(queue_.now());
  server_.endpoint->receive(*stranger.poll_datagram(), queue_.now());
  EXPECT_EQ(server_.endpoint->state(), State::Connected);
  EXPECT_EQ(server_.endpoint->poll_datagram(), std::nullopt);
}

TEST_F(DtlsEndpointTest, NothingIsSentBeforeStartAndAfterClose) {
  tell_fingerprints();
  EXPECT_EQ(client_.endpoint->poll_datagram(), std::nullopt);
  client_.endpoint->close();
  client_.endpoint->start(queue_.now());
  EXPECT_EQ(client_.endpoint->poll_datagram(), std::nullopt);
  EXPECT_EQ(client_.endpoint->next_deadline(), std::nullopt);
}

}  // namespace
}  // namespace webcalling::media::dtls
