#include "sip/message/call_headers.hpp"
#include "support/story.hpp"

namespace webcalling::sim {
namespace {

using sip::Method;
using sip::TransportKind;

/// RFC 3262, towards those that support it.
class ReliableProvisional : public Story {
 protected:
  static bool is_reliable(const sip::Response& response) {
    return response.lists(sip::HeaderName::Require, "100rel") && response.get<sip::RSeq>().has_value();
  }

  SimPhone& alice = net.phone("1002");
  // What a phone over UDP says while it rings may be lost for good.
  SimPhone& bob = net.phone("1001", TransportKind::Tcp);
};
INSTANTIATE_TEST_SUITE_P(, ReliableProvisional, any_weather(), weather_name);

TEST_P(ReliableProvisional, IsSentToACallerThatSupportsIt) {
  alice.habits().supports = "100rel";
  ASSERT_TRUE(connect(alice, bob));
  ASSERT_FALSE(alice.call().responses().empty());
  EXPECT_TRUE(is_reliable(alice.call().responses().front()));
  EXPECT_EQ(net.heard_by(bob), "1002");
  alice.hang_up();
}

TEST_P(ReliableProvisional, IsNeverSentToOthers) {
  ASSERT_TRUE(connect(alice, bob));
  for (const sip::Response& response : alice.call().responses()) {
    EXPECT_FALSE(response.has(sip::HeaderName::RSeq) || response.has(sip::HeaderName::Require));
  }
  alice.hang_up();
}

TEST_P(ReliableProvisional, WithEarlyMediaNeedsNoSecondDescription) {
  alice.habits().supports = "100rel";
  bob.habits().has_early_media = true;
  ASSERT_TRUE(connect(alice, bob));
  EXPECT_EQ(net.heard_by(alice), "1001");
  EXPECT_EQ(net.heard_by(bob), "1002");
  for (const sip::Response& response : alice.call().responses()) {
    EXPECT_TRUE(response.is_provisional() || response.body().empty()) << "RFC 3262 section 5";
  }
  bob.hang_up();
}

// The 200 must not overtake the description that it leaves out.
TEST_P(ReliableProvisional, HoldsTheAnswerBackUntilItIsAcknowledged) {
  alice.habits().supports = "100rel";
  bob.habits().has_early_media = true;
  bob.answer_after(0ms);
  net.lose("PRACK", 2);
  alice.dial("1001");
  ASSERT_TRUE(eventually([&] { return alice.talking() && bob.talking(); }));
  EXPECT_EQ(net.heard_by(bob), "1002");
  alice.hang_up();
}

TEST_P(ReliableProvisional, OfAPhoneIsAcknowledged) {
  auto& bob = net.phone("1003");
  bob.habits().rings_reliably = true;
  ASSERT_TRUE(ring(alice, bob));
  ASSERT_TRUE(eventually([&] { return bob.call().count_requests(Method::Prack) > 0; }));
  net.run_for(40s);
  EXPECT_EQ(bob.call().count_requests(Method::Prack), 1u) << "repeated responses are one";
  bob.answer();
  ASSERT_TRUE(eventually([&] { return alice.talking() && bob.talking(); }));
  // The counters of the early dialog go on: neither our BYE nor the phone's is out of order.
  alice.hang_up();
  net.run_until_idle();
  EXPECT_EQ(bob.call().byes_received(), 1u);
}

TEST_P(ReliableProvisional, MayBeCancelled) {
  alice.habits().supports = "100rel";
  bob.habits().rings_reliably = true;
  ASSERT_TRUE(ring(alice, bob));
  alice.hang_up();
  net.run_until_idle();
  EXPECT_EQ(alice.call().final_status(), 487);
  EXPECT_FALSE(bob.ringing());
}

// Section 3: "the UAS SHOULD reject the original request with a 5xx response".
TEST_P(ReliableProvisional, ThatIsNeverAcknowledgedEndsTheCall) {
  alice.habits().supports = "100rel";
  ASSERT_TRUE(ring(alice, bob));
  alice.vanish();
  net.run_until_idle();
  EXPECT_FALSE(bob.ringing());
}

TEST_P(ReliableProvisional, AcknowledgementOfNothingIsRefused) {
  ASSERT_TRUE(connect(alice, bob));
  int status = 0;
  auto prack = alice.call().dialog()->make_request(Method::Prack);
  prack.add(sip::RAck{1, {1, Method::Invite, "INVITE"}});
  alice.transactions().send_request(std::move(prack), alice.flow(),
                                    [&status](const sip::Response& response) { status = response.status(); });
  EXPECT_TRUE(eventually([&] { return status == 481; }));
  EXPECT_TRUE(alice.talking());
  alice.hang_up();
}

}  // namespace
}  // namespace webcalling::sim
