#include "call/leg/identity_headers.hpp"

#include <gmock/gmock.h>

namespace webcalling::call {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const Party kAnna{.extension = "1002", .display_name = "Anna"};

std::string written(const sip::NameAddress& address) {
  std::string out;
  address.write(out);
  return out;
}

sip::Request invite() { return {sip::Method::Invite, *sip::Uri::parse("sip:1001@192.0.2.9")}; }

TEST(IdentityHeaders, ShowWhoCalls) {
  EXPECT_EQ(written(shown_address(kAnna, "pbx")), "\"Anna\" <sip:1002@pbx>");
  auto request = invite();
  assert_identity(request, kAnna, "pbx");
  EXPECT_EQ(request.header(sip::HeaderName::PAssertedIdentity), "\"Anna\" <sip:1002@pbx>");
  EXPECT_EQ(request.header(sip::HeaderName::RemotePartyId),
            "\"Anna\" <sip:1002@pbx>;party=calling;screen=yes;privacy=off");
  EXPECT_FALSE(request.has(sip::HeaderName::Privacy));
}

TEST(IdentityHeaders, ShowWhoIsCalled) {
  sip::Response ringing(180);
  assert_identity(ringing, kAnna, "pbx");
  EXPECT_EQ(ringing.header(sip::HeaderName::PAssertedIdentity), "\"Anna\" <sip:1002@pbx>");
  EXPECT_EQ(ringing.header(sip::HeaderName::RemotePartyId),
            "\"Anna\" <sip:1002@pbx>;party=called;screen=yes;privacy=off");
}

TEST(IdentityHeaders, HideWhoWantsToBeHidden) {
  Party hidden = kAnna;
  hidden.withheld = true;
  EXPECT_EQ(written(shown_address(hidden, "pbx")), "\"Anonymous\" <sip:anonymous@anonymous.invalid>");
  auto request = invite();
  assert_identity(request, hidden, "pbx");
  EXPECT_EQ(request.header(sip::HeaderName::Privacy), "id");
  EXPECT_THAT(request.write(), Not(HasSubstr("1002")));
}

TEST(IdentityHeaders, OfACallThatCameStraightTellNoHistory) {
  auto request = invite();
  put_history(request, {}, "1001", "pbx");
  EXPECT_FALSE(request.has(sip::HeaderName::HistoryInfo) || request.has(sip::HeaderName::Diversion));
}

TEST(IdentityHeaders, TellTheWayOfAForwardedCall) {
  auto request = invite();
  put_history(request, {{"1001", 302}, {"1003", 486}}, "1004", "pbx");
  EXPECT_THAT(request.values(sip::HeaderName::HistoryInfo),
              ElementsAre("<sip:1001@pbx?Reason=SIP%3Bcause%3D302>;index=1",
                          "<sip:1003@pbx?Reason=SIP%3Bcause%3D486>;index=1.1", "<sip:1004@pbx>;index=1.1.1"));
  EXPECT_THAT(request.values(sip::HeaderName::Diversion),
              ElementsAre("<sip:1003@pbx>;reason=user-busy", "<sip:1001@pbx>;reason=deflection"));
}

}  // namespace
}  // namespace webcalling::call
