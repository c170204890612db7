#include <gtest/gtest.h>

#include <optional>

#include "io/http_server.hpp"
#include "io/test_client.hpp"

namespace webcalling::io {
namespace {

const Endpoint kAnyLoopbackPort{IpAddress::v4(0x7f000001), 0};

// RFC 6455 section 5.2
constexpr std::uint8_t kFinal = 0x80;
constexpr std::uint8_t kContinuation = 0x0;
constexpr std::uint8_t kText = 0x1;
constexpr std::uint8_t kBinary = 0x2;
constexpr std::uint8_t kClose = 0x8;
constexpr std::uint8_t kPing = 0x9;

/// A frame as a client sends it, for payloads below 64 KB.
std::string frame(std::uint8_t first, std::string_view payload, bool masked = true) {
  ByteVector out;
  ByteWriter writer(out);
  const std::uint8_t mask_bit = masked ? 0x80 : 0;
  writer.u8(first);
  if (payload.size() < 126) {
    writer.u8(mask_bit | payload.size());
  } else {
    writer.u8(mask_bit | 126U).u16(payload.size());
  }
  constexpr std::array<std::uint8_t, 4> kMask{0x12, 0x34, 0x56, 0x78};
  if (masked) writer.bytes(kMask);
  for (std::size_t i = 0; i < payload.size(); ++i) {
    const auto byte = static_cast<std::uint8_t>(payload[i]);
    writer.u8(masked ? byte ^ kMask[i % 4] : byte);
  }
  return std::string(as_text(out));
}

/// A short frame as a server sends it.
std::string from_server(std::uint8_t opcode, std::string_view payload) {
  return frame(kFinal | opcode, payload, false);
}

std::string close_frame(std::uint16_t code) {
  const char payload[] = {static_cast<char>(code >> 8), static_cast<char>(code)};
  return from_server(kClose, {payload, 2});
}

/// RFC 6455 section 1.3
const std::string kKey = "dGhlIHNhbXBsZSBub25jZQ==";

std::string handshake(const std::string& path, const std::string& headers) {
  return "GET " + path +
         " HTTP/1.1\r\nHost: pbx\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
         "Sec-WebSocket-Key: " +
         kKey + "\r\n" + headers + "\r\n";
}

const std::string kSip = "Sec-WebSocket-Protocol: sip\r\n";

class WebSocketTest : public testing::Test {
 protected:
  void listen(HttpServerOptions options = {}) {
    if (options.websocket_paths.empty()) options.websocket_paths = {{"/ws", "sip"}};
    HttpServer::Handlers handlers;
    handlers.on_request = [](const HttpRequest&, const HttpResponder& responder) {
      responder.respond(HttpResponse::text(200, "page"));
    };
    handlers.on_websocket = [this](WebSocketConnection connection, const HttpRequest& request) {
      path_ = request.path();
      socket_ = std::move(connection);
      socket_.start({[this](std::string_view message) { on_message_(std::string(message)); },
                     [this](const std::string& reason) { reason_ = reason; }});
    };
    handlers.accept_origin = [](std::string_view origin, const HttpRequest&) {
      return origin != "https://evil.example";
    };
    auto server = HttpServer::listen(loop_, kAnyLoopbackPort, std::move(options), std::move(handlers));
    ASSERT_TRUE(server) << server.error().text;
    server_.emplace(std::move(*server));
  }

  /// A client whose WebSocket is open.
  std::unique_ptr<TestClient> open() {
    auto client = std::make_unique<TestClient>(loop_, server_->local());
    client->send(handshake("/ws", kSip));
    EXPECT_TRUE(client->hears("\r\n\r\n"));
    EXPECT_TRUE(client->take_received().starts_with("HTTP/1.1 101 "));
    EXPECT_TRUE(loop_.run_until([&] { return socket_.is_open(); }, kPatience));
    return client;
  }

  /// The response to a handshake that must fail.
  std::string refusal(const std::string& request) {
    TestClient client(loop_, server_->local());
    client.send(request);
    EXPECT_TRUE(client.is_closed_by_server());
    EXPECT_FALSE(socket_.is_open());
    return client.received();
  }

  bool server_says_closed() {
    return loop_.run_until([&] { return !reason_.empty(); }, kPatience);
  }

