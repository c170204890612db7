#include "pbx/event_desk.hpp"

#include <gmock/gmock.h>

#include "pbx/pbx_for_tests.hpp"

namespace webcalling {
namespace {

using sip::HeaderName;
using sip::Method;

class EventDeskTest : public testing::Test, protected PbxForTests {
 protected:
  sip::Request subscribe(std::string_view user, std::string_view event) {
    auto out = request(Method::Subscribe, user);
    out.add(HeaderName::Event, event);
    return out;
  }
};

// ATTACKS S2 and S3.
TEST_F(EventDeskTest, ChallengesEverySubscribeAndEveryPublishAndStoresNothing) {
  for (const auto* event :
       {"dialog", "presence", "message-summary", "reg", "talk", "hold", "conference", "refer", ""}) {
    auto known = subscribe("1001", event);
    EXPECT_EQ(response_to(known).status(), 401) << event;
    EXPECT_EQ(response_to(subscribe("4711", event)).status(), 401) << event;
  }
  EXPECT_EQ(response_to(request(Method::Publish, "1002")).status(), 401);
  EXPECT_EQ(pbx.active_transactions(), 0u);
  EXPECT_EQ(pbx.subscriptions(), 0u);
  EXPECT_EQ(timers.size(), 0u);
}

TEST_F(EventDeskTest, TellsWhichExtensionsThereAreToThoseItKnowsAlone) {
  EXPECT_EQ(responses_to_authorized(subscribe("1001", "dialog")).at(0).status(), 200);
  EXPECT_EQ(responses_to_authorized(subscribe("4711", "dialog")).at(0).status(), 404);
  EXPECT_EQ(responses_to_authorized(subscribe("1001", "reg")).at(0).status(), 403);
  EXPECT_EQ(pbx.subscriptions(), 1u);
}

TEST_F(EventDeskTest, RefusesWhoWatchesInSomebodyElsesName) {
  for (const auto* name : {"1001", "anonymous"}) {
    auto forged = subscribe("1001", "dialog");
    forged.set(HeaderName::From, fmt::format("<sip:{}@10.0.0.1>;tag=theirs", name));
    EXPECT_EQ(responses_to_authorized(forged).at(0).status(), 403) << name;
  }
}

TEST_F(EventDeskTest, SaysWhichEventsItKnows) {
  const auto response = responses_to_authorized(subscribe("1001", "conference")).at(0);
  EXPECT_EQ(response.status(), 489);
  for (const auto* event : {"message-summary", "presence", "dialog", "reg", "refer"}) {
    EXPECT_TRUE(response.lists(HeaderName::AllowEvents, event)) << event;
  }
  for (const auto* method : {"SUBSCRIBE", "PUBLISH"}) EXPECT_TRUE(response.lists(HeaderName::Allow, method));
}

TEST_F(EventDeskTest, RefusesSubscriptionsToListsThatItDoesNotKnow) {
  auto list = subscribe("1001", "presence");
  list.add(HeaderName::Require, "eventlist");
  EXPECT_EQ(responses_to_authorized(list).at(0).status(), 420);
}

TEST_F(EventDeskTest, SaysWhatAPublicationMustBe) {
  auto publish = request(Method::Publish, "1002");
  publish.add(HeaderName::Event, "presence");
  publish.set_body("text/plain", "I am here");
  const auto response = responses_to_authorized(publish).at(0);
  EXPECT_EQ(response.status(), 415);
  EXPECT_EQ(response.header(HeaderName::Accept), "application/pidf+xml");
  auto of_another = request(Method::Publish, "1001");
  of_another.add(HeaderName::Event, "presence");
  EXPECT_EQ(responses_to_authorized(of_another).at(0).status(), 403);
}

}  // namespace
}  // namespace webcalling
