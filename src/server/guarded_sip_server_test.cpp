#include <gmock/gmock.h>

#include "io/test_client.hpp"
#include "server/sip_server.hpp"

namespace webcalling::server {
namespace {

using io::kPatience;
using io::TestClient;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

const IpAddress kLoopback = IpAddress::v4(0x7f000001);
const IpAddress kBehindProxy = IpAddress::v4(0xc6336407);
const IpAddress kBesideHim = IpAddress::v4(0xc6336408);

std::string options(std::string_view more = {}) {
  return fmt::format(
      "OPTIONS sip:pbx SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK1;rport\r\nFrom: <sip:a@b>;tag=1\r\n"
      "To: <sip:c@d>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n{}Content-Length: 0\r\n\r\n",
      more);
}

/// The WebSocket of a browser that is not there.
class FakeChannel final : public io::WebSocketConnection::Channel {
 public:
  void start(io::WebSocketConnection::Handlers handlers) override { handlers_ = std::move(handlers); }
  void send_text(std::string message) override { sent.push_back(std::move(message)); }
  /// The first one counts.
  void close(std::uint16_t code, std::string_view /*reason*/) override {
    closed_with = closed_with == 0 ? code : closed_with;
  }
  [[nodiscard]] bool is_open() const override { return closed_with == 0; }
  [[nodiscard]] Endpoint remote() const override { return {kLoopback, 50000}; }
  [[nodiscard]] Endpoint local() const override { return {kLoopback, 8080}; }
  void receive(std::string_view message) const { std::function(handlers_.on_message)(message); }

  std::vector<std::string> sent;
  std::uint16_t closed_with = 0;

 private:
  io::WebSocketConnection::Handlers handlers_;
};

class GuardedSipServerTest : public testing::Test {
 protected:
  static guard::Settings settings() {
    guard::Settings settings;
    settings.trusted_networks.clear();
    settings.trusted_proxies = {Network(kLoopback, 32)};
    settings.requests_per_second = 0.001;
    settings.burst = 10;
    settings.connections_per_address = 2;
    settings.scanner_user_agents = {"sipvicious"};
    return settings;
  }
  void begin(const guard::Settings& wanted = settings(), const sip::Limits& limits = {}) {
    guard.emplace(
        guard::Guard::Outside{
            .timers = loop.timers(), .random = random, .wall_clock = [] { return WallTime{}; }, .log = log},
        wanted);
    server.emplace(loop, log, &*guard);
    server->set_handlers(
        {.on_message = [this](std::string_view message, const sip::Flow&) { messages.emplace_back(message); },
         .on_malformed = [this](std::string_view, const Error& error,
                                const sip::Flow&) { malformed_messages.push_back(error.text); },
         .on_failure = [](const sip::Flow&) {},
         .on_closed = [this](const sip::Flow& flow) { closed.push_back(flow); }});
    const auto listening =
        server->listen({.listen_address = kLoopback, .udp_port = 0, .tcp_port = 0, .tls_port = 0}, {}, limits);
    ASSERT_TRUE(listening) << listening.error().text;
  }
  /// As above, but nobody on this machine is trusted.
  void begin_among_strangers() {
    guard::Settings strict = settings();
    strict.trusted_proxies.clear();
    begin(strict);
  }
  void ban(const IpAddress& source) { (void)guard->admit_agent(source, "sipvicious", guard::Proof::Address); }
  std::shared_ptr<FakeChannel> open_websocket(const std::optional<IpAddress>& client) {
    auto channel = std::make_shared<FakeChannel>();
    server->accept(io::WebSocketConnection(channel), sip::TransportKind::Ws, client);
    return channel;
  }
  bool comes_true(const std::function<bool()>& fact) { return loop.run_until(fact, kPatience); }

