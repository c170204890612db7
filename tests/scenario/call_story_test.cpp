#include <algorithm>

#include "sip/message/call_headers.hpp"
#include "support/story.hpp"

namespace webcalling::sim {
namespace {

using sip::TransportKind;
using story::Line;
using story::Told;
using story::ToldLine;
using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

/// What those who were in a call may see of its messages.
class CallStory : public Story {
 protected:
  static std::string call_id(SimPhone& phone) { return std::string(phone.call().invite().call_id()); }
  std::optional<Told> told(SimPhone& asks, SimPhone& about) {
    return net.stories().tell(asks.extension(), call_id(about));
  }
  Told told(SimPhone& phone) { return told(phone, phone).value_or(Told{}); }

  static std::vector<std::string> messages(const Told& told, bool is_own) {
    std::vector<std::string> out;
    for (const ToldLine& line : told.lines) {
      if (line.is_own == is_own) out.push_back(line.message);
    }
    return out;
  }
  static std::vector<std::string> own(const Told& told) { return messages(told, true); }
  static std::vector<std::string> far(const Told& told) { return messages(told, false); }

  SimPhone& alice = net.phone("1002");
  SimPhone& bob = net.phone("1001", TransportKind::Ws);
};
INSTANTIATE_TEST_SUITE_P(, CallStory, fair_weather(), weather_name);

TEST_P(CallStory, BothSeeBothLegsFromTheFirstInviteToTheLastOk) {
  ASSERT_TRUE(connect(alice, bob));
  alice.hang_up();
  net.run_until_idle();
  for (SimPhone* phone : {&alice, &bob}) {
    const Told all = told(*phone);
    EXPECT_TRUE(all.is_complete);
    for (const auto& messages : {own(all), far(all)}) {
      EXPECT_THAT(messages, Contains(StartsWith("INVITE ")));
      EXPECT_THAT(messages, Contains(StartsWith("ACK ")));
      EXPECT_THAT(messages, Contains(StartsWith("BYE ")));
      EXPECT_THAT(messages, Contains(AllOf(StartsWith("SIP/2.0 200 OK"), HasSubstr(" BYE"))));
    }
    EXPECT_TRUE(std::is_sorted(all.lines.begin(), all.lines.end(),
                               [](const ToldLine& a, const ToldLine& b) { return a.at < b.at; }));
  }
  EXPECT_THAT(own(told(alice)).front(), StartsWith("INVITE ")) << "the one that was challenged as well";
  EXPECT_THAT(own(told(alice)), Contains(StartsWith("SIP/2.0 407 ")));
  EXPECT_EQ(told(alice).lines.front().direction, Line::Direction::In);
  EXPECT_EQ(told(bob).lines.size(), told(alice).lines.size());
}

TEST_P(CallStory, HasNoSecretAndNotTheNameOfTheOtherDialog) {
  ASSERT_TRUE(connect(alice, bob));
  bob.hang_up();
  net.run_until_idle();
  const std::string alices(alice.call().dialog()->id().local_tag);
  const std::string bobs(bob.call().dialog()->id().local_tag);
  for (SimPhone* phone : {&alice, &bob}) {
    for (const ToldLine& line : told(*phone).lines) {
      EXPECT_THAT(line.message, AllOf(Not(HasSubstr("response=")), Not(HasSubstr("cnonce="))));
    }
  }
  EXPECT_THAT(far(told(bob)), Each(AllOf(Not(HasSubstr(call_id(alice))), Not(HasSubstr(alices)))));
  EXPECT_THAT(far(told(alice)), Each(AllOf(Not(HasSubstr(call_id(bob))), Not(HasSubstr(bobs)))));
  EXPECT_THAT(own(told(alice)), Contains(HasSubstr(call_id(alice))));
}

TEST_P(CallStory, IsForThoseAloneWhoWereInTheCall) {
  auto& carol = net.phone("1003");
  ASSERT_TRUE(connect(alice, bob));
  EXPECT_FALSE(told(carol, alice));
  EXPECT_FALSE(told(carol, bob));
  EXPECT_FALSE(told(alice, bob)) << "nobody knows the name of another's leg";
  EXPECT_FALSE(net.stories().tell("1002", "nothing"));
  EXPECT_FALSE(net.stories().tell("", ""));
  alice.hang_up();
}

TEST_P(CallStory, SomebodyElsesPhoneThatRangAsWellIsNotShown) {
  auto& desk = net.phone("1001");
  auto& carol = net.phone("1003");
  bob.habits().forwards_to = "<sip:1003@10.0.0.1>";
  bob.refuse(302);
  alice.dial("1001");
  ASSERT_TRUE(eventually([&] { return carol.ringing() && desk.ringing(); }));
  EXPECT_THAT(far(told(carol)), Each(Not(HasSubstr(call_id(desk)))));
  desk.answer();
  ASSERT_TRUE(eventually([&] { return desk.talking(); }));
  alice.hang_up();
  net.run_until_idle();
  EXPECT_THAT(far(told(alice)), Contains(StartsWith("SIP/2.0 200 OK")));
  EXPECT_THAT(far(told(alice)), Each(Not(HasSubstr("1003@"))));
  EXPECT_THAT(far(told(carol)), Each(Not(StartsWith("BYE")))) << "who has not answered was not in that call";
}

TEST_P(CallStory, WhoHidesIsNotShown) {
  alice.dial_anonymously("1001");
  ASSERT_TRUE(eventually([&] { return bob.ringing(); }));
  EXPECT_THAT(far(told(bob)), IsEmpty());
  EXPECT_THAT(own(told(bob)), Not(IsEmpty()));
  alice.hang_up();
}

// Who is connected by a transfer sees nothing of what was before, and who has transferred nothing of what comes.
TEST_P(CallStory, ATransferSeparatesBeforeAndAfter) {
  auto& carol = net.phone("1003", TransportKind::Tcp);
  ASSERT_TRUE(connect(alice, bob));
  net.run_for(1s);
  bob.call().refer("<sip:1003@10.0.0.1>");
  ASSERT_TRUE(eventually([&] { return carol.ringing(); }));
  carol.answer();
  ASSERT_TRUE(eventually([&] { return carol.talking() && !bob.in_call(); }));
  net.run_for(10s);
  alice.hang_up();
  net.run_until_idle();
  EXPECT_THAT(far(told(bob)), Each(Not(StartsWith("BYE"))));
  EXPECT_THAT(far(told(carol)), AllOf(Each(Not(StartsWith("INVITE"))), Contains(StartsWith("BYE"))));
}

TEST_P(CallStory, ARefusedCallHasOneToo) {
  alice.dial("4711");
  net.run_until_idle();
  EXPECT_THAT(own(told(alice)), AllOf(Contains(StartsWith("INVITE")), Contains(StartsWith("SIP/2.0 404"))));
  EXPECT_THAT(own(told(alice)).back(), StartsWith("ACK"));
}

TEST_P(CallStory, IsForgottenAfterAWhile) {
  ASSERT_TRUE(connect(alice, bob));
  net.run_for(11min);
  EXPECT_TRUE(told(alice, alice)) << "not while it goes on";
  alice.hang_up();
  net.run_until_idle();
  net.run_for(9min);
  EXPECT_TRUE(told(alice, alice));
  net.run_for(2min);
  EXPECT_FALSE(told(alice, alice));
  EXPECT_EQ(net.stories().size(), 0u);
  EXPECT_LT(net.stories().bytes(), 10'000u);
}

TEST_P(CallStory, NobodyGetsAtACallByTakingItsName) {
  auto& mallory = net.phone("1003");
  ASSERT_TRUE(connect(alice, bob));
  mallory.dial("1001");
  net.run_until_idle();
  const std::size_t before = told(alice).lines.size();
  net.stories().on_record({.id = call::CallId(4711),
                           .caller = {.extension = "1003", .display_name = {}},
                           .dialled = "1001",
                           .call_id = call_id(alice)});
  EXPECT_FALSE(net.stories().tell("1003", call_id(alice)));
  EXPECT_EQ(told(alice).lines.size(), before);
  alice.hang_up();
}

}  // namespace
}  // namespace webcalling::sim
