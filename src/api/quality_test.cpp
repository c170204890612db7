#include "api/quality.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace webcalling::api {
namespace {

TEST(Quality, IsKeptAsItWasMeasured) {
  const std::string both = R"({"setUpMs":182,"sent":{"mos":4.25E0,"loss":0},"received":{"mos":-1}})";
  EXPECT_EQ(read_quality(both).value(), both);
  EXPECT_EQ(read_quality(" { } ").value(), "{}");
}

TEST(Quality, IsNumbersAndNothingElse) {
  for (const char* body : {"", "[]", "1", "null", R"({"a":"1"})", R"({"a":true})", R"({"a":null})", R"({"a":[1]})",
                           R"({"a":{"b":{"c":1}}})", R"({"<b>":1})", R"({"":1})", R"({"a":1e999})", R"({"a":NaN})",
                           R"({"abcdefghijabcdefghijabcdefghijabc":1})"}) {
    EXPECT_FALSE(read_quality(body)) << body;
  }
}

TEST(Quality, IsBounded) {
  std::string many = "{";
  for (int i = 0; i < 33; ++i) many += fmt::format("{}\"n{}\":1", i == 0 ? "" : ",", i);
  EXPECT_FALSE(read_quality(many + "}"));
  EXPECT_FALSE(read_quality("{" + std::string(4096, ' ') + "}"));
}

}  // namespace
}  // namespace webcalling::api
