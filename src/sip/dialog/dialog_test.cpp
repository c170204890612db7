#include "sip/dialog/dialog.hpp"

#include <gmock/gmock.h>

#include "sip/message/parser.hpp"

namespace webcalling::sip {
namespace {

using testing::ElementsAre;

Flow ws_flow(std::uint64_t connection = 9) {
  return {TransportKind::Ws,
          {IpAddress::v4(0x0a000001), 5066},
          {IpAddress::v4(0x0a000002), 44539},
          ConnectionId{connection}};
}

Request parse_request(const std::string& text) { return std::get<Request>(parse(text).value()); }

/// What a browser sends to hold its call, shortened to what makes the dialog.
Request invite(const std::string& extra = {}) {
  return parse_request(
      "INVITE sip:1001@10.105.10.116:5060 SIP/2.0\r\n"
      "Via: SIP/2.0/WS 7bhs9fl1c2ll.invalid;branch=z9hG4bK8808481\r\n"
      "To: <sip:1001@10.105.10.116:5060>\r\n"
      "From: \"1002\" <sip:1002@10.105.10.116:5060>;tag=5tl73fih4o\r\n"
      "CSeq: 2 INVITE\r\n"
      "Call-ID: gekleie1ceg925i9u7qp\r\n"
      "Max-Forwards: 70\r\n"
      "Contact: <sip:8bum4n4l@7bhs9fl1c2ll.invalid;transport=ws;ob>\r\n" +
      extra + "Content-Length: 0\r\n\r\n");
}

NameAddress our_contact() { return NameAddress::parse("<sip:1001@10.105.10.116:5066;transport=ws>").value(); }

Dialog called(const std::string& extra = {}) {
  return Dialog::from_request(invite(extra), "ours", ws_flow(), our_contact()).value();
}

Response answer(const std::string& extra = "Contact: <sip:bob@192.0.2.4:5070>\r\n") {
  return std::get<Response>(parse("SIP/2.0 200 OK\r\n"
                                  "Via: SIP/2.0/WS 7bhs9fl1c2ll.invalid;branch=z9hG4bK8808481\r\n"
                                  "To: <sip:1001@10.105.10.116:5060>;tag=bobs\r\n"
                                  "From: \"1002\" <sip:1002@10.105.10.116:5060>;tag=5tl73fih4o\r\n"
                                  "CSeq: 2 INVITE\r\n"
                                  "Call-ID: gekleie1ceg925i9u7qp\r\n" +
                                  extra + "Content-Length: 0\r\n\r\n")
                                .value());
}

Dialog calling(const std::string& extra = "Contact: <sip:bob@192.0.2.4:5070>\r\n") {
  return Dialog::from_response(invite(), answer(extra), ws_flow()).value();
}

/// A request of the browser inside the dialog that it called us in.
Request inside(const std::string& method, int cseq, const std::string& extra = {}) {
  return parse_request(method +
                       " sip:1001@10.105.10.116:5066 SIP/2.0\r\n"
                       "Via: SIP/2.0/WS 7bhs9fl1c2ll.invalid;branch=z9hG4bK4683819\r\n"
                       "To: <sip:1001@10.105.10.116:5060>;tag=ours\r\n"
                       "From: \"1002\" <sip:1002@10.105.10.116:5060>;tag=5tl73fih4o\r\n"
                       "CSeq: " +
                       std::to_string(cseq) + " " + method + "\r\nCall-ID: gekleie1ceg925i9u7qp\r\n" + extra +
                       "Content-Length: 0\r\n\r\n");
}

TEST(DialogOfTheCalledSide, TakesItsStateFromTheInvite) {
  const Dialog dialog = called();
  EXPECT_EQ(dialog.id(), (DialogId{"gekleie1ceg925i9u7qp", "ours", "5tl73fih4o"}));
  EXPECT_EQ(dialog.remote_target().text(), "sip:8bum4n4l@7bhs9fl1c2ll.invalid;transport=ws;ob");
  EXPECT_EQ(dialog.flow(), ws_flow());
}

TEST(DialogOfTheCalledSide, BuildsRequestsFromThere) {
  Dialog dialog = called();
  const Request bye = dialog.make_request(Method::Bye);
  EXPECT_EQ(bye.uri().text(), "sip:8bum4n4l@7bhs9fl1c2ll.invalid;transport=ws;ob");
  EXPECT_EQ(bye.header(HeaderName::From), "<sip:1001@10.105.10.116:5060>;tag=ours");
  EXPECT_EQ(bye.header(HeaderName::To), "\"1002\" <sip:1002@10.105.10.116:5060>;tag=5tl73fih4o");
  EXPECT_EQ(bye.call_id(), "gekleie1ceg925i9u7qp");
  EXPECT_EQ(bye.header(HeaderName::CSeq), "1 BYE");
  EXPECT_EQ(bye.header(HeaderName::MaxForwards), "70");
  EXPECT_FALSE(bye.has(HeaderName::Route));
  EXPECT_FALSE(bye.has(HeaderName::Contact));
  EXPECT_EQ(dialog.make_request(Method::Bye).header(HeaderName::CSeq), "2 BYE");
}

TEST(DialogOfTheCalledSide, KeepsTheRouteInItsOrder) {
  Dialog dialog = called("Record-Route: <sip:p2.example;lr>, <sip:p1.example;lr>\r\n");
  EXPECT_THAT(dialog.make_request(Method::Bye).values(HeaderName::Route),
              ElementsAre("<sip:p2.example;lr>", "<sip:p1.example;lr>"));
}

TEST(DialogOfTheCalledSide, AnswersWithTagContactAndRecordRoute) {
  const std::string route = "Record-Route: <sip:p2.example;lr>, <sip:p1.example;lr>\r\n";
  const Response ok = called(route).make_response(invite(route), 200);
  EXPECT_EQ(ok.to_tag(), "ours");
  EXPECT_EQ(ok.header(HeaderName::Contact), "<sip:1001@10.105.10.116:5066;transport=ws>");
  EXPECT_THAT(ok.values(HeaderName::RecordRoute), ElementsAre("<sip:p2.example;lr>", "<sip:p1.example;lr>"));
}

TEST(DialogOfTheCalledSide, RefusesWithTagButWithoutContact) {
  const Response busy = called().make_response(invite(), 486);
  EXPECT_EQ(busy.to_tag(), "ours");
  EXPECT_FALSE(busy.has(HeaderName::Contact));
  EXPECT_EQ(called().make_response(invite(), 100).to_tag(), "");
}

TEST(DialogOfTheCalledSide, AnswerToByeNeedsNoContact) {
  EXPECT_FALSE(called().make_response(inside("BYE", 3), 200).has(HeaderName::Contact));
}

// RFC 4475 section 3.4.1.
TEST(DialogOfTheCalledSide, ReachesAnOldPeerWithoutContactWhereItCallsFrom) {
  Request no_contact = invite();
  no_contact.remove(HeaderName::Contact);
  auto dialog = Dialog::from_request(no_contact, "ours", ws_flow(), our_contact());
  ASSERT_TRUE(dialog.has_value());
  EXPECT_EQ(dialog->make_request(Method::Bye).uri().text(), "sip:1002@10.105.10.116:5060");
}

TEST(DialogOfTheCalledSide, DoesNotBeginWithAContactThatCannotBeReached) {
  Request star = invite();
  star.set(HeaderName::Contact, "*");
  EXPECT_EQ(Dialog::from_request(star, "ours", ws_flow(), our_contact()).error().kind, Error::Kind::Malformed);
}

TEST(DialogOfTheCallingSide, TakesItsStateFromTheResponse) {
  Dialog dialog = calling();
  EXPECT_EQ(dialog.id(), (DialogId{"gekleie1ceg925i9u7qp", "5tl73fih4o", "bobs"}));
  const Request reinvite = dialog.make_request(Method::Invite);
  EXPECT_EQ(reinvite.uri().text(), "sip:bob@192.0.2.4:5070");
  EXPECT_EQ(reinvite.header(HeaderName::CSeq), "3 INVITE");
  EXPECT_EQ(reinvite.header(HeaderName::Contact), "<sip:8bum4n4l@7bhs9fl1c2ll.invalid;transport=ws;ob>");
  EXPECT_EQ(reinvite.from_tag(), "5tl73fih4o");
  EXPECT_EQ(reinvite.to_tag(), "bobs");
}

TEST(DialogOfTheCallingSide, ReversesTheRoute) {
  Dialog dialog = calling("Contact: <sip:bob@192.0.2.4>\r\nRecord-Route: <sip:p2.example;lr>, <sip:p1.example;lr>\r\n");
  const Request bye = dialog.make_request(Method::Bye);
  EXPECT_EQ(bye.uri().text(), "sip:bob@192.0.2.4");
  EXPECT_THAT(bye.values(HeaderName::Route), ElementsAre("<sip:p1.example;lr>", "<sip:p2.example;lr>"));
}

TEST(DialogOfTheCallingSide, PutsTheTargetLastBehindAStrictRouter) {
  Dialog dialog = calling(
      "Contact: <sip:bob@192.0.2.4>\r\n"
      "Record-Route: <sip:p2.example;lr>, <sip:p1.example;method=INVITE?Subject=x>\r\n");
  const Request bye = dialog.make_request(Method::Bye);
  EXPECT_EQ(bye.uri().text(), "sip:p1.example");
  EXPECT_THAT(bye.values(HeaderName::Route), ElementsAre("<sip:p2.example;lr>", "<sip:bob@192.0.2.4>"));
}

TEST(DialogOfTheCallingSide, RingingWithoutContactIsReachedWhereTheInviteWent) {
  EXPECT_EQ(calling("").remote_target().text(), "sip:1001@10.105.10.116:5060");
}

TEST(DialogOfTheCallingSide, NeedsATag) {
  Response trying = answer();
  trying.set(HeaderName::To, "<sip:1001@10.105.10.116:5060>");
  EXPECT_EQ(Dialog::from_response(invite(), trying, ws_flow()).error().kind, Error::Kind::Missing);
}

TEST(DialogOfTheCallingSide, ContactCannotSmuggleHeadersIntoTheRequestUri) {
  Dialog dialog = calling("Contact: <sip:bob@192.0.2.4;method=BYE?Route=evil>\r\n");
  EXPECT_EQ(dialog.make_request(Method::Bye).uri().text(), "sip:bob@192.0.2.4");
}

TEST(Dialog, AckHasTheNumberOfItsInviteAndDoesNotCount) {
  Dialog dialog = calling("Contact: <sip:bob@192.0.2.4>\r\nRecord-Route: <sip:p1.example;lr>\r\n");
  const Request ack = dialog.make_ack(2);
  EXPECT_EQ(ack.method(), Method::Ack);
  EXPECT_EQ(ack.header(HeaderName::CSeq), "2 ACK");
  EXPECT_EQ(ack.values(HeaderName::Route).size(), 1U);
  EXPECT_EQ(dialog.make_request(Method::Bye).header(HeaderName::CSeq), "3 BYE");
}

TEST(Dialog, RequestsOfItAreValid) {
  Dialog dialog = called();
  for (const Method method : {Method::Invite, Method::Bye, Method::Info, Method::Refer, Method::Notify}) {
    Request request = dialog.make_request(method);
    request.add_first(HeaderName::Via, "SIP/2.0/WS 10.0.0.1:5066;branch=z9hG4bKx");
    EXPECT_FALSE(validate(parse_request(request.write()))) << text(method);
  }
}

TEST(Dialog, RefusesAnOldCSeqAndStaysAsItWas) {
  Dialog dialog = called();
  EXPECT_TRUE(dialog.receive(inside("INFO", 5), ws_flow()));
  const auto late = dialog.receive(inside("INVITE", 4, "Contact: <sip:evil@192.0.2.66>\r\n"), ws_flow(10));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, Error::Kind::Refused);
  EXPECT_EQ(dialog.remote_target().host, "7bhs9fl1c2ll.invalid");
  EXPECT_EQ(dialog.flow(), ws_flow());
  EXPECT_TRUE(dialog.receive(inside("INFO", 6), ws_flow()));
}

TEST(Dialog, AckMayComeAfterALaterRequest) {
  Dialog dialog = called();
  EXPECT_TRUE(dialog.receive(inside("INFO", 3), ws_flow()));
  EXPECT_TRUE(dialog.receive(inside("ACK", 2), ws_flow()));
}

TEST(Dialog, ReinviteMovesTargetAndFlow) {
  Dialog dialog = called();
  EXPECT_TRUE(dialog.receive(inside("INVITE", 3, "Contact: <sip:new@other.invalid;transport=ws>\r\n"), ws_flow(10)));
  EXPECT_EQ(dialog.remote_target().text(), "sip:new@other.invalid;transport=ws");
  EXPECT_EQ(dialog.flow(), ws_flow(10));
}

TEST(Dialog, OtherRequestsMoveNothing) {
  Dialog dialog = called();
  EXPECT_TRUE(dialog.receive(inside("INFO", 3, "Contact: <sip:new@other.invalid>\r\n"), ws_flow(10)));
  EXPECT_EQ(dialog.remote_target().host, "7bhs9fl1c2ll.invalid");
  EXPECT_EQ(dialog.flow(), ws_flow());
}

TEST(Dialog, UnreadableContactOfAReinviteIsMalformed) {
  Dialog dialog = called();
  const auto broken = dialog.receive(inside("INVITE", 3, "Contact: <sip:>\r\n"), ws_flow(10));
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().kind, Error::Kind::Malformed);
  EXPECT_EQ(dialog.flow(), ws_flow());
}

