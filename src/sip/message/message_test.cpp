#include "sip/message/message.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sip/message/headers.hpp"
#include "sip/message/parser.hpp"

namespace webcalling::sip {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Request options() {
  Request request(Method::Options, *Uri::parse("sip:bob@biloxi.com"));
  request.add(HeaderName::Via, "SIP/2.0/UDP a;branch=z9hG4bK1");
  request.add(HeaderName::Via, "SIP/2.0/UDP b;branch=z9hG4bK2, SIP/2.0/UDP c;branch=z9hG4bK3");
  request.add(HeaderName::From, "<sip:alice@atlanta.com>;tag=88sja8x");
  request.add(HeaderName::To, "<sip:bob@biloxi.com>");
  request.add(HeaderName::CallId, "987asjd97y7atg");
  request.add(HeaderName::CSeq, "986759 OPTIONS");
  return request;
}

TEST(HeaderName, KnowsCompactFormsAndForgivesCase) {
  EXPECT_EQ(parse_header_name("v"), HeaderName::Via);
  EXPECT_EQ(parse_header_name("L"), HeaderName::ContentLength);
  EXPECT_EQ(parse_header_name("cSEQ"), HeaderName::CSeq);
  EXPECT_EQ(parse_header_name("z"), HeaderName::Other);
  EXPECT_EQ(parse_header_name(std::string_view("\0", 1)), HeaderName::Other);
  EXPECT_EQ(parse_header_name(""), HeaderName::Other);
  EXPECT_EQ(parse_header_name("X-Custom"), HeaderName::Other);
}

TEST(HeaderName, EveryTextReadsBackAsItself) {
  for (int i = 0; i < static_cast<int>(HeaderName::Other); ++i) {
    const auto name = static_cast<HeaderName>(i);
    EXPECT_EQ(parse_header_name(text(name)), name) << text(name);
  }
}

TEST(Method, IsCaseSensitiveAndReadsBack) {
  EXPECT_EQ(parse_method("invite"), Method::Other);
  for (int i = 0; i < static_cast<int>(Method::Other); ++i) {
    EXPECT_EQ(parse_method(text(static_cast<Method>(i))), static_cast<Method>(i));
  }
}

TEST(Message, AbsentMalformedAndPresentAreThreeAnswers) {
  Request request = options();
  EXPECT_EQ(request.get<Expires>().error().kind, Error::Kind::Missing);
  request.add(HeaderName::Expires, "soon");
  EXPECT_EQ(request.get<Expires>().error().kind, Error::Kind::Malformed);
  EXPECT_THAT(request.get<Expires>().error().text, HasSubstr("Expires"));
  request.set(Expires{std::chrono::seconds(60)});
  EXPECT_EQ(request.get<Expires>()->value.count(), 60);
}

TEST(Message, SplitsListsOutsideQuotesAndBrackets) {
  Request request;
  request.add(HeaderName::Contact, R"("a, \"b" <sip:a,b@c;x=1>;q=0.5 , sip:d@e;t="x,y",<sip:f@g>)");
  EXPECT_THAT(request.values(HeaderName::Contact),
              ElementsAre(R"("a, \"b" <sip:a,b@c;x=1>;q=0.5)", R"(sip:d@e;t="x,y")", "<sip:f@g>"));
  EXPECT_EQ(request.get_all<Contact>()->size(), 3u);
}

TEST(Message, GathersListsOverAllLines) {
  const Request request = options();
  const auto vias = request.get_all<Via>();
  ASSERT_TRUE(vias.has_value());
  ASSERT_EQ(vias->size(), 3u);
  EXPECT_EQ((*vias)[2].branch, "z9hG4bK3");
  EXPECT_EQ(request.get<Via>()->branch, "z9hG4bK1");
}

TEST(Message, DoesNotSplitHeadersThatAreNoLists) {
  Request request;
  request.add(HeaderName::Authorization, "Digest a=\"b\", c=d");
  request.add(HeaderName::Date, "Sat, 13 Nov 2010 23:29:00 GMT");
  EXPECT_EQ(request.values(HeaderName::Authorization).size(), 1u);
  EXPECT_EQ(request.values(HeaderName::Date).size(), 1u);
}

TEST(Message, AnEmptySupportedListsNothingButAnEmptyContactIsMalformed) {
  Request request;
  request.add(HeaderName::Supported, "");
  request.add(HeaderName::Contact, "");
  EXPECT_TRUE(request.values(HeaderName::Supported).empty());
  EXPECT_EQ(request.get<Contact>().error().kind, Error::Kind::Malformed);
}

TEST(Message, ListsTokensWithoutCase) {
  Request request;
  request.add(HeaderName::Supported, "outbound, path");
  request.add(HeaderName::Supported, "GRUU");
  EXPECT_TRUE(request.lists(HeaderName::Supported, "gruu"));
  EXPECT_FALSE(request.lists(HeaderName::Supported, "out"));
}

TEST(Message, FindsUnknownHeadersByTextAndKnownOnesByAnyForm) {
  Request request = options();
  request.add("X-Custom", "1");
  EXPECT_EQ(request.header("x-custom"), "1");
  EXPECT_EQ(request.header("i"), "987asjd97y7atg");
  EXPECT_EQ(request.header("X-Absent"), std::nullopt);
}

TEST(Message, ReplacesOnlyTheTopmostElement) {
  Request request;
  request.add(HeaderName::Via, "SIP/2.0/UDP a;x=\"1,2\", SIP/2.0/UDP b");
  request.add(HeaderName::Via, "SIP/2.0/UDP c");
  request.replace_first(HeaderName::Via, "SIP/2.0/UDP new");
  EXPECT_THAT(request.values(HeaderName::Via), ElementsAre("SIP/2.0/UDP new", "SIP/2.0/UDP b", "SIP/2.0/UDP c"));
  request.replace_first(HeaderName::Route, "<sip:x>");
  EXPECT_FALSE(request.has(HeaderName::Route));
}

TEST(Message, AddFirstStandsBeforeItsKindAndOtherwiseBeforeAll) {
  Request request = options();
  request.add_first(HeaderName::Via, "SIP/2.0/UDP top");
  EXPECT_EQ(request.values(HeaderName::Via).front(), "SIP/2.0/UDP top");
  request.add_first(HeaderName::RecordRoute, "<sip:p;lr>");
  EXPECT_EQ(request.headers().front().name, HeaderName::RecordRoute);
}

TEST(Message, SetLeavesOneLineInThePlaceOfTheFirst) {
  Request request = options();
  request.set(HeaderName::Via, "SIP/2.0/UDP only");
  EXPECT_THAT(request.values(HeaderName::Via), ElementsAre("SIP/2.0/UDP only"));
  EXPECT_EQ(request.headers().front().name, HeaderName::Via);
}

TEST(Message, ItsOwnViewsMayBeAddedToIt) {
  Request request;
  request.add("X-First", std::string(100, 'x'));
  for (int i = 0; i < 50; ++i) request.add(request.headers().back().name_text, request.headers().front().value);
  EXPECT_EQ(request.headers().size(), 51u);
  EXPECT_EQ(request.headers().back().value, std::string(100, 'x'));
  request.set_body("text/plain", request.headers().front().value);
  EXPECT_EQ(request.body(), std::string(100, 'x'));
}

TEST(Message, NoValueCanEndItsLine) {
  Request request = options();
  request.add("Subject", "x\r\nEvil: 1\r\n\r\nbody");
  request.add("X-\nBad", "1");
  const std::string wire = request.write();
  EXPECT_EQ(wire.find("\nEvil"), std::string::npos);
  EXPECT_EQ(wire.find("\r\n\r\n"), wire.size() - 4);
}

TEST(Message, ContentLengthIsDerived) {
  Request request = options();
  request.add(HeaderName::ContentLength, "999");
  request.set_body("text/plain", "hello");
  EXPECT_THAT(request.write(), HasSubstr("Content-Length: 5\r\n\r\nhello"));
  EXPECT_EQ(request.write().find("999"), std::string::npos);
  EXPECT_EQ(request.header(HeaderName::ContentType), "text/plain");
}

TEST(Message, TagsAndCallIdAreEmptyIfAbsent) {
  Request request;
  EXPECT_EQ(request.call_id(), "");
  EXPECT_EQ(request.from_tag(), "");
  request.add(HeaderName::To, "\"tag\" <sip:a@b;tag=1>");
  EXPECT_EQ(request.to_tag(), "");
  EXPECT_EQ(options().from_tag(), "88sja8x");
}

TEST(Request, KnowsItsSizeBeforeItIsWritten) {
  Request request(Method::Invite, *Uri::parse("sip:a@b;x=1?Route=%3Csip:c%3E"));
  EXPECT_EQ(request.written_size(), request.write().size());
  request.add("X-Something", "else");
  request.add(HeaderName::Via, "SIP/2.0/UDP a;branch=z9hG4bK1");
  request.add(HeaderName::ContentLength, "999");
  request.replace_first(HeaderName::Via, "SIP/2.0/UDP a");
  request.set_body("text/plain", std::string(1000, 'x'));
  EXPECT_EQ(request.written_size(), request.write().size());
}

TEST(Request, WritesNoHeadersPartInTheRequestUri) {
  const Request request(Method::Invite, *Uri::parse("sip:a@b;x=1?Route=%3Csip:c%3E"));
  EXPECT_THAT(request.write(), testing::StartsWith("INVITE sip:a@b;x=1 SIP/2.0\r\n"));
}

TEST(Response, TakesThePhraseOfItsStatus) {
  EXPECT_EQ(Response(486).reason(), "Busy Here");
  EXPECT_EQ(Response(486, "Not Now").reason(), "Not Now");
  EXPECT_EQ(Response(599).reason(), "");
  EXPECT_EQ(reason_phrase(404), "Not Found");
  EXPECT_EQ(Response(200, "a\r\nEvil: 1").write().find("\r\nEvil"), std::string::npos);
}

TEST(MakeResponse, CopiesWhatTheRfcWants) {
  const Response response = make_response(options(), 180, "314159");
  EXPECT_EQ(response.get_all<Via>()->size(), 3u);
  EXPECT_EQ(response.header(HeaderName::From), "<sip:alice@atlanta.com>;tag=88sja8x");
  EXPECT_EQ(response.header(HeaderName::To), "<sip:bob@biloxi.com>;tag=314159");
  EXPECT_EQ(response.call_id(), "987asjd97y7atg");
  EXPECT_EQ(response.header(HeaderName::CSeq), "986759 OPTIONS");
  EXPECT_TRUE(is_valid(response));
}

TEST(MakeResponse, KeepsATagThatIsThere) {
  Request request = options();
  request.set(HeaderName::To, "sip:bob@biloxi.com;tag=old");
  EXPECT_EQ(make_response(request, 200, "new").to_tag(), "old");
}

TEST(MakeResponse, ATryingEchoesTheTimestampAndHasNoTag) {
  Request request = options();
  request.add("Timestamp", "54");
  EXPECT_EQ(make_response(request, 100, "").header("Timestamp"), "54");
  EXPECT_EQ(make_response(request, 100, "").to_tag(), "");
  EXPECT_EQ(make_response(request, 200, "x").header("Timestamp"), std::nullopt);
}

}  // namespace
}  // namespace webcalling::sip
