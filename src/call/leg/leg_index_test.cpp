#include "call/leg/leg_index.hpp"

#include <gtest/gtest.h>

#include "call/leg/incoming_leg.hpp"
#include "call/leg/media_for_tests.hpp"
#include "sdp/test_fixture.hpp"
#include "sip/message/headers.hpp"

namespace webcalling::call {
namespace {

/// Nobody reads what goes out, nobody wants to know what happens.
struct Nobody final : sip::MessageSender, LegListener {
  void send(const sip::Flow& /*flow*/, std::string_view /*message*/) override {}
  void on_ended(Leg& /*leg*/, const Ending& /*ending*/) override {}
};

sip::Request invite() {
  sip::Request request(sip::Method::Invite, *sip::Uri::parse("sip:1001@192.0.2.1"));
  request.add(sip::HeaderName::Via, "SIP/2.0/UDP 192.0.2.9:5060;branch=z9hG4bK1");
  request.add(sip::HeaderName::From, "<sip:1002@192.0.2.1>;tag=theirs");
  request.add(sip::HeaderName::To, "<sip:1001@192.0.2.1>");
  request.add(sip::HeaderName::CallId, "call");
  request.add(sip::HeaderName::CSeq, "1 INVITE");
  request.add(sip::HeaderName::Contact, "<sip:1002@192.0.2.9>");
  request.set_body("application/sdp", sdp::fixture_text("baresip_offer"));
  return request;
}

class LegIndexTest : public testing::Test {
 protected:
  std::shared_ptr<Leg> some_leg() { return IncomingLeg::accept(house, nobody, CallId(1), {}, invite(), {}); }

  TimerQueue timers{TimePoint{1000s}};
  SeededRandom random{7};
  Nobody nobody;
  sip::TransactionLayer transactions{timers, random, nobody};
  RecordedMedia media{random};
  LegIndex used_by_the_leg;
  Log log{Log::Level::Error, [](Log::Level, std::string_view) {}};
  Surroundings house{timers, random, transactions, media, used_by_the_leg, log};

  LegIndex index;
};

TEST_F(LegIndexTest, FindsALegByEverythingThatBelongsToIt) {
  const auto leg = some_leg();
  index.add_dialog("call", "ours", leg);
  index.add_transaction(sip::ServerTransactionId(5), leg);
  index.add_media(media::LegId(6), leg);
  EXPECT_EQ(index.find_dialog("call", "ours"), leg);
  EXPECT_EQ(index.find(sip::ServerTransactionId(5)), leg);
  EXPECT_EQ(index.find(media::LegId(6)), leg);
  EXPECT_EQ(index.size(), 3u);
}

TEST_F(LegIndexTest, TakesCallIdAndTagTogether) {
  const auto leg = some_leg();
  index.add_dialog("call", "ours", leg);
  EXPECT_EQ(index.find_dialog("call", "another"), nullptr);
  EXPECT_EQ(index.find_dialog("another", "ours"), nullptr);
  EXPECT_EQ(index.find_dialog("callours", ""), nullptr);
}

TEST_F(LegIndexTest, HoldsNoLegAlive) {
  auto leg = some_leg();
  index.add_media(media::LegId(6), leg);
  const std::weak_ptr<Leg> gone = leg;
  leg.reset();
  EXPECT_TRUE(gone.expired());
  EXPECT_EQ(index.find(media::LegId(6)), nullptr);
}

TEST_F(LegIndexTest, ForgetsWhatIsRemovedAndNothingElse) {
  const auto leg = some_leg();
  index.add_dialog("call", "ours", leg);
  index.add_transaction(sip::ServerTransactionId(5), leg);
  index.add_media(media::LegId(6), leg);
  index.remove(sip::ServerTransactionId(5));
  index.remove(media::LegId(6));
  EXPECT_EQ(index.find(sip::ServerTransactionId(5)), nullptr);
  EXPECT_EQ(index.find(media::LegId(6)), nullptr);
  EXPECT_EQ(index.find_dialog("call", "ours"), leg);
  index.remove_dialog("call", "ours");
  EXPECT_EQ(index.size(), 0u);
}

TEST_F(LegIndexTest, TellsOfEveryDialogThatLeaves) {
  int told = 0;
  index.set_on_dialog_removed([&told] { ++told; });
  index.add_dialog("call", "ours", some_leg());
  index.remove(media::LegId(6));
  EXPECT_EQ(told, 0);
  index.remove_dialog("call", "ours");
  EXPECT_EQ(told, 1);
}

TEST_F(LegIndexTest, IsEmptyAgainAfterALegWasRejected) {
  const auto leg = some_leg();
  EXPECT_EQ(used_by_the_leg.size(), 3u) << "its dialog, by both its names, and its INVITE";
  leg->hang_up(Cause::Busy);
  EXPECT_EQ(used_by_the_leg.size(), 0u);
}

}  // namespace
}  // namespace webcalling::call
