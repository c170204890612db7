#include <gmock/gmock.h>

#include <map>
#include <optional>

#include "io/tcp_listener.hpp"
#include "io/test_client.hpp"
#include "io/tls_for_tests.hpp"

namespace webcalling::io {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const Endpoint kAnyLoopbackPort{IpAddress::v4(0x7f000001), 0};

class TlsConnectionTest : public testing::Test {
 protected:
  void listen(TcpOptions options = {}) {
    options.tls.context = context_;
    auto listener = TcpListener::listen(loop_, kAnyLoopbackPort, options, [this](TcpConnection connection) {
      const int id = next_id_++;
      auto& kept = connections_.emplace(id, std::move(connection)).first->second;
      kept.start({[this, id](Bytes bytes) { on_bytes_(id, std::string(as_text(bytes))); },
                  [this, id](const std::string& reason) {
                    reasons_.push_back(reason);
                    connections_.erase(id);
                  },
                  {}});
    });
    ASSERT_TRUE(listener) << listener.error().text;
    listener_.emplace(std::move(*listener));
  }

  [[nodiscard]] TlsOptions anybody() const { return {.context = context_}; }
  bool comes_true(const std::function<bool()>& fact) { return loop_.run_until(fact, kPatience); }

  Loop loop_;
  pki::Certificate certificate_ = make_certificate("pbx.example.com");
  std::shared_ptr<tls::Context> context_ = make_context(certificate_);
  std::map<int, TcpConnection> connections_;
  std::vector<std::string> reasons_;
  std::string received_;
  std::function<void(int, std::string)> on_bytes_ = [this](int id, const std::string& text) {
    received_ += text;
    connections_.at(id).send(as_bytes("re:" + text));
  };
  std::optional<TcpListener> listener_;

