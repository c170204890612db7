// Every message of RFC 4475 and RFC 5118 (tests/fixtures/torture), and what we make of it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "sip/message/headers.hpp"
#include "sip/message/parser.hpp"
#include "sip/message/verdict_for_tests.hpp"

namespace webcalling::sip {
namespace {

using testing::ElementsAre;

const std::filesystem::path kFolder = std::filesystem::path(WEBCALLING_SOURCE_DIR) / "tests/fixtures/torture";

struct TortureMessage {
  std::string_view name;
  Verdict verdict;
  /// What a request that is not valid is told.
  int status = kSilence;
};

// In the order of the RFCs. Where they leave a choice the README of the fixtures says what we chose.
constexpr TortureMessage kMessages[] = {
    {"rfc4475/wsinv", Verdict::Valid},
    {"rfc4475/intmeth", Verdict::Valid},
    {"rfc4475/esc01", Verdict::Valid},
    {"rfc4475/escnull", Verdict::Valid},
    {"rfc4475/esc02", Verdict::Valid},
    {"rfc4475/lwsdisp", Verdict::Valid},
    {"rfc4475/longreq", Verdict::Valid},
    {"rfc4475/dblreq", Verdict::Valid},
    {"rfc4475/semiuri", Verdict::Valid},
    {"rfc4475/transports", Verdict::Valid},
    {"rfc4475/mpart01", Verdict::Valid},
    {"rfc4475/unreason", Verdict::Valid},
    {"rfc4475/noreason", Verdict::Valid},
    {"rfc4475/badinv01", Verdict::Refused, 400},
    {"rfc4475/clerr", Verdict::Malformed, 400},
    {"rfc4475/ncl", Verdict::Malformed, 400},
    {"rfc4475/scalar02", Verdict::Refused, 400},
    {"rfc4475/scalarlg", Verdict::Refused},
    {"rfc4475/quotbal", Verdict::Refused, 400},
    {"rfc4475/ltgtruri", Verdict::Malformed, 400},
    {"rfc4475/lwsruri", Verdict::Malformed, 400},
    {"rfc4475/lwsstart", Verdict::Malformed, 400},
    {"rfc4475/trws", Verdict::Malformed, 400},
    {"rfc4475/escruri", Verdict::Refused, 400},
    {"rfc4475/baddate", Verdict::Valid},
    {"rfc4475/regbadct", Verdict::Refused, 400},
    {"rfc4475/badaspec", Verdict::Valid},
    {"rfc4475/baddn", Verdict::Refused, 400},
    {"rfc4475/badvers", Verdict::Refused, 505},
    {"rfc4475/mismatch01", Verdict::Refused, 400},
    {"rfc4475/mismatch02", Verdict::Refused, 400},
    {"rfc4475/bigcode", Verdict::Malformed},
    {"rfc4475/badbranch", Verdict::Valid},
    {"rfc4475/insuf", Verdict::Refused, 400},
    {"rfc4475/unkscm", Verdict::Refused, 416},
    {"rfc4475/novelsc", Verdict::Refused, 416},
    {"rfc4475/unksm2", Verdict::Refused, 400},
    {"rfc4475/bext01", Verdict::Valid},
    {"rfc4475/invut", Verdict::Valid},
    {"rfc4475/regaut01", Verdict::Valid},
    {"rfc4475/multi01", Verdict::Refused, 400},
    {"rfc4475/mcl01", Verdict::Malformed, 400},
    {"rfc4475/bcast", Verdict::Valid},
    {"rfc4475/zeromf", Verdict::Valid},
    {"rfc4475/cparam01", Verdict::Valid},
    {"rfc4475/cparam02", Verdict::Valid},
    {"rfc4475/regescrt", Verdict::Valid},
    {"rfc4475/sdp01", Verdict::Valid},
    {"rfc4475/inv2543", Verdict::Valid},
    {"rfc5118/ipv6-good", Verdict::Valid},
    {"rfc5118/ipv6-bad", Verdict::Malformed, 400},
    {"rfc5118/port-ambiguous", Verdict::Valid},
    {"rfc5118/port-unambiguous", Verdict::Valid},
    {"rfc5118/via-received-param-with-delim", Verdict::Valid},
    {"rfc5118/via-received-param-no-delim", Verdict::Valid},
    {"rfc5118/ipv6-in-sdp", Verdict::Valid},
    {"rfc5118/mult-ip-in-header", Verdict::Valid},
    {"rfc5118/mult-ip-in-sdp", Verdict::Valid},
    {"rfc5118/ipv4-mapped-ipv6", Verdict::Valid},
    {"rfc5118/ipv6-bug-abnf-3-colons", Verdict::Valid},
    {"rfc5118/ipv6-correct-abnf-2-colons", Verdict::Valid},
};

std::string bytes_of(std::string_view name) {
  std::ifstream file(kFolder / fmt::format("{}.dat", name), std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  EXPECT_FALSE(content.str().empty()) << name;
  return content.str();
}

template <typename M>
M read(std::string_view name) {
  auto parsed = parse(bytes_of(name));
  EXPECT_TRUE(parsed && std::holds_alternative<M>(*parsed)) << name;
  return std::get<M>(std::move(*parsed));
}

TEST(Torture, EveryMessageGetsItsVerdict) {
  for (const auto& [name, verdict, status] : kMessages) {
    EXPECT_EQ(judge(bytes_of(name)), (Judgement{verdict, status})) << name;
  }
}

TEST(Torture, NoMessageIsForgotten) {
  std::set<std::filesystem::path> judged;
  for (const TortureMessage& message : kMessages) judged.insert(kFolder / fmt::format("{}.dat", message.name));
  std::set<std::filesystem::path> there;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(kFolder)) {
    if (entry.path().extension() == ".dat") there.insert(entry.path());
  }
  EXPECT_EQ(judged, there);
  EXPECT_EQ(there.size(), 49u + 12u);
}

/// Content-Length is counted anew and stands at the end.
std::vector<std::pair<std::string, std::string>> headers_of(const Message& message) {
  std::vector<std::pair<std::string, std::string>> out;
  for (const auto& header : message.headers()) {
    const bool is_known = header.name != HeaderName::Other;
    if (header.name == HeaderName::ContentLength) continue;
    out.emplace_back(is_known ? text(header.name) : header.name_text, header.value);
  }
  return out;
}

template <typename M>
void expect_same_when_written(const M& message, std::string_view name) {
  const std::string wire = message.write();
  const auto again = parse(wire);
  ASSERT_TRUE(again.has_value()) << name << ": " << again.error().text;
  ASSERT_TRUE(std::holds_alternative<M>(*again)) << name;
  const M& read_again = std::get<M>(*again);
  EXPECT_EQ(headers_of(read_again), headers_of(message)) << name;
  EXPECT_EQ(read_again.body(), message.body()) << name;
  EXPECT_EQ(read_again.write(), wire) << name;
  if constexpr (std::is_same_v<M, Request>) {
    EXPECT_EQ(read_again.method_text(), message.method_text()) << name;
    EXPECT_EQ(read_again.uri(), message.uri()) << name;
  } else {
    EXPECT_EQ(read_again.status(), message.status()) << name;
    EXPECT_EQ(read_again.reason(), message.reason()) << name;
  }
}

TEST(Torture, WhatWeWriteOfAValidMessageReadsTheSame) {
  for (const auto& [name, verdict, status] : kMessages) {
    if (verdict != Verdict::Valid) continue;
    const auto parsed = parse(bytes_of(name));
    std::visit([name = name](const auto& message) { expect_same_when_written(message, name); }, *parsed);
  }
}

TEST(Torture, WhatWeAnswerToAValidRequestIsValid) {
  for (const auto& [name, verdict, status] : kMessages) {
    const auto parsed = parse(bytes_of(name));
    if (verdict != Verdict::Valid || std::holds_alternative<Response>(*parsed)) continue;
    const Response response = make_response(std::get<Request>(*parsed), 200, "ours");
    EXPECT_TRUE(is_valid(response)) << name;
    expect_same_when_written(response, name);
  }
}

TEST(Torture, BlanksFoldsCompactFormsAndUnknownHeaders) {
  const auto message = read<Request>("rfc4475/wsinv");
  EXPECT_TRUE(message.uri().parameters.has("unknownparam"));
  EXPECT_EQ(message.to_tag(), "1918181833n");
  EXPECT_EQ(message.from_tag(), "98asjd8");
  EXPECT_EQ(message.get<From>()->display_name, R"(J Rosenberg \")");
  EXPECT_EQ(message.get<CSeq>()->number, 9u);
  EXPECT_EQ(message.get<MaxForwards>()->value, 68);
  EXPECT_EQ(message.header("s"), "");
  EXPECT_EQ(message.header("NewFangledHeader"), "newfangled value   continued newfangled value");
  EXPECT_EQ(message.header("UnknownHeaderWithUnusualValue"), ";;,,;;,;");
  EXPECT_EQ(message.get<Route>()->uri.parameters.get("unknownwith"), "value");
  const auto vias = message.get_all<Via>();
  ASSERT_EQ(vias->size(), 3u);
  EXPECT_EQ((*vias)[0].branch, "390skdjuw");
  EXPECT_EQ((*vias)[1].transport, "TCP");
  EXPECT_EQ((*vias)[2].branch, "z9hG4bK30239");
  const auto contact = message.get<Contact>();
  EXPECT_EQ(contact->display_name, R"(Quoted string "")");
  EXPECT_EQ(contact->parameters.get("newparam"), "newvalue");
  EXPECT_EQ(contact->parameters.get("secondparam"), "");
  EXPECT_EQ(contact->parameters.get("q"), "0.33");
  EXPECT_EQ(message.body().size(), 150u);
}

TEST(Torture, EveryCharacterWhereItMayStand) {
  const auto message = read<Request>("rfc4475/intmeth");
  EXPECT_EQ(message.method_text(), "!interesting-Method0123456789_*+`.%indeed'~");
  EXPECT_EQ(message.uri().user, "1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*");
  EXPECT_EQ(message.uri().password, "&it+has=1,weird!*pas$wo~d_too.(doesn't-it)");
  EXPECT_EQ(message.get<Via>()->branch, "z9hG4bK-.!%66*_+`'~");
  // The quoted controls, NUL among them, are blanks from here on.
  EXPECT_EQ(message.get<To>()->display_name, "BEL:  NUL:  DEL: ");
  EXPECT_EQ(message.get<From>()->display_name, "token1~` token2'+_ token3*%!.-");
  EXPECT_EQ(message.get<From>()->parameters.get("fromParam''~+*_!.-%"), "работающий");
  EXPECT_EQ(message.from_tag(), "_token~1'+`*%!-.");
  EXPECT_EQ(message.call_id(), "intmeth.word%ZK-!.*_+'@word`~)(><:\\/\"][?}{");
  EXPECT_EQ(message.header("extensionHeader-!.%*+_`'~"), "\xEF\xBB\xBF大停電");
}

TEST(Torture, EscapesAreUndoneWhereTheyAreOnes) {
  const auto message = read<Request>("rfc4475/esc01");
  EXPECT_EQ(message.uri().user, "sips:user@example.com");
  EXPECT_EQ(message.uri().host, "example.net");
  EXPECT_EQ(message.get<To>()->uri.user, "user");
  EXPECT_EQ(message.get<From>()->uri.user, "I have spaces");
  const auto contact = message.get<Contact>();
  EXPECT_EQ(contact->uri.user, "caller");
  EXPECT_EQ(contact->uri.parameters.get("lr"), "");
  EXPECT_EQ(contact->uri.parameters.get("name"), "value%2541");
}

TEST(Torture, ANulDoesNotEndAnAddress) {
  const auto message = read<Request>("rfc4475/escnull");
  EXPECT_EQ(message.get<To>()->uri.user, std::string("null-\0-null", 11));
  const auto contacts = message.get_all<Contact>();
  ASSERT_EQ(contacts->size(), 2u);
  EXPECT_FALSE((*contacts)[0].uri.equivalent((*contacts)[1].uri));
  EXPECT_EQ((*contacts)[1].uri.text(), "sip:%00%00@host5.example.com");
}

TEST(Torture, APercentSignIsNoEscapeInATokenOrAName) {
  const auto message = read<Request>("rfc4475/esc02");
  EXPECT_EQ(message.method(), Method::Other);
  EXPECT_EQ(message.get<To>()->display_name, "%Z%45");
  EXPECT_EQ(message.get<Via>()->branch, "z9hG4bK209%fzsnel234");
  EXPECT_EQ(message.get_all<Contact>()->size(), 2u);
  EXPECT_TRUE(message.header("C%6Fntact").has_value());
}

TEST(Torture, LongValuesAreJustLong) {
  const auto message = read<Request>("rfc4475/longreq");
  EXPECT_EQ(message.get_all<Via>()->size(), 34u);
  EXPECT_EQ(message.get_all<Via>()->back().branch.size(), 215u);
  EXPECT_EQ(message.get<From>()->uri.user.size(), 115u);
  EXPECT_EQ(message.get<To>()->uri.port, 6000);
  EXPECT_EQ(message.from_tag().size(), 155u);
}

TEST(Torture, WhatFollowsTheBodyInADatagramIsNothing) {
  const auto message = read<Request>("rfc4475/dblreq");
  EXPECT_EQ(message.method(), Method::Register);
  EXPECT_EQ(message.body(), "");
}

TEST(Torture, TheUserOfAUriMayHaveSemicolons) {
  EXPECT_EQ(read<Request>("rfc4475/semiuri").uri().user, "user;par=u@example.net");
}

TEST(Torture, ViasOfUnknownTransports) {
  std::vector<std::string_view> transports;
  const auto message = read<Request>("rfc4475/transports");
  const auto vias = message.get_all<Via>();
  for (const Via& via : *vias) transports.push_back(via.transport);
  EXPECT_THAT(transports, ElementsAre("UDP", "SCTP", "TLS", "UNKNOWN", "TCP"));
}

TEST(Torture, ABodyMayHaveAnyBytes) {
  const auto message = read<Request>("rfc4475/mpart01");
  EXPECT_EQ(message.get<ContentType>()->token, "multipart/mixed");
  EXPECT_EQ(message.get<ContentType>()->parameters.get("boundary"), "7a9cbec02ceef655");
  EXPECT_EQ(message.body().size(), 553u);
  EXPECT_NE(message.body().find('\0'), std::string_view::npos);
}

TEST(Torture, ReasonPhrasesMayBeStrangeOrEmpty) {
  EXPECT_EQ(read<Response>("rfc4475/unreason").reason(), "= 2**3 * 5**2 но сто девяносто девять - простое");
  const auto nothing_said = read<Response>("rfc4475/noreason");
  EXPECT_EQ(nothing_said.status(), 100);
  EXPECT_EQ(nothing_said.reason(), "");
}

TEST(Torture, WhatWeForgive) {
  EXPECT_TRUE(read<Request>("rfc4475/baddate").has(HeaderName::Date));
  EXPECT_EQ(read<Request>("rfc4475/badaspec").get<To>()->uri.text(), "sip:t.watson@example.org");
}

TEST(Torture, ARefusalTakesTheFirstOfTwoValues) {
  const auto response = response_to_malformed(bytes_of("rfc4475/multi01"), {400, "Twice"});
  ASSERT_TRUE(response.has_value());
  EXPECT_EQ(response->header(HeaderName::CSeq), "5 INVITE");
  EXPECT_EQ(response->call_id(), "multi01.98asdh@192.0.2.1");
  EXPECT_TRUE(is_valid(*response));
}

TEST(Torture, ContactParametersBelongWhereTheyStand) {
  const auto of_header = read<Request>("rfc4475/cparam01").get<Contact>();
  EXPECT_TRUE(of_header->parameters.has("unknownparam"));
  EXPECT_TRUE(of_header->uri.parameters.empty());
  const auto of_uri = read<Request>("rfc4475/cparam02").get<Contact>();
  EXPECT_TRUE(of_uri->parameters.empty());
  EXPECT_TRUE(of_uri->uri.parameters.has("unknownparam"));
  EXPECT_EQ(read<Request>("rfc4475/regescrt").get<Contact>()->uri.headers, "Route=%3Csip:sip.example.com%3E");
}

TEST(Torture, AnOldPeerHasNeitherTagNorBranchNorContact) {
  const auto message = read<Request>("rfc4475/inv2543");
  EXPECT_EQ(message.from_tag(), "");
  EXPECT_EQ(message.get<Via>()->branch, "");
  EXPECT_FALSE(message.has(HeaderName::Contact));
  // "user=phone" stands outside of brackets, and so belongs to the header.
  EXPECT_EQ(message.get<To>()->parameters.get("user"), "phone");
  EXPECT_EQ(message.body().substr(0, 3), "v=0");
}

TEST(Torture, BracketsTellAPortFromAnAddress) {
  const auto ambiguous = read<Request>("rfc5118/port-ambiguous").uri();
  EXPECT_EQ(ambiguous.host, "2001:db8::10:5070");
  EXPECT_EQ(ambiguous.port, std::nullopt);
  const auto unambiguous = read<Request>("rfc5118/port-unambiguous").uri();
  EXPECT_EQ(unambiguous.host, "2001:db8::10");
  EXPECT_EQ(unambiguous.port, 5070);
}

TEST(Torture, ReceivedMayHaveBracketsOrNot) {
  EXPECT_EQ(read<Request>("rfc5118/via-received-param-with-delim").get<Via>()->parameters.get("received"),
            "[2001:db8::9:255]");
  EXPECT_EQ(read<Request>("rfc5118/via-received-param-no-delim").get<Via>()->parameters.get("received"),
            "2001:db8::9:255");
}

TEST(Torture, BothFamiliesInOneMessage) {
  std::vector<std::string> sent_by;
  const auto mixed = read<Request>("rfc5118/mult-ip-in-header");
  const auto vias = mixed.get_all<Via>();
  for (const Via& via : *vias) sent_by.push_back(via.sent_by());
  EXPECT_THAT(sent_by, ElementsAre("[2001:db8::9:1]:6050", "192.0.2.1", "[2001:db8::9:255]"));
  const auto mapped = read<Request>("rfc5118/ipv4-mapped-ipv6");
  EXPECT_EQ(mapped.get<Via>()->sent_by(), "[::ffff:192.0.2.10]:19823");
  EXPECT_EQ(mapped.get<Contact>()->uri.host, "::ffff:192.0.2.2");
}

TEST(Torture, AThirdColonIsOneTooManyAndForgiven) {
  const auto bug = read<Request>("rfc5118/ipv6-bug-abnf-3-colons");
  const auto correct = read<Request>("rfc5118/ipv6-correct-abnf-2-colons");
  EXPECT_EQ(bug.uri(), correct.uri());
  EXPECT_EQ(bug.uri().text(), "sip:user@[2001:db8::192.0.2.1]");
}

}  // namespace
}  // namespace webcalling::sip
