#include "server/sip_server.hpp"

#include <gmock/gmock.h>

#include "io/clock.hpp"
#include "io/test_client.hpp"
#include "io/tls_for_tests.hpp"

namespace webcalling::server {
namespace {

using io::kPatience;
using io::TestClient;
using testing::ElementsAre;
using testing::IsEmpty;

const IpAddress kLoopback = IpAddress::v4(0x7f000001);
constexpr std::string_view kMessage = "OPTIONS sip:pbx SIP/2.0\r\nContent-Length: 4\r\n\r\nbody";

/// The WebSocket of a browser that is not there.
class FakeChannel final : public io::WebSocketConnection::Channel {
 public:
  void start(io::WebSocketConnection::Handlers handlers) override { handlers_ = std::move(handlers); }
  void send_text(std::string message) override { sent.push_back(std::move(message)); }
  void close(std::uint16_t /*code*/, std::string_view /*reason*/) override {}
  [[nodiscard]] bool is_open() const override { return true; }
  [[nodiscard]] Endpoint remote() const override { return {kLoopback, 50000}; }
  [[nodiscard]] Endpoint local() const override { return {kLoopback, 8080}; }

  void receive(std::string_view message) const { handlers_.on_message(message); }
  /// The session behind it outlives its connection's callback, as HttpServer's does.
  void end() const { std::function(handlers_.on_closed)("gone"); }

  std::vector<std::string> sent;

 private:
  io::WebSocketConnection::Handlers handlers_;
};

class SipServerTest : public testing::Test {
 protected:
  SipServerTest() {
    server_->set_handlers(
        {.on_message =
             [this](std::string_view message, const sip::Flow& flow) {
               messages_.emplace_back(message);
               flows_.push_back(flow);
               on_message_();
             },
         .on_malformed =
             [this](std::string_view head, const Error& error, const sip::Flow& flow) {
               broken_.emplace_back(head.substr(0, head.find("\r\n\r\n")));
               server_->send(flow, error.text);
             },
         .on_failure = [this](const sip::Flow& flow) { failed_.push_back(flow); },
         .on_closed = [this](const sip::Flow& flow) { closed_.push_back(flow); },
         .is_known = [this](const sip::Glance& request, const sip::Flow& /*flow*/) { return is_known_(request); }});
    const auto listening = server_->listen({.listen_address = kLoopback, .udp_port = 0, .tcp_port = 0, .tls_port = 0},
                                           {.context = io::make_context(certificate_, io::shown(peer_certificate_))});
    EXPECT_TRUE(listening) << listening.error().text;
  }

  bool comes_true(const std::function<bool()>& fact) { return loop_.run_until(fact, kPatience); }
  bool hears_messages(std::size_t count) {
    return comes_true([&] { return messages_.size() >= count; });
  }

  io::UdpSocket make_udp_phone() {
    auto phone = io::UdpSocket::bind(loop_, {kLoopback, 0}, [this](MutableBytes bytes, const Endpoint&, IpAddress) {
      phone_heard_ += as_text(bytes);
    });
    EXPECT_TRUE(phone);
    return std::move(*phone);
  }

  std::shared_ptr<FakeChannel> open_websocket(sip::TransportKind kind = sip::TransportKind::Ws) {
    auto channel = std::make_shared<FakeChannel>();
    server_->accept(io::WebSocketConnection(channel), kind);
    return channel;
  }

  /// A server of peer.example.com, whom we trust, that keeps what it accepts in `peers_`.
  io::TcpListener make_tls_peer() {
    auto listener = io::TcpListener::listen(
        loop_, {kLoopback, 0}, {.tls = {.context = io::make_context(peer_certificate_)}},
        [this](io::TcpConnection connection) {
          peers_.push_back(std::move(connection));
          peers_.back().start({.on_bytes = [this](Bytes bytes) { peer_heard_ += as_text(bytes); },
                               .on_closed = [](const std::string&) {}});
        });
    EXPECT_TRUE(listener);
    return std::move(*listener);
  }
  static sip::Flow to_be_connected(const Endpoint& remote, const std::string& server_name) {
    return {.kind = sip::TransportKind::Tls, .remote = remote, .server_name = server_name};
  }

