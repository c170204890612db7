#include "api/api.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/api_for_tests.hpp"

namespace webcalling::api {
namespace {

class ApiTest : public testing::Test, protected ApiForTests {};

TEST_F(ApiTest, TellsEverybodyWhatThePageMustKnow) {
  const auto answer = ask({}, "GET", "/api/config");
  ASSERT_EQ(answer->status, 200u);
  const auto body = read(answer);
  EXPECT_EQ(body.at("product"), "WebCalling");
  EXPECT_EQ(body.at("version"), "1.2.3");
  EXPECT_EQ(body.at("httpsPort"), 8443);
  EXPECT_EQ(body.at("features"), json::parse(R"(["session","directory","history","audio-check","story"])"));
}

TEST_F(ApiTest, ListsWhoCanBeCalled) {
  accounts.add("1000", "secret");
  const auto answer = read(ask(signed_in("1001"), "GET", "/api/directory"));
  EXPECT_EQ(answer, json::parse(R"({"extensions":[{"extension":"1000","name":"Phone 1000"},
    {"extension":"1001","name":"Phone 1001"},{"extension":"1002","name":"Phone 1002"}]})"));
}

TEST_F(ApiTest, NamesAreDataWhateverIsInThem) {
  accounts.add("1000", "secret", "<script>\"&\xff\n");
  const auto answer = ask(signed_in("1001"), "GET", "/api/directory");
  const auto first = read(answer).at("extensions").as_array().front();
  EXPECT_EQ(first.at("name"), "<script>\"&?\n");
}

TEST_F(ApiTest, KnowsWhatBelongsHere) {
  EXPECT_TRUE(Api::serves("/api"));
  EXPECT_TRUE(Api::serves("/api/session"));
  EXPECT_FALSE(Api::serves("/apis"));
  EXPECT_FALSE(Api::serves("/"));
}

}  // namespace
}  // namespace webcalling::api
