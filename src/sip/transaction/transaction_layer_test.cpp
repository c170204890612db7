#include "sip/transaction/transaction_layer.hpp"

#include <functional>
#include <utility>

#include "sip/transaction/large_requests.hpp"
#include "sip/transaction/transaction_sim.hpp"

namespace webcalling::sip {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct RecordingUser final : TransactionLayer::User {
  void on_request(const Request& request, const Flow& flow) override {
    requests.push_back(request);
    if (answer) answer(request, flow);
  }
  void on_cancel(ServerTransactionId invite, const Request&) override {
    cancelled.push_back(invite);
    if (cancel) cancel(invite);
  }
  void on_server_failure(ServerTransactionId transaction) override { failed.push_back(transaction); }

  std::vector<Request> requests;
  std::vector<ServerTransactionId> cancelled;
  std::vector<ServerTransactionId> failed;
  std::function<void(const Request&, const Flow&)> answer;
  std::function<void(ServerTransactionId)> cancel;
};

class TransactionLayerTest : public testing::Test {
 protected:
  TransactionLayerTest() { layer.set_user(user); }

  void advance(Duration by) { timers.advance(timers.now() + by); }
  void receive(const RequestText& request, const Flow& flow = udp_flow()) { layer.receive(request.text(), flow); }
  /// Accepts the request that was shown last.
  ServerTransactionId accept(const Flow& flow = udp_flow()) { return layer.accept(user.requests.back(), flow); }
  void respond(ServerTransactionId id, int status) {
    layer.respond(id, make_response(user.requests.front(), status, "ours"));
  }

  ClientTransactionId call(const Flow& flow = udp_flow(), Method method = Method::Invite) {
    RequestText text{.method = std::string(sip::text(method))};
    Request request = text.request();
    request.remove(HeaderName::Via);
    return layer.send_request(std::move(request), flow, [this](const Response& response) {
      statuses.push_back(response.status());
      if (on_response) on_response(response);
    });
  }
  /// The peer's response to the message that was sent at `index`.
  void reply(std::size_t index, int status, const Flow& flow = udp_flow()) {
    layer.receive(make_response(sent.request(index), status, status == 100 ? "" : "bobs").write(), flow);
  }

