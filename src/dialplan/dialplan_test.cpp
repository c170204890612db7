#include "dialplan/dialplan.hpp"

#include <gtest/gtest.h>

#include <set>

namespace webcalling::dialplan {
namespace {

class Extensions final : public ExtensionDirectory {
 public:
  bool has_extension(std::string_view extension) override { return known.contains(std::string(extension)); }
  std::set<std::string> known{"1001", "anna.k-b"};
};

class DialplanTest : public testing::Test {
 protected:
  std::string ringing(std::string_view number) {
    const Plan plan = dialplan.resolve(number);
    const auto* ring = std::get_if<RingExtension>(&plan);
    return ring == nullptr ? "" : ring->extension;
  }
  Extensions extensions;
  Dialplan dialplan{extensions};
};

TEST_F(DialplanTest, RingsAnExtension) { EXPECT_EQ(ringing("1001"), "1001"); }

TEST_F(DialplanTest, IgnoresSeparatorsInNumbersButNotInNames) {
  EXPECT_EQ(ringing("(10) 0-1"), "1001");
  EXPECT_EQ(ringing("anna.k-b"), "anna.k-b");
}

TEST_F(DialplanTest, KnowsTheAudioCheck) {
  const Plan plan = dialplan.resolve("9199");
  ASSERT_TRUE(std::holds_alternative<RunApplication>(plan));
  EXPECT_EQ(std::get<RunApplication>(plan).application, Application::AudioCheck);
}

TEST_F(DialplanTest, KnowsTheEchoTest) {
  const Plan plan = dialplan.resolve("9196");
  ASSERT_TRUE(std::holds_alternative<RunApplication>(plan));
  EXPECT_EQ(std::get<RunApplication>(plan).application, Application::Echo);
}

TEST_F(DialplanTest, AnExtensionWinsOverAServiceOfTheSameNumber) {
  extensions.known.insert("9196");
  EXPECT_EQ(ringing("9196"), "9196");
}

TEST_F(DialplanTest, NobodyHasAnUnknownNumber) {
  for (const char* number : {"", "4711", "100", "10010", "anna"}) {
    EXPECT_TRUE(std::holds_alternative<UnknownNumber>(dialplan.resolve(number))) << number;
  }
}

}  // namespace
}  // namespace webcalling::dialplan
