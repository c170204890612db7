#include "sip/message/parameters.hpp"

#include <gtest/gtest.h>

namespace webcalling::sip {
namespace {

std::string round_trip(std::string_view text) {
  std::string out;
  const auto parsed = Parameters::parse(text);
  EXPECT_TRUE(parsed.has_value()) << text;
  if (parsed) parsed->write(out);
  return out;
}

TEST(Parameters, ReadsValuesFlagsAndQuotes) {
  const auto parsed = Parameters::parse(R"(;branch=z9hG4bK1;rport;text="a \"b\"; c, d" ; Expires = 60)");
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(parsed->get("BRANCH"), "z9hG4bK1");
  EXPECT_EQ(parsed->get("rport"), "");
  EXPECT_EQ(parsed->get("text"), R"(a "b"; c, d)");
  EXPECT_EQ(parsed->get("expires"), "60");
  EXPECT_EQ(parsed->get("absent"), std::nullopt);
  EXPECT_EQ(parsed->list().size(), 4u);
}

TEST(ParametersView, FindsWhatParametersHold) {
  const std::string_view text = R"( ;branch=z9hG4bK1;rport;text="a \"b\"; c, d" ;; Expires = 60;expires=70 ; )";
  const auto parsed = ParametersView::parse(text);
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(parsed->get("BRANCH"), "z9hG4bK1");
  EXPECT_EQ(parsed->get("rport"), "");
  EXPECT_EQ(parsed->get("text"), R"(a \"b\"; c, d)") << "as it stands there";
  EXPECT_EQ(parsed->get("expires"), "60");
  EXPECT_FALSE(parsed->has("absent"));
  EXPECT_EQ(parsed->text(), text);
}

TEST(ParametersView, RefusesWhatParametersRefuse) {
  for (const std::string_view text :
       {"a=b", ";a b", ";=b", ";a=\"b", R"(;a="b\")", ";a=b c", ";a=\"b\"c", ";a=b;\x01"}) {
    EXPECT_FALSE(ParametersView::parse(text).has_value()) << text;
    EXPECT_FALSE(Parameters::parse(text).has_value()) << text;
  }
}

TEST(ParametersView, ParametersAreWrittenOneByOne) {
  std::string_view rest = R"( ; a = "b \" c" ;flag;d=e; )";
  std::string out;
  while (!rest.empty()) {
    const auto parameter = take_parameter(rest);
    ASSERT_TRUE(parameter.has_value());
    if (!parameter->name.empty()) write(out, *parameter);
  }
  EXPECT_EQ(out, R"(;a="b \" c";flag;d=e)");
}

TEST(Parameters, NothingIsNoParameters) {
  EXPECT_TRUE(Parameters::parse("")->empty());
  EXPECT_TRUE(Parameters::parse(" \t")->empty());
  EXPECT_TRUE(Parameters::parse(" ; ;")->empty());
}

TEST(Parameters, QuotesGoOutAsTheyCame) {
  EXPECT_EQ(round_trip(R"(;text="Terminated";a=b)"), R"(;text="Terminated";a=b)");
  EXPECT_EQ(round_trip(R"(;x="";flag)"), R"(;x="";flag)");
  EXPECT_EQ(round_trip(R"(;+sip.instance="<urn:uuid:f81d4fae>")"), R"(;+sip.instance="<urn:uuid:f81d4fae>")");
}

TEST(Parameters, HostsNeedNoQuotes) { EXPECT_EQ(round_trip(";received=[2001:db8::1]"), ";received=[2001:db8::1]"); }

TEST(Parameters, AValueThatIsNoTokenIsQuotedAndCannotEscape) {
  Parameters parameters;
  parameters.set("text", "\";evil=1");
  std::string out;
  parameters.write(out);
  EXPECT_EQ(out, R"(;text="\";evil=1")");
  EXPECT_EQ(Parameters::parse(out)->list().size(), 1u);
}

TEST(Parameters, SetReplacesInPlaceAndRemoveForgets) {
  auto parameters = *Parameters::parse(";a=1;b=2");
  parameters.set("A", "3");
  parameters.set("c");
  parameters.remove("B");
  std::string out;
  parameters.write(out);
  EXPECT_EQ(out, ";a=3;c");
}

TEST(Parameters, TheFirstOfTwoCounts) { EXPECT_EQ(Parameters::parse(";tag=a;tag=b")->get("tag"), "a"); }

TEST(Parameters, RefusesWhatIsNoParameter) {
  for (const std::string_view text : {"a=b", ";=b", ";a b", ";a=b c", R"(;a="open)", R"(;a="open\")", R"(;a="x"y)",
                                      ";a=<b>", ";a=b,c", ";\"a\"=b", ";a\x01=b", ";a=\xc3\xa9", ";a=b\"c\""}) {
    EXPECT_FALSE(Parameters::parse(text).has_value()) << text;
  }
}

TEST(Parameters, OfAUriAreEscapedNotQuoted) {
  Parameters parameters;
  parameters.set("x", "a b;c");
  std::string out;
  parameters.write_in_uri(out);
  EXPECT_EQ(out, ";x=a%20b%3Bc");
  EXPECT_EQ(Parameters::parse_in_uri(out)->get("x"), "a%20b%3Bc");
}

}  // namespace
}  // namespace webcalling::sip