  TimerQueue timers{TimePoint{1000s}};
  SeededRandom random{11};
  SentMessages sent;
  RecordingUser user;
  TransactionLayer layer{timers, random, sent};
  std::vector<int> statuses;
  std::function<void(const Response&)> on_response;
};

TEST_F(TransactionLayerTest, ShowsAStrangersRequestWithoutStoringAnything) {
  receive({});
  receive({});
  ASSERT_EQ(user.requests.size(), 2U);
  EXPECT_THAT(std::string(*user.requests[0].header(HeaderName::Via)), HasSubstr(";received=10.0.0.2"));
  EXPECT_THAT(std::string(*user.requests[0].header(HeaderName::Via)), HasSubstr(";rport=5070"));
  EXPECT_EQ(layer.active(), 0U);
  EXPECT_EQ(timers.size(), 0U);
  EXPECT_EQ(sent.count(), 0U);
}

TEST_F(TransactionLayerTest, StatelessReplyStoresNothingAndItsAckIsShownToTheUser) {
  receive({});
  layer.reply_statelessly(user.requests[0], udp_flow(), make_response(user.requests[0], 407, "ours"));
  receive({.method = "ACK", .to = "<sip:bob@example.com>;tag=ours"});
  EXPECT_THAT(sent.first_lines(), ElementsAre("SIP/2.0 407 Proxy Authentication Required"));
  EXPECT_EQ(user.requests.size(), 2U);
  EXPECT_EQ(layer.active(), 0U);
}

TEST_F(TransactionLayerTest, StatelessReplyToAnAckIsNeverSent) {
  receive({.method = "ACK", .to = "<sip:bob@example.com>;tag=ours"});
  layer.reply_statelessly(user.requests[0], udp_flow(), make_response(user.requests[0], 481, {}));
  EXPECT_EQ(layer.accept(user.requests[0], udp_flow()), ServerTransactionId{});
  EXPECT_EQ(sent.count(), 0U);
  EXPECT_EQ(layer.active(), 0U);
}

TEST_F(TransactionLayerTest, AcceptedInviteIsTryingAndItsRetransmissionsStopHere) {
  receive({});
  const auto id = accept();
  receive({});
  EXPECT_EQ(user.requests.size(), 1U);
  EXPECT_THAT(sent.first_lines(), ElementsAre("SIP/2.0 100 Trying", "SIP/2.0 100 Trying"));
  EXPECT_EQ(layer.accept(user.requests[0], udp_flow()), id) << "accepting twice is accepting once";
  EXPECT_EQ(layer.active(), 1U);
}

TEST_F(TransactionLayerTest, KnowsAtAGlanceWhatItHasAccepted) {
  const std::string text = RequestText{}.text();
  const auto glance = Glance::at(text);
  ASSERT_TRUE(glance);
  EXPECT_FALSE(layer.knows(*glance, udp_flow()));
  receive({});
  EXPECT_FALSE(layer.knows(*glance, udp_flow())) << "only shown so far";
  accept();
  EXPECT_TRUE(layer.knows(*glance, udp_flow()));
  Flow other = udp_flow();
  other.remote.address = IpAddress::v4(0xcb007101);
  EXPECT_FALSE(layer.knows(*glance, other)) << "somebody else with the same branch";
}

TEST_F(TransactionLayerTest, FailureIsAcknowledgedAndForgotten) {
  receive({});
  respond(accept(), 486);
  receive({.method = "ACK", .to = "<sip:bob@example.com>;tag=ours"});
  EXPECT_EQ(user.requests.size(), 1U);
  advance(5s);
  EXPECT_EQ(layer.active(), 0U);
  EXPECT_EQ(timers.size(), 0U);
  EXPECT_THAT(user.failed, IsEmpty());
}

TEST_F(TransactionLayerTest, AnswerIsRepeatedUntilTheUserSawTheAck) {
  receive({}, ws_flow());
  const auto id = accept(ws_flow());
  respond(id, 200);
  advance(500ms);
  EXPECT_EQ(sent.count(), 3U);
  receive({.method = "ACK", .branch = "z9hG4bKother", .to = "<sip:bob@example.com>;tag=ours"}, ws_flow());
  EXPECT_EQ(user.requests.back().method(), Method::Ack);
  layer.on_ack(id);
  advance(60s);
  EXPECT_EQ(sent.count(), 3U);
  EXPECT_EQ(layer.active(), 0U);
  EXPECT_THAT(user.failed, IsEmpty());
}

TEST_F(TransactionLayerTest, AnswerWithoutAckFailsAndTheTransactionIsGoneByThen) {
  receive({});
  const auto id = accept();
  respond(id, 200);
  advance(32s);
  EXPECT_THAT(user.failed, ElementsAre(id));
  EXPECT_EQ(layer.active(), 0U);
  EXPECT_EQ(timers.size(), 0U);
  respond(id, 200);
}

TEST_F(TransactionLayerTest, CancelOfAPendingInviteIsAnsweredAndShownOnce) {
  receive({});
  const auto id = accept();
  user.cancel = [&](ServerTransactionId invite) { respond(invite, 487); };
  receive({.method = "CANCEL"});
  receive({.method = "CANCEL"});
  EXPECT_THAT(user.cancelled, ElementsAre(id));
  EXPECT_THAT(sent.first_lines(),
              ElementsAre("SIP/2.0 100 Trying", "SIP/2.0 200 OK", "SIP/2.0 487 Request Terminated", "SIP/2.0 200 OK"));
  EXPECT_EQ(sent.response(1).header(HeaderName::CSeq), "314159 CANCEL");
  receive({.method = "ACK", .to = "<sip:bob@example.com>;tag=ours"});
  advance(32s);
  EXPECT_EQ(layer.active(), 0U);
}

TEST_F(TransactionLayerTest, CancelAfterTheFinalResponseGets200AndNothingElse) {
  receive({});
  respond(accept(), 200);
  receive({.method = "CANCEL"});
  EXPECT_THAT(user.cancelled, IsEmpty());
  EXPECT_EQ(sent.response(2).header(HeaderName::CSeq), "314159 CANCEL");
  EXPECT_EQ(sent.response(2).status(), 200);
  EXPECT_EQ(sent.response(2).to_tag(), "ours") << "the tag of the INVITE's response";
}

TEST_F(TransactionLayerTest, CancelOfNothingGets481AndIsNotShown) {
  receive({.method = "CANCEL"});
  EXPECT_THAT(sent.first_lines(), ElementsAre("SIP/2.0 481 Call/Transaction Does Not Exist"));
  EXPECT_THAT(user.requests, IsEmpty());
  EXPECT_EQ(layer.active(), 0U);
}

TEST_F(TransactionLayerTest, AnotherBrowsersCancelWithTheSameBranchMeetsNothing) {
  const RequestText invite{.branch = "z9hG4bK7", .sent_by = "a.invalid", .via_parameters = "", .transport = "WS"};
  receive(invite, ws_flow());
  accept(ws_flow());
  RequestText cancel = invite;
  cancel.method = "CANCEL";
  Flow other = ws_flow();
  other.connection = ConnectionId{10};
  receive(cancel, other);
  EXPECT_THAT(user.cancelled, IsEmpty());
  EXPECT_EQ(sent.response(1).status(), 481);
}

TEST_F(TransactionLayerTest, ByeIsAnsweredOnceAndRepeatedFromMemory) {
  receive({.method = "BYE"});
  respond(accept(), 200);
  receive({.method = "BYE"});
  EXPECT_EQ(user.requests.size(), 1U);
  EXPECT_THAT(sent.first_lines(), ElementsAre("SIP/2.0 200 OK", "SIP/2.0 200 OK"));
  advance(32s);
  EXPECT_EQ(layer.active(), 0U);
}

TEST_F(TransactionLayerTest, ReliableNonInviteLeavesNothingBehindAtOnce) {
  receive({.method = "BYE"}, tcp_flow());
  respond(accept(tcp_flow()), 200);
  EXPECT_EQ(layer.active(), 0U);
  EXPECT_EQ(timers.size(), 0U);
}

TEST_F(TransactionLayerTest, OldPeerWithoutBranchIsServedToo) {
  const RequestText invite{.branch = "", .via_parameters = ""};
  receive(invite);
  respond(accept(), 486);
  receive(invite);
  receive({.method = "ACK", .branch = "", .via_parameters = "", .to = "<sip:bob@example.com>;tag=ours"});
  EXPECT_EQ(user.requests.size(), 1U);
  advance(10s);
  EXPECT_EQ(layer.active(), 0U);
  EXPECT_EQ(sent.count(), 3U);
}

TEST_F(TransactionLayerTest, ResponseGoesToTheSentByPortOfADatagramWithoutRport) {
  receive({.sent_by = "10.0.0.2:5099", .via_parameters = ""});
  respond(accept(), 486);
  for (const auto& message : sent.all) EXPECT_EQ(message.flow.remote.port, 5099);
}

TEST_F(TransactionLayerTest, LostTcpConnectionIsReplacedByANewOneToTheSentByPort) {
  receive({.transport = "TCP"}, tcp_flow());
  const auto id = accept(tcp_flow());
  layer.on_transport_failure(tcp_flow());
  respond(id, 486);
  EXPECT_EQ(sent.all.back().flow.connection, ConnectionId{0});
  EXPECT_EQ(sent.all.back().flow.remote, (Endpoint{tcp_flow().remote.address, 5070}));
  layer.on_transport_failure(sent.all.back().flow);
  EXPECT_THAT(user.failed, ElementsAre(id));
  EXPECT_EQ(layer.active(), 0U);
}

TEST_F(TransactionLayerTest, ClosedWebSocketEndsWhatIsPendingOnItAndNothingElse) {
  receive({.sent_by = "a.invalid", .transport = "WS"}, ws_flow());
  const auto id = accept(ws_flow());
  call(ws_flow());
  call(udp_flow());
  layer.on_transport_failure(ws_flow());
  EXPECT_THAT(user.failed, ElementsAre(id));
  EXPECT_THAT(statuses, ElementsAre(503));
  EXPECT_EQ(layer.active(), 1U);
}

TEST_F(TransactionLayerTest, MalformedRequestGets400WithItsSourceStamped) {
  RequestText broken;
  std::string text = broken.text();
  text.replace(text.find("314159 INVITE"), 13, "314159 BYE");
  layer.receive(text, udp_flow());
  ASSERT_EQ(sent.count(), 1U);
  EXPECT_EQ(sent.response(0).status(), 400);
  EXPECT_THAT(std::string(*sent.response(0).header(HeaderName::Via)), HasSubstr(";rport=5070"));
  EXPECT_THAT(user.requests, IsEmpty());
}

TEST_F(TransactionLayerTest, MalformedDatagramIsAnsweredAtThePortThatItsViaNames) {
  RequestText broken{.sent_by = "10.0.0.2:5099", .via_parameters = ""};
  std::string text = broken.text();
  text.replace(text.find("INVITE sip:"), 11, "INVITE  sip:");
  layer.receive(text, udp_flow());
  ASSERT_EQ(sent.count(), 1U);
  EXPECT_EQ(sent.all[0].flow.remote, (Endpoint{udp_flow().remote.address, 5099}));
}

TEST_F(TransactionLayerTest, WhatBrokeAStreamIsToldSo) {
  const std::string text = RequestText{.transport = "TCP"}.text();
  layer.receive_malformed(text, {Error::Kind::Malformed, "no Content-Length in a stream"}, tcp_flow());
  layer.receive_malformed(text, {Error::Kind::Refused, "too much"}, tcp_flow());
  layer.receive_malformed("\x16\x03\x01 TLS?", {Error::Kind::Malformed, "noise"}, tcp_flow());
  EXPECT_THAT(sent.first_lines(), ElementsAre("SIP/2.0 400 no Content-Length in a stream", "SIP/2.0 513 too much"));
  EXPECT_EQ(sent.all[0].flow, tcp_flow());
  EXPECT_THAT(user.requests, IsEmpty());
}

TEST_F(TransactionLayerTest, MalformedAckAndNoiseMeetSilence) {
  std::string ack = RequestText{.method = "ACK"}.text();
  ack.replace(ack.find("314159 ACK"), 10, "314159 BYE");
  layer.receive(ack, udp_flow());
  layer.receive("", udp_flow());
  layer.receive("\r\n\r\n", udp_flow());
  layer.receive("GET / HTTP/1.1\r\nHost: x\r\n\r\n", udp_flow());
  layer.receive("SIP/2.0 200 OK\r\n\r\n", udp_flow());
  layer.receive(std::string(70'000, 'x'), udp_flow());
  EXPECT_EQ(sent.count(), 0U);
  EXPECT_THAT(user.requests, IsEmpty());
}

TEST_F(TransactionLayerTest, RequestCarriesOurViaAndItsResponseFindsTheWayBack) {
  call(udp_flow(), Method::Options);
  const Request request = sent.request(0);
  EXPECT_EQ(request.values(HeaderName::Via).size(), 1U);
  EXPECT_EQ(request.get<Via>().value().sent_by(), "10.0.0.1:5060");
  EXPECT_TRUE(request.get<Via>().value().parameters.has("rport"));
  reply(0, 200);
  EXPECT_THAT(statuses, ElementsAre(200));
  advance(5s);
  EXPECT_EQ(layer.active(), 0U);
  EXPECT_EQ(timers.size(), 0U);
}

TEST_F(TransactionLayerTest, ResponseThatMatchesNothingIsDropped) {
  call();
  Response response = make_response(sent.request(0), 200, "bobs");
  response.set(HeaderName::Via, "SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKguessed");
  layer.receive(response.write(), udp_flow());
  response = make_response(sent.request(0), 200, "bobs");
  response.add_first(HeaderName::Via, "SIP/2.0/UDP 10.0.0.9:5060;branch=z9hG4bKproxy");
  layer.receive(response.write(), udp_flow());
  EXPECT_THAT(statuses, IsEmpty());
  EXPECT_THAT(user.requests, IsEmpty());
}

TEST_F(TransactionLayerTest, FailedCallIsAcknowledgedByTheLayer) {
  call();
  reply(0, 180);
  reply(0, 486);
  EXPECT_THAT(statuses, ElementsAre(180, 486));
  EXPECT_EQ(sent.request(1).method(), Method::Ack);
  EXPECT_EQ(sent.request(1).get<Via>().value().branch, sent.request(0).get<Via>().value().branch);
  advance(32s);
  EXPECT_EQ(layer.active(), 0U);
}

TEST_F(TransactionLayerTest, AnsweredCallIsAcknowledgedByTheUserWithABranchOfItsOwn) {
  call();
  reply(0, 200);
  layer.send_ack(RequestText{.method = "ACK"}.request(), udp_flow());
  EXPECT_NE(sent.request(1).get<Via>().value().branch, sent.request(0).get<Via>().value().branch);
  reply(0, 200);
  EXPECT_THAT(statuses, ElementsAre(200, 200));
  EXPECT_EQ(layer.active(), 1U);
  advance(32s);
  EXPECT_EQ(layer.active(), 0U);
}

TEST_F(TransactionLayerTest, CancelSharesTheBranchOfItsInviteAndLeavesNothingBehind) {
  const auto id = call();
  layer.cancel(id);
  EXPECT_EQ(sent.count(), 1U) << "not before a provisional response";
  reply(0, 180);
  ASSERT_EQ(sent.count(), 2U);
  const Request cancel = sent.request(1);
  EXPECT_EQ(cancel.method(), Method::Cancel);
  EXPECT_EQ(cancel.header(HeaderName::Via), sent.request(0).header(HeaderName::Via));
  reply(1, 200);
  reply(0, 487);
  EXPECT_THAT(statuses, ElementsAre(180, 487));
  advance(32s);
  EXPECT_EQ(layer.active(), 0U);
  EXPECT_EQ(timers.size(), 0U);
}

TEST_F(TransactionLayerTest, CancelIsSentBeforeCancelReturnsOnceThePeerRings) {
  const auto id = call();
  reply(0, 180);
  layer.cancel(id, "SIP;cause=200;text=\"Call completed elsewhere\"");
  ASSERT_EQ(sent.count(), 2U);
  EXPECT_EQ(sent.request(1).header(HeaderName::Reason), "SIP;cause=200;text=\"Call completed elsewhere\"");
}

TEST_F(TransactionLayerTest, CancelThatNobodyAnswersEndsInALocal487) {
  const auto id = call();
  reply(0, 180);
  layer.cancel(id);
  advance(32s);
  EXPECT_THAT(statuses, ElementsAre(180, 487));
  EXPECT_EQ(layer.active(), 0U);
}

TEST_F(TransactionLayerTest, CallbackMayStartAndEndTransactionsFromInside) {
  ClientTransactionId first{};
  on_response = [&](const Response& response) {
    if (response.status() == 180) layer.cancel(first);
    if (response.status() == 487) {
      on_response = nullptr;
      call(tcp_flow());
      layer.on_transport_failure(tcp_flow());
      EXPECT_EQ(statuses.back(), 487) << "nobody is called back from inside a call";
    }
  };
  first = call();
  reply(0, 180);
  reply(0, 487);
  EXPECT_THAT(statuses, ElementsAre(180, 487, 503));
}

TEST_F(TransactionLayerTest, UserMayAnswerFromInsideOnRequest) {
  user.answer = [&](const Request& request, const Flow& flow) {
    layer.respond(layer.accept(request, flow), make_response(request, 200, "ours"));
  };
  receive({.method = "OPTIONS"}, tcp_flow());
  EXPECT_EQ(sent.count(), 1U);
  EXPECT_EQ(layer.active(), 0U);
}

TEST_F(TransactionLayerTest, TimerOfTheUserMayRespondWhileAnotherTransactionHasJustFailed) {
  receive({});
  respond(accept(), 486);
  receive({.method = "OPTIONS", .branch = "z9hG4bKoptions"}, tcp_flow());
  const auto options = accept(tcp_flow());
  std::size_t failed_inside = 0;
  timers.schedule(timers.now() + 32s, [&] {
    layer.respond(options, make_response(user.requests.back(), 200, "ours"));
    failed_inside = user.failed.size();
  });
  advance(32s);
  EXPECT_EQ(failed_inside, 0U);
  EXPECT_EQ(user.failed.size(), 1U);
  EXPECT_EQ(layer.active(), 0U);
}

TEST_F(TransactionLayerTest, UnansweredRequestsEndWith408AndNothingIsLeft) {
  call(udp_flow());
  call(ws_flow(), Method::Options);
  advance(32s);
  EXPECT_THAT(statuses, ElementsAre(408, 408));
  EXPECT_EQ(layer.active(), 0U);
  EXPECT_EQ(timers.size(), 0U);
}

TEST_F(TransactionLayerTest, BrowserOfTheReferenceGetsWhatTheReferenceSent) {
  const std::string text =
      "REGISTER sip:10.105.10.116:5060 SIP/2.0\r\n"
      "Via: SIP/2.0/WS 7bhs9fl1c2ll.invalid;branch=z9hG4bK491249\r\n"
      "To: <sip:1002@10.105.10.116:5060>\r\n"
      "From: \"1002\" <sip:1002@10.105.10.116:5060>;tag=pfkt19pi9d\r\n"
      "CSeq: 3 REGISTER\r\n"
      "Call-ID: geklegd7iobftuch3i2a\r\n"
      "Max-Forwards: 70\r\n"
      "Contact: <sip:8bum4n4l@7bhs9fl1c2ll.invalid;transport=ws>;expires=600\r\n"
      "Supported: outbound, path, gruu\r\n"
      "User-Agent: SIP.js/0.21.1\r\n"
      "Content-Length: 0\r\n\r\n";
  Flow flow = ws_flow();
  flow.remote = {IpAddress::parse("10.105.10.116").value(), 44539};
  layer.receive(text, flow);
  ASSERT_EQ(user.requests.size(), 1U);
  respond(accept(flow), 200);
  EXPECT_EQ(sent.response(0).header(HeaderName::Via),
            "SIP/2.0/WS 7bhs9fl1c2ll.invalid;branch=z9hG4bK491249;received=10.105.10.116;rport=44539");
}

TEST_F(TransactionLayerTest, RequestIsUnansweredUntilItsFinalResponseAndNoLonger) {
  call();
  call(udp_flow(), Method::Bye);
  EXPECT_EQ(layer.unanswered(), 2U);
  reply(0, 180);
  EXPECT_EQ(layer.unanswered(), 2U);
  reply(0, 486);
  EXPECT_EQ(layer.unanswered(), 1U);
  reply(1, 200);
  EXPECT_EQ(layer.unanswered(), 0U);
  // They linger for repeated responses.
  EXPECT_EQ(layer.active(), 2U);
}

/// Requests of a size that no datagram carries safely, to a peer that listens where its address says.
class LargeRequestTest : public TransactionLayerTest {
 protected:
  static constexpr std::string_view kPeer = "sip:bob@10.0.0.2:5070";

  LargeRequestTest() { sent.stream_port = 5065; }

  ClientTransactionId invite(std::string_view uri = kPeer, std::size_t size = 1500) {
    Request request = RequestText{}.request();
    request.remove(HeaderName::Via);
    request.set_uri(Uri::parse(uri).value());
    request.set_body("application/sdp", std::string(size, 'x'));
    return layer.send_request(std::move(request), udp_flow(), [this](const Response& response) {
      statuses.push_back(response.status());
      if (on_response) on_response(response);
    });
  }
  void refuse_connection() { layer.on_transport_failure(sent.all.back().flow); }
  TransportKind kind(std::size_t index) { return sent.all.at(index).flow.kind; }
};

// RFC 3261 section 18.1.1.
TEST_F(LargeRequestTest, GoesOverTcpToTheSamePort) {
  invite();
  ASSERT_EQ(sent.count(), 1U);
  EXPECT_EQ(kind(0), TransportKind::Tcp);
  EXPECT_EQ(sent.all[0].flow.remote, udp_flow().remote);
  EXPECT_THAT(sent.all[0].text, HasSubstr("Via: SIP/2.0/TCP 10.0.0.1:5065;branch="));
  reply(0, 486);
  EXPECT_THAT(statuses, ElementsAre(486));
  EXPECT_EQ(sent.request(1).method(), Method::Ack);
  EXPECT_EQ(kind(1), TransportKind::Tcp);
}

TEST_F(LargeRequestTest, SmallOneStaysADatagram) {
  invite(kPeer, 100);
  EXPECT_EQ(kind(0), TransportKind::Udp);
}

TEST_F(LargeRequestTest, ComesBackToUdpWithAnotherBranchWhenNobodyListens) {
  invite();
  refuse_connection();
  ASSERT_EQ(sent.count(), 2U);
  EXPECT_EQ(kind(1), TransportKind::Udp);
  EXPECT_THAT(sent.all[1].text, HasSubstr("Via: SIP/2.0/UDP 10.0.0.1:5060;branch="));
  EXPECT_NE(sent.request(0).get<Via>()->branch, sent.request(1).get<Via>()->branch);
  EXPECT_EQ(sent.request(1).values(HeaderName::Via).size(), 1U);
  EXPECT_THAT(statuses, IsEmpty());
  advance(500ms);
  EXPECT_EQ(sent.count(), 3U) << "retransmitted as a datagram is";
  reply(0, 603);
  EXPECT_THAT(statuses, IsEmpty()) << "the first branch is given up";
  reply(1, 200);
  EXPECT_THAT(statuses, ElementsAre(200));
}

TEST_F(LargeRequestTest, RemembersForAWhileWhoTakesNoTcp) {
  invite();
  refuse_connection();
  invite();
  EXPECT_EQ(kind(2), TransportKind::Udp);
  advance(LargeRequests::kMemory);
  invite();
  EXPECT_EQ(sent.all.back().flow.kind, TransportKind::Tcp);
}

TEST_F(LargeRequestTest, ToAPhoneBehindANatStaysADatagram) {
  invite("sip:bob@192.168.1.5:5070");
  invite("sip:bob@10.0.0.2:5099");
  EXPECT_EQ(kind(0), TransportKind::Udp);
  EXPECT_EQ(kind(1), TransportKind::Udp);
}

TEST_F(LargeRequestTest, CanBeCancelledAfterItCameBack) {
  const auto id = invite();
  refuse_connection();
  reply(1, 180);
  layer.cancel(id);
  EXPECT_EQ(sent.request(sent.count() - 1).method(), Method::Cancel);
  EXPECT_EQ(sent.request(sent.count() - 1).get<Via>()->branch, sent.request(1).get<Via>()->branch);
}

TEST_F(LargeRequestTest, IsNotRepeatedWhenItsUserHasGivenUp) {
  const auto id = invite();
  layer.cancel(id);
  refuse_connection();
  EXPECT_EQ(sent.count(), 1U);
  EXPECT_THAT(statuses, ElementsAre(503));
}

TEST_F(LargeRequestTest, IsNotRepeatedOnceThePeerHasIt) {
  invite();
  reply(0, 180);
  refuse_connection();
  EXPECT_EQ(sent.count(), 1U);
  EXPECT_THAT(statuses, ElementsAre(180, 503));
}

// Whoever learns that a way failed takes another at once, from inside the news: tables grow and shrink meanwhile.
TEST_F(TransactionLayerTest, FailureOfAFlowMayBeginManyRequestsFromInside) {
  constexpr int kCalls = 50;
  int left = 20 * kCalls;
  on_response = [&](const Response& response) {
    if (response.status() != 503 || left-- <= 0) return;
    call(left % 2 == 0 ? tcp_flow() : udp_flow(), left % 3 == 0 ? Method::Options : Method::Invite);
    // And gives up what it has just begun, now and then.
    const auto given_up = call(tcp_flow());
    layer.cancel(given_up);
  };
  for (int i = 0; i < kCalls; ++i) call(tcp_flow(), i % 2 == 0 ? Method::Invite : Method::Options);
  for (int round = 0; round < 40; ++round) layer.on_transport_failure(tcp_flow());
  layer.on_transport_failure(udp_flow());
  for (int round = 0; round < 10; ++round) layer.on_transport_failure(tcp_flow());
  EXPECT_LE(left, 0);
  advance(5min);
  EXPECT_EQ(layer.active(), 0U);
  EXPECT_EQ(timers.size(), 0U);
}

TEST_F(LargeRequestTest, ManyComeBackAtOnceAndFailFromInside) {
  int left = 300;
  on_response = [&](const Response& response) {
    if (response.status() != 503 || left-- <= 0) return;
    invite("sip:bob@10.0.0.2:5070");
  };
  for (int i = 0; i < 100; ++i) invite();
  for (int round = 0; round < 8; ++round) {
    layer.on_transport_failure({.kind = TransportKind::Tcp, .remote = udp_flow().remote});
    layer.on_transport_failure(udp_flow());
  }
  EXPECT_LE(left, 0);
  advance(5min);
  EXPECT_EQ(layer.active(), 0U);
}

}  // namespace
}  // namespace webcalling::sip
