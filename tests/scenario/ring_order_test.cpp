#include "support/story.hpp"

namespace webcalling::sim {
namespace {

using testing::HasSubstr;

/// One extension with a phone that it prefers, by the q of its Contact (RFC 3261 section 16.6), and another.
class RingOrder : public Story {
 protected:
  SimPhone& add_phone(const char* parameters) {
    SimPhone& phone =
        net.add_phone({.extension = "1001",
                       .password = std::string(SimNetwork::kPassword),
                       .address = {},
                       .contact_parameters = parameters});
    phone.sign_in();
    EXPECT_TRUE(eventually([&] { return phone.is_signed_in(); }));
    return phone;
  }
  [[nodiscard]] bool rings_preferred() {
    alice.dial("1001");
    return eventually([this] { return preferred.ringing(); });
  }

  SimPhone& alice = net.phone("1002");
  SimPhone& other = add_phone(";q=0.5");
  SimPhone& preferred = add_phone("");
};
INSTANTIATE_TEST_SUITE_P(, RingOrder, any_weather(), weather_name);

TEST_P(RingOrder, BeginsWithThePreferredPhoneAlone) {
  ASSERT_TRUE(rings_preferred());
  settle();
  EXPECT_FALSE(other.has_been_called());
  preferred.answer();
  ASSERT_TRUE(eventually([this] { return alice.talking() && preferred.talking(); }));
  settle();
  EXPECT_FALSE(other.has_been_called());
  alice.hang_up();
}

TEST_P(RingOrder, GoesOnWhenThePreferredPhoneRefuses) {
  preferred.refuse(486, 1s);
  alice.dial("1001");
  ASSERT_TRUE(eventually([this] { return other.ringing(); }));
  other.answer();
  ASSERT_TRUE(eventually([this] { return alice.talking() && other.talking(); }));
  alice.hang_up();
}

TEST_P(RingOrder, GoesOnWhenNobodyAnswersThePreferredPhone) {
  ASSERT_TRUE(rings_preferred());
  ASSERT_TRUE(eventually([this] { return other.ringing(); }));
  ASSERT_TRUE(eventually([this] { return preferred.idle(); }));
  EXPECT_THAT(preferred.call().reason(), HasSubstr("SIP;cause=480"));
  other.answer();
  ASSERT_TRUE(eventually([this] { return alice.talking() && other.talking(); }));
  alice.hang_up();
}

TEST_P(RingOrder, EndsWithAPersonsRefusal) {
  preferred.refuse(603, 1s);
  alice.dial("1001");
  ASSERT_TRUE(eventually([this] { return alice.idle(); }));
  EXPECT_EQ(alice.call().final_status(), 603);
  EXPECT_FALSE(other.has_been_called());
}

TEST_P(RingOrder, TellsTheBestOfAllRefusals) {
  preferred.refuse(480, 100ms);
  other.refuse(486, 100ms);
  alice.dial("1001");
  ASSERT_TRUE(eventually([this] { return alice.idle(); }));
  EXPECT_EQ(alice.call().final_status(), 486);
}

}  // namespace
}  // namespace webcalling::sim