  Loop loop_;
  std::vector<std::string> messages_;
  std::function<void(std::string)> on_message_ = [this](std::string message) {
    messages_.push_back(std::move(message));
  };
  std::string reason_;
  std::string path_;
  WebSocketConnection socket_;
  std::optional<HttpServer> server_;
};

TEST_F(WebSocketTest, HandshakeWithSubProtocolSipIsAnsweredAsInRfc6455) {
  listen();
  TestClient client(loop_, server_->local());
  client.send(handshake("/ws?token=1", "Origin: http://pbx\r\nSec-WebSocket-Protocol: mqtt, sip\r\n"));
  ASSERT_TRUE(client.hears("\r\n\r\n"));
  EXPECT_TRUE(client.received().starts_with("HTTP/1.1 101 "));
  EXPECT_NE(client.received().find("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"), std::string::npos);
  EXPECT_NE(client.received().find("Sec-WebSocket-Protocol: sip\r\n"), std::string::npos);
  ASSERT_TRUE(loop_.run_until([&] { return socket_.is_open(); }, kPatience));
  EXPECT_EQ(path_, "/ws");
  EXPECT_EQ(socket_.local(), server_->local());
  EXPECT_TRUE(socket_.remote().address.is_loopback());
}

TEST_F(WebSocketTest, HandshakeWithoutSubProtocolSipIsRefusedWithASentence) {
  listen();
  for (const char* const header : {"", "Sec-WebSocket-Protocol: mqtt\r\n", "Sec-WebSocket-Protocol: sipx, SIP\r\n"}) {
    const std::string response = refusal(handshake("/ws", header));
    EXPECT_TRUE(response.starts_with("HTTP/1.1 400 ")) << response;
    EXPECT_NE(response.find("This WebSocket speaks the sub-protocol 'sip' only"), std::string::npos);
  }
}

TEST_F(WebSocketTest, ForeignOriginOtherPathAndBrokenHandshakeAreRefused) {
  listen();
  EXPECT_TRUE(refusal(handshake("/ws", kSip + "Origin: https://evil.example\r\n")).starts_with("HTTP/1.1 403 "));
  EXPECT_TRUE(refusal(handshake("/other", kSip)).starts_with("HTTP/1.1 404 "));
  EXPECT_TRUE(refusal(handshake("/ws", kSip) + "early data").starts_with("HTTP/1.1 400 "));
  const std::string no_key =
      "GET /ws HTTP/1.1\r\nHost: pbx\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
      kSip + "\r\n";
  EXPECT_TRUE(refusal(no_key).starts_with("HTTP/1.1 400 "));
}

TEST_F(WebSocketTest, HandshakeWithAKeyThatIsNotSixteenBytesIsRefused) {
  listen();
  for (const std::string& key : {std::string(), std::string("short"), kKey + kKey, "!" + kKey.substr(1)}) {
    std::string request = handshake("/ws", kSip);
    request.replace(request.find(kKey), kKey.size(), key);
    EXPECT_TRUE(refusal(request).starts_with("HTTP/1.1 400 ")) << key;
  }
}

TEST_F(WebSocketTest, PlainRequestOnTheWebSocketPathGets426AndOthersThePage) {
  listen();
  TestClient client(loop_, server_->local());
  client.send("GET /ws HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(client.hears("HTTP/1.1 426 "));
  client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(client.hears("page"));
}

TEST_F(WebSocketTest, EmptyPathOpensWebSocketsEverywhere) {
  HttpServerOptions options;
  options.websocket_paths = {{"", "sip"}};
  listen(options);
  TestClient client(loop_, server_->local());
  client.send(handshake("/anything", kSip));
  EXPECT_TRUE(client.hears("HTTP/1.1 101 "));
}

TEST_F(WebSocketTest, TextAndBinaryMessagesArriveAndAnswersAreText) {
  listen();
  const auto client = open();
  on_message_ = [&](const std::string& message) { socket_.send_text("re:" + message); };
  client->send(frame(kFinal | kText, "OPTIONS"));
  EXPECT_TRUE(client->hears(from_server(kText, "re:OPTIONS")));
  client->send(frame(kFinal | kBinary, "BYE"));
  EXPECT_TRUE(client->hears(from_server(kText, "re:BYE")));
}

// RFC 7118 section 4.2.
TEST_F(WebSocketTest, MessageThatIsNotUtf8IsSentAsBinary) {
  listen();
  const auto client = open();
  socket_.send_text("caf\xe9");
  socket_.send_text("caf\xc3\xa9");
  EXPECT_TRUE(client->hears(from_server(kBinary, "caf\xe9") + from_server(kText, "caf\xc3\xa9")));
}

// ATTACKS S22.
TEST_F(WebSocketTest, PingFloodIsAnsweredAndWhatStandsBehindItIsHeard) {
  constexpr std::size_t kPings = 5000;
  listen();
  const auto client = open();
  const std::string ping = frame(kFinal | kPing, "flood");
  std::string bytes;
  for (std::size_t i = 0; i < kPings; ++i) bytes += ping;
  client->send(bytes + frame(kFinal | kText, "OPTIONS"));
  ASSERT_TRUE(loop_.run_until([&] { return !messages_.empty(); }, kPatience));
  EXPECT_EQ(messages_, std::vector<std::string>{"OPTIONS"});
  EXPECT_TRUE(client->hears(from_server(0xA, "flood")));
  EXPECT_TRUE(socket_.is_open());
}

TEST_F(WebSocketTest, MessageInFragmentsAndTcpSegmentsIsOneMessage) {
  listen();
  const auto client = open();
  const std::string bytes = frame(kText, "REG") + frame(kFinal | kPing, "still there?") + frame(kContinuation, "IST") +
                            frame(kFinal | kContinuation, "ER");
  for (const char c : bytes) {
    client->send({&c, 1});
    (void)loop_.run_until([] { return true; }, 1ms);
  }
  ASSERT_TRUE(loop_.run_until([&] { return !messages_.empty(); }, kPatience));
  EXPECT_EQ(messages_, std::vector<std::string>{"REGISTER"});
  EXPECT_NE(client->received().find(from_server(0xA, "still there?")), std::string::npos);
}

TEST_F(WebSocketTest, ManyMessagesInOneSegmentStayApartAndOrdered) {
  listen();
  const auto client = open();
  std::string bytes;
  for (int i = 0; i < 100; ++i) bytes += frame(kFinal | kText, std::to_string(i));
  client->send(bytes);
  ASSERT_TRUE(loop_.run_until([&] { return messages_.size() == 100; }, kPatience));
  for (int i = 0; i < 100; ++i) EXPECT_EQ(messages_[static_cast<std::size_t>(i)], std::to_string(i));
}

TEST_F(WebSocketTest, LongMessageIsSentAsOneFrame) {
  listen();
  const auto client = open();
  const std::string message(20'000, 'x');
  socket_.send_text(message);
  EXPECT_TRUE(client->hears(from_server(kText, message)));
}

TEST_F(WebSocketTest, OversizedMessageIsClosedWith1009) {
  HttpServerOptions options;
  options.websocket.message_bytes = 1000;
  listen(options);
  const auto client = open();
  client->send(frame(kFinal | kText, std::string(1001, 'x')));
  EXPECT_TRUE(client->hears(close_frame(1009)));
  client->close();
  EXPECT_TRUE(server_says_closed());
  EXPECT_EQ(reason_, "a message was longer than 1000 bytes");
  EXPECT_TRUE(messages_.empty());
}

TEST_F(WebSocketTest, FragmentsThatAddUpToTooMuchAreClosedWith1009) {
  HttpServerOptions options;
  options.websocket.message_bytes = 1000;
  listen(options);
  const auto client = open();
  for (int i = 0; i < 3; ++i) client->send(frame(i == 0 ? kText : kContinuation, std::string(400, 'x')));
  EXPECT_TRUE(client->hears(close_frame(1009)));
}

TEST_F(WebSocketTest, UnmaskedFrameIsClosedWith1002) {
  listen();
  const auto client = open();
  client->send(frame(kFinal | kText, "OPTIONS", false));
  EXPECT_TRUE(client->hears(close_frame(1002)));
  client->close();
  EXPECT_TRUE(server_says_closed());
  EXPECT_TRUE(messages_.empty());
}

TEST_F(WebSocketTest, LengthWithTheHighBitAndReservedBitsAreClosedWith1002Or1009) {
  listen();
  for (const std::string& bytes : {std::string("\x81\xff\xff\xff\xff\xff\xff\xff\xff\xff", 10) + std::string(100, 'x'),
                                   frame(kFinal | 0x40 | kText, "x"), frame(kFinal | 0x3, "x"), frame(kPing, "x")}) {
    const auto client = open();
    client->send(bytes);
    EXPECT_TRUE(
        loop_.run_until([&] { return client->received().starts_with(std::string("\x88\x02\x03", 3)); }, kPatience));
    client->close();
    EXPECT_TRUE(server_says_closed());
    reason_.clear();
  }
}

TEST_F(WebSocketTest, TextThatIsNotUtf8IsClosedWith1007) {
  listen();
  const auto client = open();
  client->send(frame(kFinal | kText, "caf\xe9"));
  EXPECT_TRUE(client->hears(close_frame(1007)));
}

TEST_F(WebSocketTest, SilentClientGetsAPingAndIsGoneWithoutPong) {
  HttpServerOptions options;
  options.websocket.ping_interval = 20ms;
  listen(options);
  const auto client = open();
  EXPECT_TRUE(client->hears(from_server(kPing, "")));
  EXPECT_TRUE(server_says_closed());
  EXPECT_EQ(reason_, "the client did not answer a ping");
  EXPECT_TRUE(client->is_closed_by_server());
}

TEST_F(WebSocketTest, ClientThatAnswersPingsStays) {
  HttpServerOptions options;
  options.websocket.ping_interval = 100ms;
  listen(options);
  const auto client = open();
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(client->hears(from_server(kPing, "")));
    (void)client->take_received();
    client->send(frame(kFinal | 0xA, ""));
  }
  EXPECT_TRUE(socket_.is_open());
  EXPECT_EQ(reason_, "");
}

TEST_F(WebSocketTest, ClientThatClosesIsAnsweredAndReported) {
  listen();
  const auto client = open();
  client->send(frame(kFinal | kClose, std::string("\x03\xe9", 2)));
  EXPECT_TRUE(client->hears(close_frame(1001)));
  EXPECT_TRUE(server_says_closed());
  EXPECT_EQ(reason_, "the client closed the WebSocket with code 1001");
}

TEST_F(WebSocketTest, ClientThatVanishesIsReported) {
  listen();
  const auto client = open();
  client->close();
  EXPECT_TRUE(server_says_closed());
  EXPECT_EQ(reason_, "the client closed the connection without closing the WebSocket");
}

TEST_F(WebSocketTest, OwnersCloseSendsWhatIsQueuedThenTheCodeAndIsSilent) {
  listen();
  const auto client = open();
  socket_.send_text("one");
  socket_.send_text("two");
  socket_.close(4000, "bye");
  socket_.send_text("three");
  EXPECT_FALSE(socket_.is_open());
  EXPECT_TRUE(client->hears(from_server(kText, "one") + from_server(kText, "two") +
                            from_server(kClose, std::string("\x0f\xa0", 2) + "bye")));
  client->send(frame(kFinal | kClose, std::string("\x0f\xa0", 2)));
  EXPECT_TRUE(client->is_closed_by_server());
  EXPECT_EQ(reason_, "");
}

TEST_F(WebSocketTest, DestroyedInItsOwnCallbackSaysGoingAway) {
  listen();
  const auto client = open();
  on_message_ = [&](const std::string&) { socket_ = WebSocketConnection(); };
  client->send(frame(kFinal | kText, "x") + frame(kFinal | kText, "y"));
  EXPECT_TRUE(client->hears(close_frame(1001)));
  client->close();
  EXPECT_TRUE(loop_.run_until([&] { return server_->connections() == 0; }, kPatience));
  EXPECT_EQ(reason_, "");
}

TEST_F(WebSocketTest, OutlivesItsServer) {
  listen();
  const auto client = open();
  server_.reset();
  socket_.send_text("still here");
  EXPECT_TRUE(client->hears("still here"));
}

TEST_F(WebSocketTest, ClientThatDoesNotReadIsCutOffAtTheBound) {
  listen();
  const auto client = open();
  // Within one round nothing can be read.
  for (int i = 0; i < 1000 && socket_.is_open(); ++i) socket_.send_text(std::string(64 * 1024, 'x'));
  EXPECT_FALSE(socket_.is_open());
  EXPECT_EQ(reason_, "");
  EXPECT_TRUE(server_says_closed());
  EXPECT_EQ(reason_, "more than 262144 bytes wait for a client that does not read");
}

TEST_F(WebSocketTest, LoopMayEndWhileTheWebSocketIsOpen) {
  listen();
  const auto client = open();
  socket_.send_text("never read");
}

}  // namespace
}  // namespace webcalling::io