TEST(Dialog, AnswerToOurReinviteMovesTheTarget) {
  Dialog dialog = calling();
  dialog.receive(answer("Contact: <sip:bob@192.0.2.5>\r\n"));
  EXPECT_EQ(dialog.remote_target().text(), "sip:bob@192.0.2.5");
  dialog.receive(answer(""));
  EXPECT_EQ(dialog.remote_target().text(), "sip:bob@192.0.2.5");
}

TEST(Dialog, GoesOnFromItsRecord) {
  const std::string route = "Record-Route: <sip:p1.example;lr>, \"P\" <sip:p2.example:5070;lr>\r\n";
  for (Dialog dialog : {called(route), calling("Contact: <sip:bob@192.0.2.4:5070;x=y>\r\n" + route), calling()}) {
    auto revived = Dialog::from_record(dialog.record(), dialog.flow());
    ASSERT_TRUE(revived) << revived.error().text;
    EXPECT_EQ(revived->record(), dialog.record());
    EXPECT_EQ(revived->make_request(Method::Invite).write(), dialog.make_request(Method::Invite).write());
  }
}

TEST(Dialog, RecordThatIsNoneIsMalformed) {
  for (std::string DialogRecord::*part :
       {&DialogRecord::local, &DialogRecord::remote, &DialogRecord::local_contact, &DialogRecord::remote_target}) {
    DialogRecord record = called().record();
    record.*part = "<sip:";
    EXPECT_FALSE(Dialog::from_record(record, ws_flow()));
  }
  DialogRecord record = called().record();
  record.route_set = {"<sip:a;lr>", ""};
  EXPECT_FALSE(Dialog::from_record(record, ws_flow()));
}

TEST(Dialog, IsAValue) {
  Dialog original = called();
  Dialog copy = original;
  EXPECT_EQ(copy.make_request(Method::Bye).write(), original.make_request(Method::Bye).write());
}

}  // namespace
}  // namespace webcalling::sip
