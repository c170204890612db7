#include <gmock/gmock.h>

#include "pbx/pbx_for_tests.hpp"

namespace webcalling {
namespace {

using sip::HeaderName;
using sip::Method;
using testing::ElementsAre;
using testing::SizeIs;

/// Who calls whom, and where the INVITE goes then: 1001 has registered, 1002 calls.
class DeviceAddressTest : public testing::Test, protected PbxForTests {
 protected:
  /// The answer to a REGISTER of 1001 with this Contact; `more` are further header lines.
  sip::Response sign_in(std::string_view contact, std::vector<std::pair<HeaderName, std::string>> more = {},
                        std::string_view proxies_via = {}) {
    sip::Request registration = request(Method::Register, "");
    registration.set(HeaderName::From, "<sip:1001@10.0.0.1>;tag=theirs");
    registration.set(HeaderName::To, "<sip:1001@10.0.0.1>");
    registration.set(HeaderName::Contact, contact);
    registration.add(HeaderName::Supported, "gruu");
    for (const auto& [name, value] : more) registration.add(name, value);
    // The topmost is that of the proxy.
    if (!proxies_via.empty()) registration.add_first(HeaderName::Via, proxies_via);
    const auto response = responses_to_authorized(registration, "1001").back();
    EXPECT_EQ(response.status(), 200);
    timers.advance(timers.now());
    return response;
  }
  /// The INVITEs that a call to this address causes, and the final response if there is one at once.
  std::vector<sip::Request> call(const sip::Uri& uri) {
    sip::Request invite = request(Method::Invite, "1001");
    invite.set_uri(uri);
    invite.set_body("application/sdp",
                    "v=0\r\no=- 1 1 IN IP4 10.0.0.9\r\ns=-\r\nc=IN IP4 10.0.0.9\r\nt=0 0\r\nm=audio 9 RTP/AVP 8\r\n");
    last_status = responses_to_authorized(invite).back().status();
    std::vector<sip::Request> invites;
    for (const std::string& text : sent()) {
      auto message = sip::parse(text).value();
      auto* out = std::get_if<sip::Request>(&message);
      if (out != nullptr && out->method() == Method::Invite) invites.push_back(std::move(*out));
    }
    return invites;
  }
  std::vector<std::string> called(const sip::Uri& uri) {
    std::vector<std::string> users;
    for (const sip::Request& invite : call(uri)) users.push_back(invite.uri().user);
    return users;
  }
  static sip::Uri uri(std::string_view text) { return sip::Uri::parse(text).value(); }
  static sip::Uri gruu(const sip::Response& response, std::string_view name) {
    const auto contact = response.get<sip::Contact>().value();
    return uri(contact.parameters.get(name).value_or("sip:missing"));
  }

  int last_status = 0;
};

TEST_F(DeviceAddressTest, NumberRingsAllPhonesAndAPublicGruuOne) {
  sign_in("<sip:desk@10.0.0.9:5091>;+sip.instance=\"<urn:uuid:1>\"");
  const auto response = sign_in("<sip:soft@10.0.0.9:5092>;+sip.instance=\"<urn:uuid:2>\"");
  EXPECT_THAT(called(uri("sip:1001@10.0.0.1")), SizeIs(2));
  EXPECT_THAT(called(gruu(response, "pub-gruu")), ElementsAre("soft"));
}

TEST_F(DeviceAddressTest, TemporaryGruuRingsItsPhoneAsThatOfTheExtension) {
  const auto response = sign_in("<sip:desk@10.0.0.9:5091>;+sip.instance=\"<urn:uuid:1>\"");
  const auto invites = call(gruu(response, "temp-gruu"));
  ASSERT_THAT(invites, SizeIs(1));
  EXPECT_EQ(invites[0].uri().user, "desk");
  EXPECT_EQ(invites[0].get<sip::To>()->uri.user, "1001");
}

TEST_F(DeviceAddressTest, PublicGruuOfAPhoneThatIsGoneIs480AndOfNobody404) {
  sign_in("<sip:desk@10.0.0.9:5091>;+sip.instance=\"<urn:uuid:1>\"");
  EXPECT_THAT(call(uri("sip:1001@10.0.0.1;gr=urn:uuid:2")), SizeIs(0));
  EXPECT_EQ(last_status, 480);
  EXPECT_THAT(call(uri("sip:4711@10.0.0.1;gr=urn:uuid:1")), SizeIs(0));
  EXPECT_EQ(last_status, 404);
}

TEST_F(DeviceAddressTest, TemporaryGruuIs404OnceItsPhoneIsGone) {
  const auto response = sign_in("<sip:desk@10.0.0.9:5091>;+sip.instance=\"<urn:uuid:1>\"");
  pbx.registrar().remove_user("1001");
  EXPECT_THAT(call(gruu(response, "temp-gruu")), SizeIs(0));
  EXPECT_EQ(last_status, 404);
}

// RFC 3327 section 5.3
TEST_F(DeviceAddressTest, RequestsToAPhoneBehindAProxyCarryItsPathAsRoute) {
  sign_in("<sip:desk@192.168.1.5:5070>",
          {{HeaderName::Path, "<sip:near@10.0.0.9:5080;lr>"}, {HeaderName::Path, "<sip:edge@192.0.2.1;lr;ob>"}},
          "SIP/2.0/UDP 10.0.0.9:5080;branch=z9hG4bKproxy;rport");
  const auto notify = std::get<sip::Request>(sip::parse(sent().back()).value());
  EXPECT_EQ(notify.method(), Method::Notify);
  EXPECT_THAT(notify.values(HeaderName::Route),
              ElementsAre("<sip:near@10.0.0.9:5080;lr>", "<sip:edge@192.0.2.1;lr;ob>"));
  const auto invites = call(uri("sip:1001@10.0.0.1"));
  ASSERT_THAT(invites, SizeIs(1));
  EXPECT_EQ(invites[0].uri().text(), "sip:desk@192.168.1.5:5070");
  EXPECT_THAT(invites[0].values(HeaderName::Route),
              ElementsAre("<sip:near@10.0.0.9:5080;lr>", "<sip:edge@192.0.2.1;lr;ob>"));
}

TEST_F(DeviceAddressTest, RegistrarMayBeRequiredToKnowWhatItKnows) {
  sip::Request registration = request(Method::Register, "");
  registration.add(HeaderName::Require, "path, gruu");
  EXPECT_EQ(responses_to_authorized(registration).back().status(), 200);
  registration = request(Method::Register, "");
  registration.add(HeaderName::Require, "outbound, teleport");
  const auto response = responses_to_authorized(registration).back();
  EXPECT_EQ(response.status(), 420);
  EXPECT_THAT(response.values(HeaderName::Unsupported), ElementsAre("teleport"));
}

}  // namespace
}  // namespace webcalling
