#include "io/tcp_connection.hpp"

#include <gtest/gtest.h>

#include <map>
#include <optional>

#include "io/tcp_listener.hpp"
#include "io/test_client.hpp"

namespace webcalling::io {
namespace {

const Endpoint kAnyLoopbackPort{IpAddress::v4(0x7f000001), 0};

/// Takes connections and keeps them by number, as a SIP transport does.
class Server {
 public:
  explicit Server(Loop& loop, const TcpOptions& options = {})
      : listener(*TcpListener::listen(loop, kAnyLoopbackPort, options, [this](TcpConnection connection) {
          const int id = next_id_++;
          auto& kept = connections.emplace(id, std::move(connection)).first->second;
          kept.start({[this, id](Bytes bytes) { on_bytes(id, std::string(as_text(bytes))); },
                      [this, id](const std::string& reason) {
                        reasons.push_back(reason);
                        connections.erase(id);
                      },
                      {}});
        })) {}

  std::map<int, TcpConnection> connections;
  std::vector<std::string> reasons;
  std::string received;
  std::function<void(int, std::string)> on_bytes = [this](int, const std::string& text) { received += text; };
  TcpListener listener;

 private:
  int next_id_ = 0;
};

TEST(TcpConnection, CarriesBytesBothWaysAndKnowsBothEnds) {
  Loop loop;
  Server server(loop);
  server.on_bytes = [&](int id, const std::string& text) { server.connections.at(id).send(as_bytes("re:" + text)); };
  TestClient client(loop, server.listener.local());
  // Sent before the connection stands.
  client.send("hello");
  EXPECT_TRUE(client.hears("re:hello"));
  const TcpConnection& accepted = server.connections.at(0);
  EXPECT_EQ(accepted.local(), server.listener.local());
  EXPECT_TRUE(accepted.remote().address.is_loopback());
}

TEST(TcpConnection, TellsWhenThePeerCloses) {
  Loop loop;
  Server server(loop);
  TestClient client(loop, server.listener.local());
  ASSERT_TRUE(loop.run_until([&] { return server.connections.size() == 1; }, kPatience));
  client.close();
  ASSERT_TRUE(loop.run_until([&] { return !server.reasons.empty(); }, kPatience));
  EXPECT_EQ(server.reasons.front(), "the peer closed the connection");
  EXPECT_TRUE(server.connections.empty());
}

TEST(TcpConnection, OwnersCloseIsSilentAndTheObjectTakesEveryCallAfterwards) {
  Loop loop;
  Server server(loop);
  server.on_bytes = [&](int id, const std::string&) {
    TcpConnection& connection = server.connections.at(id);
    connection.close();
    connection.send(as_bytes("too late"));
    connection.close_when_sent();
    EXPECT_FALSE(connection.is_open());
  };
  TestClient client(loop, server.listener.local());
  client.send("x");
  EXPECT_TRUE(client.is_closed_by_server());
  EXPECT_EQ(client.received(), "");
  EXPECT_TRUE(server.reasons.empty());
}

TEST(TcpConnection, DestroyedInItsOwnCallbackIsClosed) {
  Loop loop;
  Server server(loop);
  server.on_bytes = [&](int id, const std::string&) { server.connections.erase(id); };
  TestClient client(loop, server.listener.local());
  client.send("x");
  EXPECT_TRUE(client.is_closed_by_server());
}

TEST(TcpConnection, LastWordsArriveWholeThoughTheObjectIsGoneAndThePeerKeepsTalking) {
  constexpr std::size_t kLong = 8 * 1024 * 1024;
  Loop loop;
  TcpOptions options;
  options.send_queue_bytes = 2 * kLong;
  Server server(loop, options);
  server.on_bytes = [&](int id, const std::string&) {
    server.connections.at(id).send(as_bytes(std::string(kLong, 'y')));
    server.connections.at(id).close_when_sent();
    server.connections.erase(id);
  };
  TestClient client(loop, server.listener.local());
  client.send(std::string(200'000, 'x'));
  EXPECT_TRUE(client.is_closed_by_server());
  EXPECT_EQ(client.received().size(), kLong);
  EXPECT_EQ(client.reason(), "the peer closed the connection");
}

TEST(TcpConnection, PeerThatDoesNotReadIsCutOffAtTheBound) {
  Loop loop;
  Server server(loop);
  std::optional<TcpConnection> deaf;
  // An accepted connection that is never started does not read.
  auto listener = TcpListener::listen(loop, kAnyLoopbackPort, {}, [&](TcpConnection c) { deaf = std::move(c); });
  ASSERT_TRUE(listener);
  std::string reason;
  TcpConnection talker =
      TcpConnection::connect(loop, listener->local(), {}, {{}, [&](const std::string& r) { reason = r; }, {}});
  const std::string part(64 * 1024, 'x');
  Timer tick(loop.timers(), [&] {
    talker.send(as_bytes(part));
    tick.start(1ms);
  });
  tick.start(1ms);
  ASSERT_TRUE(loop.run_until([&] { return !reason.empty(); }, kPatience));
  EXPECT_EQ(reason, "more than 262144 bytes wait for a peer that does not read");
  EXPECT_FALSE(talker.is_open());
}

TEST(TcpConnection, RefusedConnectionIsExplained) {
  Loop loop;
  const Endpoint nobody = TcpListener::listen(loop, kAnyLoopbackPort, {}, [](TcpConnection) {})->local();
  std::string reason;
  const auto connection = TcpConnection::connect(loop, nobody, {}, {{}, [&](const std::string& r) { reason = r; }, {}});
  ASSERT_TRUE(loop.run_until([&] { return !reason.empty(); }, kPatience));
  EXPECT_EQ(reason, "connecting to " + nobody.text() + ": Connection refused");
}

TEST(TcpConnection, UnreachablePeerEndsAfterTheConnectTimeout) {
  Loop loop;
  TcpOptions options;
  options.connect_timeout = 20ms;
  std::string reason;
  // RFC 5737: documentation addresses answer nowhere. A machine without a route fails at once, which will do as well.
  const auto connection = TcpConnection::connect(loop, {*IpAddress::parse("192.0.2.1"), 5060}, options,
                                                 {{}, [&](const std::string& r) { reason = r; }, {}});
  ASSERT_TRUE(loop.run_until([&] { return !reason.empty(); }, kPatience));
  EXPECT_TRUE(reason.starts_with("connecting to 192.0.2.1:5060: ")) << reason;
}

TEST(TcpConnection, ConnectedIsToldOnce) {
  Loop loop;
  Server server(loop);
  int connected = 0;
  const auto connection = TcpConnection::connect(loop, server.listener.local(), {}, {{}, {}, [&] { ++connected; }});
  ASSERT_TRUE(loop.run_until([&] { return connected > 0 && !server.connections.empty(); }, kPatience));
  EXPECT_EQ(connected, 1);
  EXPECT_EQ(server.connections.at(0).remote(), connection.local());
}

TEST(TcpConnection, ClientThatNeverSpeaksIsDropped) {
  Loop loop;
  TcpOptions options;
  options.first_bytes_timeout = 10ms;
  Server server(loop, options);
  TestClient client(loop, server.listener.local());
  EXPECT_TRUE(client.is_closed_by_server());
  EXPECT_EQ(server.reasons, std::vector<std::string>{"nothing was received for too long"});
}

TEST(TcpConnection, ClientThatFallsSilentIsDropped) {
  Loop loop;
  TcpOptions options;
  options.idle_timeout = 10ms;
  Server server(loop, options);
  TestClient client(loop, server.listener.local());
  client.send("once");
  EXPECT_TRUE(client.is_closed_by_server());
  EXPECT_EQ(server.received, "once");
}

TEST(TcpConnection, LoopMayEndWhileConnectionsAreOpen) {
  Loop loop;
  Server server(loop);
  TestClient client(loop, server.listener.local());
  client.send("x");
  ASSERT_TRUE(loop.run_until([&] { return server.received == "x"; }, kPatience));
  client.send("never read");
}

TEST(TcpListener, MayBeDestroyedByItsOwnCallback) {
  Loop loop;
  std::optional<TcpListener> listener;
  TcpConnection accepted;
  listener.emplace(*TcpListener::listen(loop, kAnyLoopbackPort, {}, [&](TcpConnection connection) {
    accepted = std::move(connection);
    listener.reset();
  }));
  TestClient client(loop, listener->local());
  ASSERT_TRUE(loop.run_until([&] { return !listener; }, kPatience));
  accepted.start({});
  accepted.send(as_bytes("still here"));
  EXPECT_TRUE(client.hears("still here"));
}

TEST(TcpListener, TakenPortIsExplained) {
  Loop loop;
  const Server server(loop);
  const auto second = TcpListener::listen(loop, server.listener.local(), {}, [](TcpConnection) {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().text,
            "listening on TCP " + server.listener.local().text() + ": address already in use: is another PBX running?");
}

}  // namespace
}  // namespace webcalling::io
