#include <gmock/gmock.h>

#include <optional>

#include "io/http_server.hpp"
#include "io/test_client.hpp"
#include "io/tls_for_tests.hpp"

namespace webcalling::io {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

const Endpoint kAnyLoopbackPort{IpAddress::v4(0x7f000001), 0};
constexpr std::string_view kUpgrade =
    "GET /ws HTTP/1.1\r\nHost: pbx\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: sip\r\n\r\n";
/// "hello" as a client sends it, with a mask of zeros.
constexpr std::string_view kHello{"\x81\x85\0\0\0\0hello", 11};

class HttpsTest : public testing::Test {
 protected:
  void listen(HttpServerOptions options = {}) {
    options.websocket_paths = {{"/ws", "sip"}};
    options.tls.context = make_context(certificate_);
    options.tls.plain_answer = "this is HTTPS";
    auto server = HttpServer::listen(
        loop_, kAnyLoopbackPort, std::move(options),
        {.on_request = [this](const HttpRequest&,
                              const HttpResponder& responder) { responder.respond(HttpResponse::text(200, page_)); },
         .on_websocket =
             [this](WebSocketConnection connection, const HttpRequest&) {
               socket_ = std::move(connection);
               socket_.start({[this](std::string_view message) { socket_.send_text("re:" + std::string(message)); },
                              [this](const std::string& reason) { reason_ = reason; }});
             },
         .accept_origin = {}});
    ASSERT_TRUE(server) << server.error().text;
    server_.emplace(std::move(*server));
  }

  [[nodiscard]] TlsOptions trusted() const { return trusting(certificate_, "pbx"); }
  bool nobody_is_left() {
    return loop_.run_until([&] { return server_->connections() == 0; }, kPatience);
  }

  Loop loop_;
  pki::Certificate certificate_ = make_certificate("pbx");
  std::string page_ = "the page";
  std::string reason_;
  WebSocketConnection socket_;
  std::optional<HttpServer> server_;
};

TEST_F(HttpsTest, AnswersRequestsOneAfterTheOther) {
  listen();
  TestClient client(loop_, server_->local(), trusted());
  client.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\nGET /b HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  ASSERT_TRUE(client.is_closed_by_server());
  EXPECT_THAT(client.received(),
              testing::MatchesRegex("HTTP/1.1 200 OK(.|\n)*the page\nHTTP/1.1 200 OK(.|\n)*the page\n"));
  EXPECT_TRUE(nobody_is_left());
}

TEST_F(HttpsTest, LongPageArrivesWhole) {
  listen();
  page_.assign(5 * 1024 * 1024, 'x');
  TestClient client(loop_, server_->local(), trusted());
  client.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  ASSERT_TRUE(client.is_closed_by_server());
  EXPECT_THAT(client.received(), EndsWith(page_ + "\n"));
}

TEST_F(HttpsTest, WebSocketCarriesMessagesBothWaysAndOutlivesTheServer) {
  listen();
  TestClient client(loop_, server_->local(), trusted());
  client.send(kUpgrade);
  ASSERT_TRUE(client.hears("\r\n\r\n"));
  EXPECT_THAT(client.take_received(), StartsWith("HTTP/1.1 101 "));
  client.send(kHello);
  ASSERT_TRUE(client.hears("re:hello"));
  EXPECT_EQ(socket_.local(), server_->local());
  server_.reset();
  client.send(kHello);
  client.send(kHello);
  ASSERT_TRUE(client.hears_bytes(3 * 10));
  client.close();
  EXPECT_TRUE(loop_.run_until([&] { return !reason_.empty(); }, kPatience));
}

TEST_F(HttpsTest, WebSocketIsClosedWithAGoodbyeAndNothingIsLeft) {
  listen();
  TestClient client(loop_, server_->local(), trusted());
  client.send(kUpgrade);
  ASSERT_TRUE(client.hears("\r\n\r\n"));
  ASSERT_TRUE(loop_.run_until([&] { return socket_.is_open(); }, kPatience));
  (void)client.take_received();
  socket_.close(1001);
  ASSERT_TRUE(client.hears("\x88\x02\x03\xe9"));
  client.send(std::string("\x88\x82\0\0\0\0\x03\xe9", 8));
  EXPECT_TRUE(client.is_closed_by_server());
  socket_ = {};
  EXPECT_TRUE(nobody_is_left());
}

TEST_F(HttpsTest, PlainHttpIsToldThatThisIsHttps) {
  listen();
  TestClient client(loop_, server_->local());
  client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(client.is_closed_by_server());
  EXPECT_EQ(client.received(), "this is HTTPS");
  EXPECT_TRUE(nobody_is_left());
}

TEST_F(HttpsTest, ClientThatStallsInTheHandshakeOrAfterItIsDropped) {
  HttpServerOptions options;
  options.tls.handshake_timeout = 20ms;
  options.first_request_timeout = 40ms;
  listen(options);
  TestClient silent(loop_, server_->local());
  TestClient half_hello(loop_, server_->local());
  half_hello.send(std::string("\x16\x03\x01\x02\x00\x01", 6));
  TestClient half_request(loop_, server_->local(), trusted());
  half_request.send("GET / HTTP/1.1\r\nHost:");
  for (TestClient* client : {&silent, &half_hello, &half_request}) EXPECT_TRUE(client->is_closed_by_server());
  EXPECT_TRUE(nobody_is_left());
}

TEST_F(HttpsTest, SilentWebSocketIsPingedAndThenDropped) {
  HttpServerOptions options;
  options.websocket.ping_interval = 30ms;
  listen(options);
  TestClient client(loop_, server_->local(), trusted());
  client.send(kUpgrade);
  ASSERT_TRUE(client.hears("\x89"));
  ASSERT_TRUE(client.is_closed_by_server());
  EXPECT_EQ(reason_, "the client did not answer a ping");
}

TEST_F(HttpsTest, LoopMayEndWithAnOpenWebSocket) {
  listen();
  TestClient client(loop_, server_->local(), trusted());
  client.send(kUpgrade);
  ASSERT_TRUE(client.hears("\r\n\r\n"));
  ASSERT_TRUE(loop_.run_until([&] { return socket_.is_open(); }, kPatience));
  socket_.send_text("never read");
}

}  // namespace
}  // namespace webcalling::io
