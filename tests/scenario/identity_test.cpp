#include "support/story.hpp"

namespace webcalling::sim {
namespace {

using sip::HeaderName;
using sip::Method;
using sip::TransportKind;
using testing::HasSubstr;
using testing::Not;

/// Who is shown to whom (RFC 3323, RFC 3325).
class Identity : public Story {
 protected:
  static std::string asserted(const sip::Message& message) {
    return std::string(message.header(HeaderName::PAssertedIdentity).value_or(""));
  }

  SimPhone& alice = net.phone("1002");
  SimPhone& bob = net.phone("1001", TransportKind::Ws);
};
INSTANTIATE_TEST_SUITE_P(, Identity, any_weather(), weather_name);

TEST_P(Identity, IsAssertedToBothSides) {
  ASSERT_TRUE(connect(alice, bob));
  EXPECT_EQ(asserted(bob.call().invite()), "\"Phone 1002\" <sip:1002@10.0.0.1>");
  EXPECT_EQ(asserted(alice.call().responses().back()), "\"Phone 1001\" <sip:1001@10.0.0.1>");
  alice.hang_up();
}

TEST_P(Identity, IsWithheldFromThePhoneThatIsCalledIfTheCallerWantsSo) {
  alice.dial_anonymously("1001");
  ASSERT_TRUE(eventually([&] { return bob.ringing(); }));
  EXPECT_THAT(bob.call().invite().write(), Not(HasSubstr("1002")));
  EXPECT_EQ(bob.call().invite().header(HeaderName::Privacy), "id");
  EXPECT_THAT(bob.call().shown_caller(), HasSubstr("Anonymous"));
  bob.answer();
  ASSERT_TRUE(eventually([&] { return alice.talking() && bob.talking(); }));
  alice.hang_up();
}

// ATTACKS S1: what a phone asserts of itself is nobody's truth.
TEST_P(Identity, IsWhatTheAccountSaysAndNotWhatThePhoneClaims) {
  alice.habits().asserts = "<sip:911@police.example>";
  ASSERT_TRUE(ring(alice, bob));
  EXPECT_THAT(bob.call().invite().write(), Not(HasSubstr("911")));
  alice.hang_up();
}

TEST_P(Identity, OfANewPartyIsToldToPhonesThatCanBeTold) {
  auto& carol = net.phone("1003", TransportKind::Tcp);
  alice.habits().allows = "INVITE, ACK, BYE, CANCEL, UPDATE";
  ASSERT_TRUE(connect(alice, bob));
  bob.call().refer("<sip:1003@10.0.0.1>");
  ASSERT_TRUE(eventually([&] { return carol.ringing(); }));
  carol.answer();
  ASSERT_TRUE(eventually([&] { return alice.call().count_requests(Method::Update) > 0; }));
  EXPECT_THAT(asserted(alice.call().requests().back()), HasSubstr("1003"));
  alice.hang_up();
}

}  // namespace
}  // namespace webcalling::sim