  /// A port of a phone that has just been switched off.
  Endpoint refusing_endpoint() {
    const auto listener = io::TcpListener::listen(loop_, {kLoopback, 0}, {}, [](io::TcpConnection) {});
    EXPECT_TRUE(listener);
    return listener->local();
  }

  const pki::Certificate certificate_ = io::make_certificate("pbx.example.com");
  const pki::Certificate peer_certificate_ = io::make_certificate("peer.example.com");
  io::Loop loop_;
  const Log log_{Log::Level::Error, [](Log::Level, std::string_view) {}};
  std::vector<std::string> messages_;
  std::vector<std::string> broken_;
  std::vector<sip::Flow> flows_;
  std::vector<sip::Flow> failed_;
  std::vector<sip::Flow> closed_;
  std::string phone_heard_;
  std::vector<io::TcpConnection> peers_;
  std::string peer_heard_;
  std::function<void()> on_message_ = [] {};
  std::function<bool(const sip::Glance&)> is_known_ = [](const sip::Glance&) { return false; };
  std::unique_ptr<SipServer> server_ = std::make_unique<SipServer>(loop_, log_);
};

TEST_F(SipServerTest, DatagramComesWithAFlowThatLeadsBack) {
  io::UdpSocket phone = make_udp_phone();
  phone.send({}, server_->udp_local(), as_bytes(kMessage));
  ASSERT_TRUE(hears_messages(1));
  EXPECT_THAT(messages_, ElementsAre(kMessage));
  EXPECT_EQ(flows_[0],
            (sip::Flow{.kind = sip::TransportKind::Udp, .local = server_->udp_local(), .remote = phone.local()}));
  server_->send(flows_[0], "SIP/2.0 200 OK\r\n\r\n");
  EXPECT_TRUE(comes_true([&] { return phone_heard_ == "SIP/2.0 200 OK\r\n\r\n"; }));
}

std::string begin(const std::string& method, const std::string& branch, const std::string& to_tag = {}) {
  return method + " sip:1001@pbx SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.1;rport;branch=z9hG4bK" + branch +
         "\r\nFrom: <sip:1002@pbx>;tag=a\r\nTo: <sip:1001@pbx>" + to_tag + "\r\nCall-ID: " + branch + "\r\nCSeq: 1 " +
         method + "\r\n\r\n";
}

TEST_F(SipServerTest, WhenItDoesNotKeepUpNewRequestsAreTurnedAwayAndWhatWasBegunGoesOn) {
  is_known_ = [](const sip::Glance& request) { return request.via.ends_with("known"); };
  io::UdpSocket phone = make_udp_phone();
  const std::vector<std::string> sent{begin("INVITE", "first"), begin("INVITE", "second"),
                                      begin("INVITE", "third"), begin("BYE", "bye", ";tag=b"),
                                      begin("INVITE", "known"), begin("INVITE", "within", ";tag=b")};
  // Each of the first two takes its time, while the others wait.
  on_message_ = [this] {
    if (messages_.size() > 2) return;
    const TimePoint begin = io::MonotonicClock::now();
    while (io::MonotonicClock::now() < begin + 110ms) {
    }
  };
  for (const std::string& message : sent) phone.send({}, server_->udp_local(), as_bytes(message));
  ASSERT_TRUE(hears_messages(5));
  EXPECT_THAT(messages_, ElementsAre(sent[0], sent[1], sent[3], sent[4], sent[5]));
  ASSERT_TRUE(comes_true([&] { return phone_heard_.find("\r\n\r\n") != std::string::npos; }));
  EXPECT_THAT(phone_heard_, testing::StartsWith("SIP/2.0 503 More Requests Than Can Be Served\r\n"));
  EXPECT_THAT(phone_heard_, testing::HasSubstr("Call-ID: third\r\nRetry-After: 5\r\n"));
  EXPECT_EQ(server_->turned_away(), 1U);

  phone.send({}, server_->udp_local(), as_bytes(begin("INVITE", "later")));
  EXPECT_TRUE(hears_messages(6)) << "who comes afterwards is served";
}

TEST_F(SipServerTest, KeepAlivesOfUdpPhonesAreNoMessages) {
  io::UdpSocket phone = make_udp_phone();
  for (const std::string& nothing : {std::string("\r\n\r\n"), std::string("\r\n"), std::string(4, '\0'), std::string()})
    phone.send({}, server_->udp_local(), as_bytes(nothing));
  phone.send({}, server_->udp_local(), as_bytes(kMessage));
  ASSERT_TRUE(hears_messages(1));
  EXPECT_THAT(messages_, ElementsAre(kMessage));
  EXPECT_EQ(phone_heard_, "");
}

TEST_F(SipServerTest, PutsAMessageTogetherThatTcpHasSplit) {
  TestClient phone(loop_, server_->tcp_local());
  // The pong tells that the first half has been read.
  phone.send("\r\n\r\n" + std::string(kMessage.substr(0, 20)));
  ASSERT_TRUE(phone.hears("\r\n"));
  EXPECT_THAT(messages_, IsEmpty());
  phone.send(std::string(kMessage.substr(20)) + std::string(kMessage));
  ASSERT_TRUE(hears_messages(2));
  EXPECT_THAT(messages_, ElementsAre(kMessage, kMessage));
  EXPECT_EQ(flows_[0].kind, sip::TransportKind::Tcp);
  EXPECT_EQ(flows_[0].local, server_->tcp_local());
  server_->send(flows_[0], "answer");
  EXPECT_TRUE(phone.hears("answer"));
}

TEST_F(SipServerTest, PingOnTcpIsAnsweredWithASinglePong) {
  TestClient phone(loop_, server_->tcp_local());
  phone.send("\r\n\r\n" + std::string(kMessage));
  ASSERT_TRUE(hears_messages(1));
  server_->send(flows_[0], "end");
  ASSERT_TRUE(phone.hears("end"));
  EXPECT_EQ(phone.received(), "\r\nend");
}

TEST_F(SipServerTest, BrokenFramingIsAnsweredAndClosesTheConnectionOnce) {
  TestClient phone(loop_, server_->tcp_local());
  phone.send(std::string(kMessage) + "OPTIONS sip:pbx SIP/2.0\r\nContent-Length: 4, 5\r\n\r\nbody");
  ASSERT_TRUE(comes_true([&] { return !closed_.empty(); }));
  EXPECT_TRUE(phone.is_closed_by_server());
  EXPECT_EQ(phone.received(), "Content-Length: not a number of bytes");
  EXPECT_THAT(broken_, ElementsAre("OPTIONS sip:pbx SIP/2.0\r\nContent-Length: 4, 5"));
  EXPECT_THAT(messages_, ElementsAre(kMessage));
  EXPECT_THAT(closed_, ElementsAre(flows_.at(0)));
  EXPECT_THAT(failed_, IsEmpty());
}

TEST_F(SipServerTest, MessageThatHasBegunAndNeverEndsClosesItsConnection) {
  // No time at all for what is not whole at once.
  ASSERT_TRUE(
      server_->listen({.listen_address = kLoopback, .udp_port = 0, .tcp_port = 0, .tls_port = 0, .message_timeout = 0},
                      {.context = io::make_context(certificate_)}));
  TestClient phone(loop_, server_->tcp_local());
  phone.send("\r\n\r\n" + std::string(kMessage) + "\r\n");
  ASSERT_TRUE(hears_messages(1));
  server_->send(flows_[0], "still here");
  ASSERT_TRUE(phone.hears("still here"));
  phone.send(std::string(kMessage) + std::string(kMessage.substr(0, 5)));
  EXPECT_TRUE(phone.is_closed_by_server());
  EXPECT_THAT(messages_, ElementsAre(kMessage, kMessage));
  EXPECT_THAT(closed_, ElementsAre(flows_.at(0)));
}

TEST_F(SipServerTest, PhoneThatEndsItsConnectionIsReportedOnce) {
  TestClient phone(loop_, server_->tcp_local());
  phone.send(kMessage);
  ASSERT_TRUE(hears_messages(1));
  phone.close();
  ASSERT_TRUE(comes_true([&] { return !closed_.empty(); }));
  EXPECT_THAT(closed_, ElementsAre(flows_[0]));
}

TEST_F(SipServerTest, UnreachableTcpPeerIsReportedAfterSendAndNeverInside) {
  const sip::Flow flow{.kind = sip::TransportKind::Tcp, .remote = refusing_endpoint()};
  server_->send(flow, kMessage);
  server_->send(flow, kMessage);
  EXPECT_THAT(closed_, IsEmpty());
  EXPECT_THAT(failed_, IsEmpty());
  ASSERT_TRUE(comes_true([&] { return !closed_.empty(); }));
  // Who sent knows no connection, only where it leads.
  ASSERT_EQ(closed_.size(), 1U);
  EXPECT_EQ(closed_[0].kind, flow.kind);
  EXPECT_EQ(closed_[0].remote, flow.remote);
}

TEST_F(SipServerTest, FailureToReplaceAGoneConnectionIsReportedForTheGoneOne) {
  const sip::Flow gone{
      .kind = sip::TransportKind::Tcp, .remote = refusing_endpoint(), .connection = sip::ConnectionId(77)};
  server_->send(gone, kMessage);
  server_->send(gone, kMessage);
  EXPECT_THAT(failed_, IsEmpty());
  ASSERT_TRUE(comes_true([&] { return !failed_.empty(); }));
  EXPECT_THAT(failed_, ElementsAre(gone));
}

TEST_F(SipServerTest, AConnectionThatWeOpenIsUsedAgainAndHeard) {
  std::vector<io::TcpConnection> accepted;
  std::string heard;
  const auto peer = io::TcpListener::listen(loop_, {kLoopback, 0}, {}, [&](io::TcpConnection connection) {
    accepted.push_back(std::move(connection));
    accepted.back().start(
        {.on_bytes = [&](Bytes bytes) { heard += as_text(bytes); }, .on_closed = {}, .on_connected = {}});
  });
  ASSERT_TRUE(peer);
  const sip::Flow flow{.kind = sip::TransportKind::Tcp, .remote = peer->local()};
  server_->send(flow, "one,");
  server_->send(flow, "two");
  ASSERT_TRUE(comes_true([&] { return heard == "one,two"; }));
  ASSERT_EQ(accepted.size(), 1U);
  accepted[0].send(as_bytes(kMessage));
  ASSERT_TRUE(hears_messages(1));
  EXPECT_EQ(flows_[0].remote, peer->local());
  EXPECT_EQ(flows_[0].local, accepted[0].remote());
}

TEST_F(SipServerTest, WebSocketCarriesMessagesBothWaysAndAnswersPings) {
  const auto browser = open_websocket();
  browser->receive("\r\n\r\n");
  browser->receive("\r\n");
  browser->receive(kMessage);
  EXPECT_THAT(messages_, ElementsAre(kMessage));
  EXPECT_EQ(flows_.at(0).kind, sip::TransportKind::Ws);
  EXPECT_EQ(flows_[0].remote, browser->remote());
  server_->send(flows_[0], "answer");
  EXPECT_THAT(browser->sent, ElementsAre("\r\n", "answer"));
}

TEST_F(SipServerTest, SendToAWebSocketThatIsGoneFailsLaterAndNeverInside) {
  const auto browser = open_websocket();
  browser->receive(kMessage);
  browser->end();
  EXPECT_THAT(closed_, ElementsAre(flows_.at(0)));
  server_->send(flows_[0], "too late");
  EXPECT_THAT(failed_, IsEmpty());
  ASSERT_TRUE(comes_true([&] { return !failed_.empty(); }));
  EXPECT_THAT(failed_, ElementsAre(flows_[0]));
  EXPECT_THAT(browser->sent, IsEmpty());
}

TEST_F(SipServerTest, WebSocketThatEndsWhileItsMessageIsHandledIsSafe) {
  const auto browser = open_websocket();
  on_message_ = [&] { browser->end(); };
  browser->receive(kMessage);
  EXPECT_THAT(closed_, ElementsAre(flows_.at(0)));
}

TEST_F(SipServerTest, TlsCarriesMessagesBothWaysWithAFlowOfItsOwn) {
  TestClient phone(loop_, server_->tls_local(), io::trusting(certificate_, "pbx.example.com"));
  phone.send("\r\n\r\n" + std::string(kMessage));
  ASSERT_TRUE(hears_messages(1));
  EXPECT_THAT(messages_, ElementsAre(kMessage));
  EXPECT_EQ(flows_[0].kind, sip::TransportKind::Tls);
  EXPECT_EQ(flows_[0].local, server_->tls_local());
  server_->send(flows_[0], "answer");
  EXPECT_TRUE(phone.hears("answer"));
  EXPECT_EQ(phone.received(), "\r\nanswer");
}

TEST_F(SipServerTest, SipInPlainOnTheTlsPortIsNoMessage) {
  TestClient phone(loop_, server_->tls_local());
  phone.send(kMessage);
  EXPECT_TRUE(phone.is_closed_by_server());
  EXPECT_THAT(messages_, IsEmpty());
  EXPECT_EQ(phone.received(), "");
}

TEST_F(SipServerTest, PhoneIsCalledBackOverTlsWhateverCertificateItHas) {
  const auto phone = make_tls_peer();
  const sip::Flow gone{.kind = sip::TransportKind::Tls, .remote = phone.local(), .connection = sip::ConnectionId(77)};
  server_->send(gone, "one,");
  server_->send(gone, "two");
  ASSERT_TRUE(comes_true([&] { return peer_heard_ == "one,two"; }));
  peers_.at(0).send(as_bytes(kMessage));
  ASSERT_TRUE(hears_messages(1));
  EXPECT_EQ(flows_[0].kind, sip::TransportKind::Tls);
  EXPECT_EQ(flows_[0].remote, phone.local());
}

TEST_F(SipServerTest, ServerThatIsCalledByItsNameIsVerifiedAndItsConnectionUsedForThatNameOnly) {
  const auto peer = make_tls_peer();
  server_->send(to_be_connected(peer.local(), "peer.example.com"), "one,");
  server_->send(to_be_connected(peer.local(), "peer.example.com"), "two");
  ASSERT_TRUE(comes_true([&] { return peer_heard_ == "one,two"; }));
  EXPECT_EQ(peers_.size(), 1U);
  const sip::Flow other = to_be_connected(peer.local(), "other.example.com");
  server_->send(other, "secret");
  ASSERT_TRUE(comes_true([&] { return !closed_.empty(); }));
  EXPECT_EQ(closed_[0].server_name, other.server_name);
  EXPECT_EQ(closed_[0].remote, other.remote);
  EXPECT_EQ(peer_heard_, "one,two");
}

TEST_F(SipServerTest, UnreachableTlsPeerIsReportedAfterSendAndNeverInside) {
  server_->send(to_be_connected(refusing_endpoint(), ""), kMessage);
  EXPECT_THAT(closed_, IsEmpty());
  ASSERT_TRUE(comes_true([&] { return !closed_.empty(); }));
  EXPECT_EQ(closed_[0].kind, sip::TransportKind::Tls);
}

TEST_F(SipServerTest, SecureWebSocketHasAFlowOfItsOwnKind) {
  const auto browser = open_websocket(sip::TransportKind::Wss);
  browser->receive(kMessage);
  EXPECT_EQ(flows_.at(0).kind, sip::TransportKind::Wss);
  server_->send(flows_[0], "answer");
  EXPECT_THAT(browser->sent, ElementsAre("answer"));
}

TEST_F(SipServerTest, FailureThatIsStillToBeReportedDoesNotOutliveTheServer) {
  server_->send({.kind = sip::TransportKind::Ws, .connection = sip::ConnectionId(5)}, kMessage);
  server_.reset();
  bool later = false;
  loop_.post([&] { later = true; });
  ASSERT_TRUE(comes_true([&] { return later; }));
  EXPECT_THAT(failed_, IsEmpty());
}

TEST_F(SipServerTest, TakenPortIsNamed) {
  SipServer second(loop_, log_);
  const auto listening = second.listen({.listen_address = kLoopback, .udp_port = server_->udp_local().port}, {});
  ASSERT_FALSE(listening);
  EXPECT_THAT(listening.error().text,
              testing::StartsWith("SIP: listening on UDP " + server_->udp_local().text() + ": "));
}

}  // namespace
}  // namespace webcalling::server