 private:
  int next_id_ = 0;
};

TEST_F(TlsConnectionTest, CarriesBytesBothWaysAlsoThoseThatWereSentBeforeItStood) {
  listen();
  TestClient client(loop_, listener_->local(), trusting(certificate_, "pbx.example.com"));
  client.send("hello");
  EXPECT_TRUE(client.hears("re:hello"));
}

TEST_F(TlsConnectionTest, ConnectedIsToldWhenTlsStandsAndNotBefore) {
  listen();
  std::vector<std::string> events;
  TcpConnection client;
  client = TcpConnection::connect(loop_, listener_->local(), {.tls = anybody()},
                                  {[&](Bytes) { events.emplace_back("bytes"); },
                                   {},
                                   [&] {
                                     events.emplace_back("connected");
                                     client.send(as_bytes("x"));
                                   }});
  EXPECT_TRUE(comes_true([&] { return events.size() == 2; }));
  EXPECT_THAT(events, ElementsAre("connected", "bytes"));
}

TEST_F(TlsConnectionTest, LastWordsOfManyMegabytesArriveWholeThoughTheObjectIsGone) {
  constexpr std::size_t kLong = 8 * 1024 * 1024;
  TcpOptions options;
  options.send_queue_bytes = 2 * kLong;
  listen(options);
  on_bytes_ = [&](int id, const std::string&) {
    connections_.at(id).send(as_bytes(std::string(kLong, 'y')));
    connections_.at(id).close_when_sent();
    connections_.erase(id);
  };
  TestClient client(loop_, listener_->local(), anybody());
  client.send(std::string(200'000, 'x'));
  EXPECT_TRUE(client.is_closed_by_server());
  EXPECT_EQ(client.received().size(), kLong);
  EXPECT_EQ(client.reason(), "the peer closed the connection");
}

TEST_F(TlsConnectionTest, LastWordsThatWereSaidBeforeTheHandshakeArriveAsWell) {
  listen();
  {
    auto client = TcpConnection::connect(loop_, listener_->local(), {.tls = anybody()}, {});
    client.send(as_bytes("last words"));
    client.close_when_sent();
  }
  EXPECT_TRUE(comes_true([&] { return received_ == "last words" && !reasons_.empty(); }));
  EXPECT_THAT(reasons_, ElementsAre("the peer closed the connection"));
}

TEST_F(TlsConnectionTest, PeerThatDoesNotReadIsCutOffAtTheBound) {
  listen();
  // Everything that this one receives stays where it is.
  auto deaf = TcpConnection::connect(loop_, listener_->local(), {.tls = anybody()}, {});
  deaf.send(as_bytes("go on"));
  on_bytes_ = [&](int, const std::string&) { deaf.pause(); };
  const std::string part(64 * 1024, 'x');
  Timer tick(loop_.timers(), [&] {
    for (auto& [id, connection] : connections_) connection.send(as_bytes(part));
    tick.start(1ms);
  });
  tick.start(1ms);
  ASSERT_TRUE(comes_true([&] { return !reasons_.empty(); }));
  EXPECT_THAT(reasons_, ElementsAre("more than 262144 bytes wait for a peer that does not read"));
}

TEST_F(TlsConnectionTest, PausedConnectionKeepsThePeerWaitingUntilItIsResumed) {
  TcpOptions options;
  options.send_queue_bytes = 64 * 1024 * 1024;
  listen(options);
  std::size_t heard = 0;
  TcpConnection slow;
  slow = TcpConnection::connect(loop_, listener_->local(), {.tls = anybody()}, {[&](Bytes bytes) {
                                  heard += bytes.size();
                                  slow.pause();
                                }});
  constexpr std::size_t kLong = 16 * 1024 * 1024;
  on_bytes_ = [&](int id, const std::string&) { connections_.at(id).send(as_bytes(std::string(kLong, 'y'))); };
  slow.send(as_bytes("go on"));
  ASSERT_TRUE(comes_true([&] { return heard > 0; }));
  ASSERT_TRUE(comes_true([&] { return connections_.at(0).is_sending(); }));
  EXPECT_LT(heard, kLong);
  Timer again(loop_.timers(), [&] {
    slow.resume();
    again.start(100us);
  });
  again.start(100us);
  EXPECT_TRUE(comes_true([&] { return heard == kLong; }));
  EXPECT_FALSE(connections_.at(0).is_sending());
}

TEST_F(TlsConnectionTest, ClientThatNeverBeginsIsDropped) {
  listen({.tls = {.handshake_timeout = 10ms}});
  TestClient client(loop_, listener_->local());
  EXPECT_TRUE(client.is_closed_by_server());
  EXPECT_THAT(reasons_, ElementsAre("the TLS handshake took longer than 0.01 s"));
}

TEST_F(TlsConnectionTest, ClientThatDribblesItsHandshakeIsDropped) {
  listen({.tls = {.handshake_timeout = 50ms}});
  TestClient client(loop_, listener_->local());
  // The beginning of a ClientHello of 512 bytes, and then a byte each millisecond.
  client.send(std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11));
  Timer tick(loop_.timers(), [&] {
    client.send("x");
    tick.start(1ms);
  });
  tick.start(1ms);
  EXPECT_TRUE(comes_true([&] { return !reasons_.empty(); }));
  EXPECT_THAT(reasons_, ElementsAre("the TLS handshake took longer than 0.05 s"));
}

TEST_F(TlsConnectionTest, ServerThatNeverAnswersTheHandshakeIsGivenUp) {
  std::vector<TcpConnection> silent;
  const auto listener = TcpListener::listen(loop_, kAnyLoopbackPort, {},
                                            [&](TcpConnection connection) { silent.push_back(std::move(connection)); });
  TlsOptions options = anybody();
  options.handshake_timeout = 10ms;
  TestClient client(loop_, listener->local(), options);
  EXPECT_TRUE(client.is_closed_by_server());
  EXPECT_EQ(client.reason(), "the TLS handshake took longer than 0.01 s");
}

TEST_F(TlsConnectionTest, GarbageIsAnsweredWithAnAlertAndForgotten) {
  listen();
  TestClient client(loop_, listener_->local());
  client.send(std::string("\x16\x03\x01\x00\x05garbage", 12));
  EXPECT_TRUE(client.is_closed_by_server());
  EXPECT_EQ(client.received().front(), '\x15');
  ASSERT_EQ(reasons_.size(), 1U);
  EXPECT_THAT(reasons_[0], testing::StartsWith("TLS: "));
  EXPECT_THAT(received_, IsEmpty());
}

TEST_F(TlsConnectionTest, WhoDoesNotSpeakTlsIsToldSoInPlain) {
  listen({.tls = {.plain_answer = "speak TLS"}});
  TestClient client(loop_, listener_->local());
  client.send("GET / HTTP/1.1\r\n\r\n");
  EXPECT_TRUE(client.is_closed_by_server());
  EXPECT_EQ(client.received(), "speak TLS");
  EXPECT_THAT(reasons_, ElementsAre("TLS: the peer does not speak it"));
}

TEST_F(TlsConnectionTest, NothingIsEverSentInPlain) {
  std::optional<TcpConnection> early;
  const auto listener =
      TcpListener::listen(loop_, kAnyLoopbackPort, {.tls = {.context = context_, .plain_answer = "speak TLS"}},
                          [&](TcpConnection connection) {
                            connection.send(as_bytes("secret"));
                            early = std::move(connection);
                            early->start({});
                          });
  TestClient client(loop_, listener->local());
  client.send("who is there?");
  EXPECT_TRUE(client.is_closed_by_server());
  EXPECT_EQ(client.received(), "speak TLS");
}

TEST_F(TlsConnectionTest, WrongNameEndsTheAttemptAndSaysWhy) {
  listen();
  TestClient client(loop_, listener_->local(), trusting(certificate_, "other.example.com"));
  client.send("secret");
  EXPECT_TRUE(client.is_closed_by_server());
  EXPECT_THAT(client.reason(), HasSubstr("the certificate is for pbx.example.com and not for other.example.com"));
  EXPECT_THAT(received_, IsEmpty());
}

TEST_F(TlsConnectionTest, StrangersCertificateEndsTheAttemptAndSaysWhy) {
  listen();
  TestClient client(loop_, listener_->local(), trusting(make_certificate("somebody"), "pbx.example.com"));
  client.send("secret");
  EXPECT_TRUE(client.is_closed_by_server());
  EXPECT_THAT(client.reason(), HasSubstr("certificate verify failed"));
  EXPECT_TRUE(comes_true([&] { return !reasons_.empty(); }));
  EXPECT_THAT(reasons_[0], HasSubstr("alert"));
}

TEST_F(TlsConnectionTest, NewCertificateIsShownToNewClientsWhileOldConnectionsGoOn) {
  listen();
  TestClient old(loop_, listener_->local(), trusting(certificate_, "pbx.example.com"));
  old.send("one");
  ASSERT_TRUE(old.hears("re:one"));
  const pki::Certificate next = make_certificate("next.example.com");
  ASSERT_TRUE(context_->replace(next));
  TestClient fresh(loop_, listener_->local(), trusting(next, "next.example.com"));
  fresh.send("two");
  EXPECT_TRUE(fresh.hears("re:two"));
  old.send("three");
  EXPECT_TRUE(old.hears("re:three"));
}

TEST_F(TlsConnectionTest, ConnectionCutInTheMiddleOfARecordIsReported) {
  listen();
  TestClient client(loop_, listener_->local());
  client.send(std::string("\x16\x03\x01\x02\x00\x01", 6));
  ASSERT_TRUE(comes_true([&] { return connections_.size() == 1; }));
  client.close();
  EXPECT_TRUE(comes_true([&] { return !reasons_.empty(); }));
  EXPECT_TRUE(connections_.empty());
}

TEST_F(TlsConnectionTest, MayBeDestroyedInItsOwnCallback) {
  listen();
  on_bytes_ = [&](int id, const std::string&) { connections_.erase(id); };
  TestClient client(loop_, listener_->local(), anybody());
  client.send("x");
  EXPECT_TRUE(client.is_closed_by_server());
}

TEST_F(TlsConnectionTest, LoopMayEndInTheMiddleOfEverything) {
  listen();
  TestClient talking(loop_, listener_->local(), anybody());
  talking.send("x");
  ASSERT_TRUE(talking.hears("re:x"));
  TestClient half(loop_, listener_->local());
  half.send(std::string("\x16\x03\x01\x02\x00\x01", 6));
  ASSERT_TRUE(comes_true([&] { return connections_.size() == 2; }));
  talking.send("never read");
}

}  // namespace
}  // namespace webcalling::io
