#include <fmt/format.h>

#include "sip/message/headers.hpp"
#include "support/story.hpp"

namespace webcalling::sim {
namespace {

using testing::StartsWith;

/// Somebody on the network who has no account.
class Stranger : public Story {
 protected:
  static std::string request(std::string_view method, std::string_view number, int serial,
                             std::string_view to_tag = {}) {
    return fmt::format(
        "{0} sip:{1}@10.0.0.1 SIP/2.0\r\n"
        "Via: SIP/2.0/UDP 10.0.0.254:5060;branch=z9hG4bK{2}{0};rport\r\n"
        "From: <sip:911@10.0.0.1>;tag=s{2}\r\n"
        "To: <sip:{1}@10.0.0.1>{3}\r\n"
        "Call-ID: stranger-{2}\r\n"
        "CSeq: 1 {0}\r\n"
        "Contact: <sip:911@10.0.0.254>\r\n"
        "Max-Forwards: 70\r\n"
        "Content-Length: 0\r\n\r\n",
        method, number, serial, to_tag.empty() ? "" : fmt::format(";tag={}", to_tag));
  }
};
INSTANTIATE_TEST_SUITE_P(, Stranger, fair_weather(), weather_name);

TEST_P(Stranger, LeavesNothingBehindHoweverOftenHeKnocks) {
  auto& bob = net.phone("1001");
  const std::size_t timers = net.pbx_timers();
  for (int i = 0; i < 500; ++i) {
    for (const auto* method : {"INVITE", "REGISTER", "OPTIONS", "BYE", "ACK", "CANCEL", "MESSAGE", "SUBSCRIBE"}) {
      net.send_from_stranger(request(method, i % 2 == 0 ? "1001" : "4711", i));
    }
  }
  net.run_for(1s);
  EXPECT_EQ(net.pbx().active_transactions(), 0u);
  EXPECT_EQ(net.pbx().active_calls(), 0u);
  EXPECT_EQ(net.pbx_timers(), timers);
  EXPECT_FALSE(bob.has_been_called());
}

TEST_P(Stranger, CannotEndACallWithoutKnowingItsTags) {
  auto& alice = net.phone("1002");
  auto& bob = net.phone("1001");
  ASSERT_TRUE(connect(alice, bob));
  net.send_from_stranger(request("BYE", "1001", 1, alice.call().dialog()->id().remote_tag));
  settle();
  EXPECT_THAT(net.answers_to_stranger().front(), StartsWith("SIP/2.0 481"));
  EXPECT_TRUE(alice.talking() && bob.talking());
  alice.hang_up();
}

// Both tags count (RFC 3261 section 12): a second answer of a forking phone must not end the first one's call.
TEST_P(Stranger, WhoKnowsOnlyOurTagEndsNothing) {
  auto& alice = net.phone("1002");
  auto& bob = net.phone("1001");
  ASSERT_TRUE(connect(alice, bob));
  auto bye = alice.call().dialog()->make_request(sip::Method::Bye);
  auto from = *bye.get<sip::From>();
  from.parameters.set("tag", "another");
  bye.set(from);
  bye.add_first(sip::HeaderName::Via, "SIP/2.0/UDP 10.0.0.254:5060;branch=z9hG4bKfork;rport");
  net.send_from_stranger(bye.write());
  settle();
  EXPECT_THAT(net.answers_to_stranger().front(), StartsWith("SIP/2.0 481"));
  EXPECT_TRUE(alice.talking() && bob.talking());
  alice.hang_up();
}

}  // namespace
}  // namespace webcalling::sim
