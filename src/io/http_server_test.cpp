#include "io/http_server.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <thread>

#include "io/test_client.hpp"
#include "io/worker_pool.hpp"

namespace webcalling::io {
namespace {

const Endpoint kAnyLoopbackPort{IpAddress::v4(0x7f000001), 0};

class HttpServerTest : public testing::Test {
 protected:
  void listen(HttpServerOptions options = {}) {
    HttpServer::Handlers handlers = std::move(handlers_);
    handlers.on_request = [this](HttpRequest request, HttpResponder responder) {
      requests_.push_back(request);
      on_request_(std::move(request), std::move(responder));
    };
    auto server = HttpServer::listen(loop_, kAnyLoopbackPort, std::move(options), std::move(handlers));
    ASSERT_TRUE(server) << server.error().text;
    server_.emplace(std::move(*server));
  }

  Loop loop_;
  std::vector<HttpRequest> requests_;
  std::function<void(HttpRequest, HttpResponder)> on_request_ = [](const HttpRequest& request,
                                                                   const HttpResponder& responder) {
    responder.respond(HttpResponse::text(200, "you asked for " + request.target));
  };
  /// What a test adds to them.
  HttpServer::Handlers handlers_;
  std::optional<HttpServer> server_;
};

TEST_F(HttpServerTest, OwnerAdmitsConnectionsAndHoldsThemAsLongAsTheyLive) {
  const auto ticket = std::make_shared<const int>(0);
  handlers_.admit = [&](const Endpoint& remote) {
    EXPECT_TRUE(remote.address.is_loopback());
    return ticket.use_count() > 1 ? nullptr : ticket;
  };
  listen();
  TestClient first(loop_, server_->local());
  first.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(first.hears("you asked for /a"));
  TestClient second(loop_, server_->local());
  EXPECT_TRUE(second.is_closed_by_server());
  first.close();
  ASSERT_TRUE(loop_.run_until([&] { return server_->connections() == 0; }, kPatience));
  TestClient third(loop_, server_->local());
  third.send("GET /b HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(third.hears("you asked for /b"));
}

TEST_F(HttpServerTest, OwnerRefusesARequestAndTheConnectionEnds) {
  handlers_.refuse = [](const HttpRequest& request) {
    return request.path() == "/ws" || request.path() == "/a" ? std::optional(HttpResponse::text(429, "Too many."))
                                                             : std::nullopt;
  };
  listen({.websocket_paths = {{.path = "/ws"}}});
  TestClient client(loop_, server_->local());
  client.send("GET /b HTTP/1.1\r\nHost: h\r\n\r\nGET /a HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(client.is_closed_by_server());
  EXPECT_NE(client.received().find("you asked for /b"), std::string::npos);
  EXPECT_NE(client.received().find("HTTP/1.1 429 "), std::string::npos);
  EXPECT_EQ(requests_.size(), 1U);
  TestClient browser(loop_, server_->local());
  browser.send(
      "GET /ws HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: sip\r\n\r\n");
  ASSERT_TRUE(browser.is_closed_by_server());
  EXPECT_TRUE(browser.received().starts_with("HTTP/1.1 429 ")) << browser.received();
}

TEST_F(HttpServerTest, AnswersRequestsOneAfterTheOtherOnOneConnection) {
  listen();
  TestClient client(loop_, server_->local());
  client.send(
      "GET /a?x=1 HTTP/1.1\r\nHost: h\r\nX-One: 1\r\n\r\nPOST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody");
  ASSERT_TRUE(client.hears("you asked for /b"));
  EXPECT_TRUE(client.received().starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_NE(client.received().find("Content-Length: 21\r\n"), std::string::npos);
  EXPECT_NE(client.received().find("\r\nDate: "), std::string::npos);
  ASSERT_EQ(requests_.size(), 2U);
  EXPECT_EQ(requests_[0].method, "GET");
  EXPECT_EQ(requests_[0].path(), "/a");
  EXPECT_EQ(requests_[0].query(), "x=1");
  EXPECT_EQ(requests_[0].header("x-one"), "1");
  EXPECT_EQ(requests_[0].local, server_->local());
  EXPECT_TRUE(requests_[0].remote.address.is_loopback());
  EXPECT_EQ(requests_[1].body, "body");
}

TEST_F(HttpServerTest, HeadGetsTheLengthWithoutTheBody) {
  listen();
  TestClient client(loop_, server_->local());
  client.send("HEAD /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  ASSERT_TRUE(client.is_closed_by_server());
  EXPECT_NE(client.received().find("Content-Length: 17\r\n"), std::string::npos);
  EXPECT_TRUE(client.received().ends_with("\r\n\r\n"));
}

TEST_F(HttpServerTest, AbsoluteTargetIsTakenAsPath) {
  listen();
  TestClient client(loop_, server_->local());
  client.send("GET http://pbx.example/a HTTP/1.1\r\nHost: pbx.example\r\n\r\n");
  EXPECT_TRUE(client.hears("you asked for /a\n"));
}

TEST_F(HttpServerTest, RequestInPiecesIsOneRequest) {
  listen();
  TestClient client(loop_, server_->local());
  for (const char c : std::string("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n")) {
    client.send({&c, 1});
    (void)loop_.run_until([] { return true; }, 1ms);
  }
  EXPECT_TRUE(client.hears("you asked for /slow"));
}

TEST_F(HttpServerTest, ClientThatAsksFirstIsToldToGoOn) {
  listen();
  TestClient client(loop_, server_->local());
  client.send("POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
  ASSERT_TRUE(client.hears("HTTP/1.1 100 Continue\r\n\r\n"));
  client.send("body");
  EXPECT_TRUE(client.hears("you asked for /b"));
}

TEST_F(HttpServerTest, OversizedHeaderGets431AndBodyGets413) {
  HttpServerOptions options;
  options.header_bytes = 1000;
  options.body_bytes = 1000;
  listen(options);
  TestClient header(loop_, server_->local());
  header.send("GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(100'000, 'x') + "\r\n\r\n");
  ASSERT_TRUE(header.is_closed_by_server());
  EXPECT_TRUE(header.received().starts_with("HTTP/1.1 431 ")) << header.received();

  for (const char* const length : {"1001", "18446744073709551615"}) {
    TestClient body(loop_, server_->local());
    body.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::string(length) + "\r\n\r\n");
    ASSERT_TRUE(body.is_closed_by_server());
    EXPECT_TRUE(body.received().starts_with("HTTP/1.1 413 ")) << body.received();
  }
  TestClient chunks(loop_, server_->local());
  chunks.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n" + std::string(2000, 'x'));
  ASSERT_TRUE(chunks.is_closed_by_server());
  EXPECT_TRUE(chunks.received().starts_with("HTTP/1.1 413 ")) << chunks.received();
  EXPECT_TRUE(requests_.empty());
}

TEST_F(HttpServerTest, WhatIsNotHttpGets400) {
  listen();
  for (const char* const text :
       {"REGISTER sip:pbx SIP/2.0\r\nVia: x\r\n\r\n", "\x16\x03\x01\x02\x01\x01\x01\xfc\x03\x03",
        "GET / HTTP/1.1\r\nBad Header: 1\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx"}) {
    TestClient client(loop_, server_->local());
    client.send(text);
    ASSERT_TRUE(client.is_closed_by_server()) << text;
    EXPECT_TRUE(client.received().starts_with("HTTP/1.1 400 ")) << text << client.received();
  }
  EXPECT_TRUE(requests_.empty());
}

TEST_F(HttpServerTest, SlowClientIsDropped) {
  HttpServerOptions options;
  options.first_request_timeout = 20ms;
  options.request_timeout = 20ms;
  listen(options);
  TestClient silent(loop_, server_->local());
  TestClient half_header(loop_, server_->local());
  half_header.send("GET / HTTP/1.1\r\nHost:");
  TestClient half_body(loop_, server_->local());
  half_body.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nhalf");
  EXPECT_TRUE(silent.is_closed_by_server());
  EXPECT_TRUE(half_header.is_closed_by_server());
  EXPECT_TRUE(half_body.is_closed_by_server());
  EXPECT_TRUE(requests_.empty());
  EXPECT_TRUE(loop_.run_until([&] { return server_->connections() == 0; }, kPatience));
}

TEST_F(HttpServerTest, ConnectionsBeyondTheCapAreClosedAndOthersServed) {
  HttpServerOptions options;
  options.connections = 2;
  listen(options);
  TestClient first(loop_, server_->local());
  TestClient second(loop_, server_->local());
  ASSERT_TRUE(loop_.run_until([&] { return server_->connections() == 2; }, kPatience));
  TestClient third(loop_, server_->local());
  EXPECT_TRUE(third.is_closed_by_server());
  first.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(first.hears("you asked for /a"));
}

TEST_F(HttpServerTest, AnswerMayComeLaterFromAnotherThread) {
  listen();
  WorkerPool pool(1);
  on_request_ = [&](const HttpRequest&, const HttpResponder& responder) {
    pool.run([responder] { responder.respond(HttpResponse::text(200, "worked")); });
  };
  TestClient client(loop_, server_->local());
  client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(client.hears("worked"));
}

TEST_F(HttpServerTest, ForgottenRequestGets500AndLateAnswer503) {
  HttpServerOptions options;
  options.request_timeout = 20ms;
  listen(options);
  on_request_ = [](const HttpRequest&, const HttpResponder&) {};
  TestClient forgotten(loop_, server_->local());
  forgotten.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(forgotten.hears("HTTP/1.1 500 "));

  std::optional<HttpResponder> kept;
  on_request_ = [&](const HttpRequest&, HttpResponder responder) { kept.emplace(std::move(responder)); };
  TestClient late(loop_, server_->local());
  late.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(late.hears("HTTP/1.1 503 "));
  kept->respond(HttpResponse::text(200, "too late"));
  kept->respond(HttpResponse::text(200, "and again"));
  EXPECT_TRUE(late.is_closed_by_server());
  EXPECT_EQ(late.received().find("too late"), std::string::npos);
}

TEST_F(HttpServerTest, LineBreakInOurHeaderIsNotSent) {
  listen();
  on_request_ = [](const HttpRequest&, const HttpResponder& responder) {
    HttpResponse response = HttpResponse::text(200, "ok");
    response.headers.push_back({"Location", "/x\r\nSet-Cookie: stolen=1"});
    responder.respond(response);
  };
  TestClient client(loop_, server_->local());
  client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(client.hears("ok\n"));
  EXPECT_EQ(client.received().find("Set-Cookie"), std::string::npos);
}

TEST_F(HttpServerTest, NotModifiedHasNeitherBodyNorLength) {
  listen();
  on_request_ = [](const HttpRequest&, const HttpResponder& responder) {
    responder.respond({304, {{"ETag", "\"1\""}}, ""});
  };
  TestClient client(loop_, server_->local());
  client.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  ASSERT_TRUE(client.is_closed_by_server());
  EXPECT_TRUE(client.received().starts_with("HTTP/1.1 304 Not Modified\r\n"));
  EXPECT_EQ(client.received().find("Content-Length"), std::string::npos);
}

TEST_F(HttpServerTest, LongBodyArrivesWhole) {
  listen();
  const std::string body(5 * 1024 * 1024, 'x');
  on_request_ = [&](const HttpRequest&, const HttpResponder& responder) {
    responder.respond(HttpResponse::text(200, body));
  };
  TestClient client(loop_, server_->local());
  client.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  ASSERT_TRUE(client.is_closed_by_server());
  EXPECT_TRUE(client.received().ends_with(body + "\n"));
}

TEST_F(HttpServerTest, MayBeDestroyedByItsOwnCallbackWithAnswersOutstanding) {
  listen();
  std::optional<HttpResponder> kept;
  on_request_ = [&](const HttpRequest& request, HttpResponder responder) {
    if (request.path() == "/end") server_.reset();
    kept.emplace(std::move(responder));
  };
  TestClient waiting(loop_, server_->local());
  waiting.send("GET /wait HTTP/1.1\r\nHost: h\r\n\r\n");
  ASSERT_TRUE(loop_.run_until([&] { return requests_.size() == 1; }, kPatience));
  TestClient ending(loop_, server_->local());
  ending.send("GET /end HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_TRUE(ending.is_closed_by_server());
  EXPECT_TRUE(waiting.is_closed_by_server());
  kept->respond(HttpResponse::text(200, "to nobody"));
}

TEST_F(HttpServerTest, TakenPortIsExplained) {
  listen();
  const auto second = HttpServer::listen(loop_, server_->local(), {}, {});
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().text,
            "listening on TCP " + server_->local().text() + ": address already in use: is another PBX running?");
}

}  // namespace
}  // namespace webcalling::io