  io::Loop loop;
  SeededRandom random{1};
  const Log log{Log::Level::Error, [](Log::Level, std::string_view) {}};
  std::vector<std::string> messages;
  std::vector<std::string> malformed_messages;
  std::vector<sip::Flow> closed;
  std::optional<guard::Guard> guard;
  std::optional<SipServer> server;
};

TEST_F(GuardedSipServerTest, DatagramsBeyondTheBurstGetOne503AndThenSilence) {
  begin_among_strangers();
  std::string heard;
  auto phone = io::UdpSocket::bind(loop, {kLoopback, 0},
                                   [&](MutableBytes bytes, const Endpoint&, IpAddress) { heard += as_text(bytes); });
  ASSERT_TRUE(phone);
  for (int i = 0; i < 15; ++i) phone->send({}, server->udp_local(), as_bytes(options()));
  ASSERT_TRUE(comes_true([&] { return guard->denied(guard::Denial::Requests) == 5; }));
  ASSERT_TRUE(comes_true([&] { return !heard.empty(); }));
  EXPECT_THAT(messages, SizeIs(10));
  EXPECT_THAT(heard, StartsWith("SIP/2.0 503 Too Many Requests From Here\r\n"));
  EXPECT_THAT(heard, HasSubstr("Retry-After: 5\r\n"));
  EXPECT_EQ(heard.find("SIP/2.0 503", 1), std::string::npos) << "once a second";
}

TEST_F(GuardedSipServerTest, DatagramsOfABannedSourceAreNotLookedAt) {
  begin_among_strangers();
  ban(kLoopback);
  std::string heard;
  auto phone = io::UdpSocket::bind(loop, {kLoopback, 0},
                                   [&](MutableBytes bytes, const Endpoint&, IpAddress) { heard += as_text(bytes); });
  ASSERT_TRUE(phone);
  phone->send({}, server->udp_local(), as_bytes(options()));
  ASSERT_TRUE(comes_true([&] { return guard->denied(guard::Denial::Banned) == 1; }));
  EXPECT_THAT(messages, IsEmpty());
  EXPECT_EQ(heard, "");
}

TEST_F(GuardedSipServerTest, BannedConnectionsEndAndNewOnesAreNotTaken) {
  begin_among_strangers();
  TestClient phone(loop, server->tcp_local());
  phone.send(options());
  ASSERT_TRUE(comes_true([&] { return messages.size() == 1; }));
  ban(kLoopback);
  server->close_all_of(site_of(kLoopback));
  EXPECT_TRUE(phone.is_closed_by_server());
  EXPECT_THAT(closed, SizeIs(1));
  TestClient again(loop, server->tcp_local());
  EXPECT_TRUE(again.is_closed_by_server());
  EXPECT_EQ(guard->open_connections(), 0u);
}

TEST_F(GuardedSipServerTest, MessageOnAConnectionOfABannedSourceEndsIt) {
  begin_among_strangers();
  TestClient phone(loop, server->tcp_local());
  phone.send(options());
  ASSERT_TRUE(comes_true([&] { return messages.size() == 1; }));
  ban(kLoopback);
  phone.send(options() + options());
  EXPECT_TRUE(phone.is_closed_by_server());
  EXPECT_THAT(messages, SizeIs(1));
}

TEST_F(GuardedSipServerTest, ThirdConnectionIsOneTooMany) {
  begin_among_strangers();
  TestClient first(loop, server->tcp_local());
  first.send("\r\n\r\n");
  ASSERT_TRUE(first.hears("\r\n"));
  auto second = std::make_unique<TestClient>(loop, server->tcp_local());
  ASSERT_TRUE(comes_true([&] { return guard->open_connections() == 2; }));
  TestClient third(loop, server->tcp_local());
  EXPECT_TRUE(third.is_closed_by_server());
  second.reset();
  EXPECT_TRUE(comes_true([&] { return guard->open_connections() == 1; }));
}

TEST_F(GuardedSipServerTest, BehindAProxyOnlyTheBannedClientIsShutOut) {
  begin();
  const auto guesser = open_websocket(kBehindProxy);
  const auto neighbour = open_websocket(kBesideHim);
  guesser->receive(options());
  EXPECT_THAT(messages, SizeIs(1));
  ban(kBehindProxy);
  guesser->receive(options());
  EXPECT_EQ(guesser->closed_with, 1008);
  EXPECT_THAT(messages, SizeIs(1));
  EXPECT_THAT(closed, SizeIs(1));
  neighbour->receive(options());
  EXPECT_THAT(messages, SizeIs(2));
  EXPECT_EQ(open_websocket(kBehindProxy)->closed_with, 1013);
  server->close_all_of(site_of(kBehindProxy));
  EXPECT_EQ(neighbour->closed_with, 0);
}

TEST_F(GuardedSipServerTest, FlowOfAWebSocketLeadsToTheClientBehindTheProxy) {
  begin();
  sip::Flow flow;
  server->set_handlers({.on_message = [&](std::string_view, const sip::Flow& of) { flow = of; },
                        .on_malformed = {},
                        .on_failure = [](const sip::Flow&) {},
                        .on_closed = [](const sip::Flow&) {}});
  open_websocket(kBehindProxy)->receive(options());
  EXPECT_EQ(flow.remote.address, kLoopback);
  EXPECT_EQ(server->source_of(flow), kBehindProxy);
  EXPECT_EQ(server->source_of({.remote = {kBesideHim, 5060}}), kBesideHim);
}

TEST_F(GuardedSipServerTest, LimitsCanBeLowered) {
  begin(settings(), {.message_bytes = 2048, .headers = 20, .header_line_bytes = 512});
  const auto phone = open_websocket(kBesideHim);
  phone->receive(options());
  EXPECT_THAT(messages, SizeIs(1));
  std::string many;
  for (int i = 0; i < 20; ++i) many += "X-One: 1\r\n";
  phone->receive(options(many));
  EXPECT_THAT(malformed_messages, testing::ElementsAre("more than 20 header lines"));
  phone->receive(options("X-Long: " + std::string(600, 'x') + "\r\n"));
  EXPECT_THAT(malformed_messages.back(), HasSubstr("a header line has"));
  EXPECT_THAT(messages, SizeIs(1));
}

}  // namespace
}  // namespace webcalling::server
