#include "call/leg/session_timer.hpp"

#include <gtest/gtest.h>

namespace webcalling::call {
namespace {

using std::chrono::seconds;
using Watch = SessionTerms::Watch;

const SessionTimerSettings kSettings{};

sip::Request asking(std::string_view session_expires, std::string_view supported = "timer") {
  sip::Request request(sip::Method::Invite, *sip::Uri::parse("sip:1001@192.0.2.1"));
  if (!supported.empty()) request.add(sip::HeaderName::Supported, supported);
  if (!session_expires.empty()) request.add(sip::HeaderName::SessionExpires, session_expires);
  return request;
}

std::string answered_to(const sip::Request& request) {
  sip::Response response(200);
  put_session_terms(response, *session_terms_asked(request, kSettings));
  const auto header = response.header(sip::HeaderName::SessionExpires);
  return header ? std::string(*header) : "none";
}

// RFC 4028 section 9, table 2.
TEST(SessionTerms, LeaveTheRefreshToWhomThePeerNames) {
  EXPECT_EQ(answered_to(asking("600;refresher=uac")), "600;refresher=uac");
  EXPECT_EQ(answered_to(asking("600;refresher=uas")), "600;refresher=uas");
  EXPECT_EQ(answered_to(asking("600")), "600;refresher=uas");
  EXPECT_EQ(answered_to(asking("")), "1800;refresher=uas");
}

TEST(SessionTerms, RequireTheTimerOfAPeerThatIsToRefresh) {
  sip::Response response(200);
  put_session_terms(response, {seconds{600}, Watch::PeerRefreshes});
  EXPECT_TRUE(response.lists(sip::HeaderName::Require, "timer"));
  sip::Response other(200);
  put_session_terms(other, {seconds{600}, Watch::WeRefresh});
  EXPECT_FALSE(other.has(sip::HeaderName::Require));
}

TEST(SessionTerms, OfAPeerWithoutTimerAreProbes) {
  EXPECT_EQ(session_terms_asked(asking("", ""), kSettings)->watch, Watch::WeProbe);
  EXPECT_EQ(answered_to(asking("", "")), "none");
  EXPECT_EQ(session_terms_asked(asking("600;refresher=uac", ""), kSettings)->watch, Watch::WeRefresh)
      << "a proxy asked for it, and the phone itself will not do it";
}

TEST(SessionTerms, AreNeverShorterThanWeTake) {
  const auto refused = session_terms_asked(asking("89"), kSettings);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().value, seconds{90});
  EXPECT_TRUE(session_terms_asked(asking("90"), kSettings));
}

TEST(SessionTerms, CutALongIntervalDownButNotBelowItsMinimum) {
  EXPECT_EQ(session_terms_asked(asking("86400"), kSettings)->interval, seconds{1800});
  auto picky = asking("86400");
  picky.add(sip::HeaderName::MinSe, "7200");
  EXPECT_EQ(session_terms_asked(picky, kSettings)->interval, seconds{7200});
}

TEST(SessionTerms, AreReadFromAnAnswer) {
  const auto answered = [](std::string_view value) {
    sip::Response response(200);
    if (!value.empty()) response.add(sip::HeaderName::SessionExpires, value);
    return session_terms_answered(response, kSettings);
  };
  EXPECT_EQ(answered("600;refresher=uas"), (SessionTerms{seconds{600}, Watch::PeerRefreshes}));
  EXPECT_EQ(answered("600;refresher=uac"), (SessionTerms{seconds{600}, Watch::WeRefresh}));
  EXPECT_EQ(answered("600"), (SessionTerms{seconds{600}, Watch::WeRefresh}));
  EXPECT_EQ(answered("1;refresher=uac").interval, seconds{90}) << "no peer makes us ask it every second";
  EXPECT_EQ(answered(""), (SessionTerms{seconds{1800}, Watch::WeProbe}));
}

TEST(SessionTerms, GoOnToHoldInARefresh) {
  const auto refreshing = [](Watch watch) {
    sip::Request request(sip::Method::Update, *sip::Uri::parse("sip:1001@192.0.2.1"));
    put_session_terms(request, {seconds{600}, watch});
    const auto header = request.header(sip::HeaderName::SessionExpires);
    return header ? std::string(*header) : "none";
  };
  // The words are those of this one transaction, in which we are the client.
  EXPECT_EQ(refreshing(Watch::WeRefresh), "600;refresher=uac");
  EXPECT_EQ(refreshing(Watch::PeerRefreshes), "600;refresher=uas");
  EXPECT_EQ(refreshing(Watch::WeProbe), "none");
}

class SessionTimerTest : public testing::Test {
 protected:
  void advance(Duration by) { timers.advance(timers.now() + by); }

  TimerQueue timers{TimePoint{1000s}};
  int due = 0;
  int expired = 0;
  SessionTimer timer{timers, {[this] { ++due; }, [this] { ++expired; }}};
};

TEST_F(SessionTimerTest, AsksForARefreshAtHalfTime) {
  timer.start({600s, Watch::WeRefresh});
  advance(300s);
  EXPECT_EQ(due, 1);
  timer.start({600s, Watch::WeRefresh});
  advance(300s);
  EXPECT_EQ(due, 2);
  EXPECT_EQ(expired, 0);
}

TEST_F(SessionTimerTest, EndsTheSessionWhenNoRefreshSucceeded) {
  timer.start({600s, Watch::WeRefresh});
  advance(600s);
  EXPECT_EQ(due, 1);
  EXPECT_EQ(expired, 1);
}

// RFC 4028 section 10: a third of the interval or 32 s before the end, whichever is less.
TEST_F(SessionTimerTest, EndsTheSessionOfAPeerThatDoesNotRefresh) {
  timer.start({600s, Watch::PeerRefreshes});
  advance(567s);
  EXPECT_EQ(expired, 0);
  advance(1s);
  EXPECT_EQ(expired, 1);
  timer.start({90s, Watch::PeerRefreshes});
  advance(60s);
  EXPECT_EQ(expired, 2);
  EXPECT_EQ(due, 0);
}

TEST_F(SessionTimerTest, OnlyProbesAPeerWithoutTimer) {
  timer.start({600s, Watch::WeProbe});
  advance(1h);
  EXPECT_EQ(due, 1);
  EXPECT_EQ(expired, 0);
}

TEST_F(SessionTimerTest, StopsWithTheCall) {
  timer.start({600s, Watch::WeRefresh});
  timer.stop();
  advance(1h);
  EXPECT_EQ(due + expired, 0);
  EXPECT_EQ(timers.size(), 0u);
}

}  // namespace
}  // namespace webcalling::call
