#include "call/leg/ending.hpp"

#include <gtest/gtest.h>

#include <array>
#include <set>

namespace webcalling::call {
namespace {

constexpr std::array kCauses{
    Cause::HungUp,    Cause::Cancelled,          Cause::AnsweredElsewhere, Cause::Busy,           Cause::Declined,
    Cause::NoAnswer,  Cause::NotRegistered,      Cause::UnknownNumber,     Cause::NoCommonCodec,  Cause::Unreachable,
    Cause::Failed,    Cause::AckMissing,         Cause::MediaLost,         Cause::SessionExpired, Cause::Transferred,
    Cause::Forbidden, Cause::TooManyForwardings, Cause::UnknownDomain,     Cause::LookupFailed,   Cause::Shutdown};

TEST(Ending, TellsTheCallerWhyByStatus) {
  EXPECT_EQ(sip_status(Cause::Busy), 486);
  EXPECT_EQ(sip_status(Cause::Declined), 603);
  EXPECT_EQ(sip_status(Cause::NoAnswer), 480);
  EXPECT_EQ(sip_status(Cause::NotRegistered), 480);
  EXPECT_EQ(sip_status(Cause::UnknownNumber), 404);
  EXPECT_EQ(sip_status(Cause::NoCommonCodec), 488);
  EXPECT_EQ(sip_status(Cause::Cancelled), 487);
  EXPECT_EQ(sip_status(Cause::Shutdown), 503);
}

TEST(Ending, ExplainsInTheWordsThatAreGiven) {
  EXPECT_EQ(explain(Cause::UnknownDomain, "example.com does not exist"),
            "SIP;cause=404;text=\"example.com does not exist\"");
  EXPECT_EQ(explain(Cause::LookupFailed, "a \"b\"\\"), R"(SIP;cause=480;text="a \"b\"\\")");
  EXPECT_LT(explain(Cause::LookupFailed, std::string(1000, 'x')).size(), 200u);
}

TEST(Ending, UnderstandsWhatPhonesSay) {
  EXPECT_EQ(cause_of(486), Cause::Busy);
  EXPECT_EQ(cause_of(600), Cause::Busy);
  EXPECT_EQ(cause_of(603), Cause::Declined);
  EXPECT_EQ(cause_of(480), Cause::NoAnswer);
  EXPECT_EQ(cause_of(488), Cause::NoCommonCodec);
  EXPECT_EQ(cause_of(408), Cause::Unreachable);
  EXPECT_EQ(cause_of(503), Cause::Unreachable);
  EXPECT_EQ(cause_of(487), Cause::Cancelled);
}

// A phone that wants a password, or sends us elsewhere, has failed.
TEST(Ending, CallsEveryOtherStatusAFailure) {
  for (const int status : {300, 302, 401, 404, 407, 420, 500, 604, 699}) {
    EXPECT_EQ(cause_of(status), Cause::Failed) << status;
  }
}

TEST(Ending, KeepsTheCauseOnItsWayThroughUs) {
  for (const Cause cause : {Cause::Busy, Cause::Declined, Cause::NoCommonCodec, Cause::NoAnswer, Cause::Cancelled}) {
    EXPECT_EQ(cause_of(sip_status(cause)), cause) << text(cause);
  }
}

TEST(Ending, HasAFinalStatusAndATextOfItsOwnForEveryCause) {
  std::set<std::string_view> texts;
  for (const Cause cause : kCauses) {
    EXPECT_GE(sip_status(cause), 200);
    EXPECT_TRUE(texts.insert(text(cause)).second) << text(cause);
  }
}

// RFC 3326: a phone that sees cause 200 shows no missed call.
TEST(Ending, SaysInTheReasonThatAnotherPhoneAnswered) {
  EXPECT_EQ(reason_header(Cause::AnsweredElsewhere), "SIP;cause=200;text=\"Call completed elsewhere\"");
}

// A phone that shows the cause must not call the usual end of a call "temporarily unavailable".
TEST(Ending, CallsAHangUpNormal) { EXPECT_EQ(reason_header(Cause::HungUp), "Q.850;cause=16;text=\"Hung up\""); }

}  // namespace
}  // namespace webcalling::call
