#include "pbx/pbx.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "pbx/pbx_for_tests.hpp"

namespace webcalling {
namespace {

using sip::HeaderName;
using sip::Method;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class PbxTest : public testing::Test, protected PbxForTests {
 protected:
  /// A response without what is drawn at random or counts requests.
  static std::string anonymous(const sip::Response& response) {
    std::string text = response.write();
    for (const auto* secret : {"tag=[0-9a-zA-Z]+", "nonce=\"[0-9a-f]+\"", "branch=[0-9a-zA-Z]+", "Call-ID: [^\r]*",
                               "username=\"[^\"]*\"", "sip:[0-9]+@"}) {
      text = std::regex_replace(text, std::regex(secret), "");
    }
    return text;
  }
};

TEST_F(PbxTest, ChallengesEveryInviteAndEveryRegister) {
  EXPECT_EQ(response_to(request(Method::Invite, "1001")).status(), 407);
  EXPECT_EQ(response_to(request(Method::Register, "")).status(), 401);
  EXPECT_EQ(pbx.active_transactions(), 0u) << "nothing is stored for a stranger";
  EXPECT_EQ(timers.size(), 0u);
}

// ATTACKS S33: who tries numbers learns nothing.
TEST_F(PbxTest, AnswersAlikeForExtensionsThatExistAndThatDoNot) {
  for (const Method method : {Method::Invite, Method::Options, Method::Subscribe, Method::Message}) {
    EXPECT_EQ(anonymous(response_to(request(method, "1001"))), anonymous(response_to(request(method, "4711"))))
        << sip::text(method);
  }
}

TEST_F(PbxTest, AnswersAlikeToAWrongPasswordAndToAnUnknownUser) {
  const auto attempt = [this](const std::string& user) {
    sip::Request guess = request(Method::Register, "");
    sip::DigestClient client(user, "guessed", random);
    client.answer(response_to(guess), guess);
    return response_to(guess);
  };
  EXPECT_EQ(attempt("1002").status(), 401);
  EXPECT_EQ(anonymous(attempt("1002")), anonymous(attempt("4711")));
  EXPECT_THAT(attempt("1002").write(), testing::Not(HasSubstr("stale")));
}

// A page has a credential of its session; to all others it is the phone of its extension.
TEST_F(PbxTest, APageSignsInByWhatItsSessionGaveIt) {
  const auto page = sessions.open(*accounts.find("1002"));
  const auto register_page = [&] {
    sip::Request wish = request(Method::Register, "");
    sip::DigestClient client(page.credential.username, page.credential.password, random);
    client.answer(response_to(wish), wish);
    return response_to(wish).status();
  };
  EXPECT_EQ(register_page(), 200);
  EXPECT_EQ(pbx.registrar().find_devices("1002").size(), 1u);
  sip::Request claim = request(Method::Register, "1001");
  sip::DigestClient client(page.credential.username, page.credential.password, random);
  client.answer(response_to(claim), claim);
  EXPECT_EQ(response_to(claim).status(), 403) << "it speaks for its own extension alone";

  pbx.forget("1002", account::AccountChange::NewPassword);
  EXPECT_EQ(register_page(), 401);
}

TEST_F(PbxTest, AnswersOptionsToAnybody) {
  const auto response = response_to(request(Method::Options, "1001"));
  EXPECT_EQ(response.status(), 200);
  EXPECT_TRUE(response.lists(HeaderName::Allow, "INVITE"));
  EXPECT_TRUE(response.lists(HeaderName::Accept, "application/sdp"));
  EXPECT_FALSE(response.to_tag().empty());
}

TEST_F(PbxTest, RefusesAMethodThatItDoesNotServeAndNamesThoseItDoes) {
  const auto response = response_to(request(Method::Notify, "1001"));
  EXPECT_EQ(response.status(), 405);
  EXPECT_TRUE(response.lists(HeaderName::Allow, "INVITE"));
  EXPECT_FALSE(response.lists(HeaderName::Allow, "NOTIFY"));
}

TEST_F(PbxTest, RefusesOutsideACallWhatBelongsIntoOne) {
  for (const Method method : {Method::Refer, Method::Info, Method::Update, Method::Prack}) {
    EXPECT_EQ(response_to(request(method, "1001")).status(), 405) << sip::text(method);
  }
}

// RFC 4475 section 3.1.1.2.
TEST_F(PbxTest, DoesNotRecogniseAMethodThatNobodyKnows) {
  const auto parsed = sip::parse(
      "RE%47IST%45R sip:10.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.9:5070;branch=z9hG4bK1;rport\r\nFrom: "
      "<sip:a@b>;tag=1\r\n"
      "To: <sip:c@d>\r\nCall-ID: 1\r\nCSeq: 1 RE%47IST%45R\r\n\r\n");
  const auto response = response_to(std::get<sip::Request>(parsed.value()));
  EXPECT_EQ(response.status(), 501);
  EXPECT_TRUE(response.lists(HeaderName::Allow, "REGISTER"));
}

TEST_F(PbxTest, RefusesARequestThatHasTravelledTooFar) {
  auto invite = request(Method::Invite, "1001");
  invite.set(HeaderName::MaxForwards, "0");
  EXPECT_EQ(response_to(invite).status(), 483);
}

TEST_F(PbxTest, RefusesExtensionsThatItDoesNotKnowButOnlyToThoseItKnows) {
  auto invite = request(Method::Invite, "1001");
  invite.add(HeaderName::Require, "100rel, pref, replaces, nothing");
  EXPECT_EQ(response_to(invite).status(), 407);
  const auto response = responses_to_authorized(invite).at(0);
  EXPECT_EQ(response.status(), 420);
  EXPECT_THAT(response.values(HeaderName::Unsupported), ElementsAre("pref", "nothing"));
}

// RFC 4475 section 3.3.5.
TEST_F(PbxTest, RefusesAnOptionsThatRequiresExtensions) {
  auto options = request(Method::Options, "1001");
  options.add(HeaderName::Require, "nothingSupportsThis");
  options.add(HeaderName::ProxyRequire, "noProxiesSupportThis, norDoAnyProxiesSupportThis");
  const auto response = response_to(options);
  EXPECT_EQ(response.status(), 420);
  EXPECT_THAT(response.values(HeaderName::Unsupported),
              ElementsAre("nothingSupportsThis", "noProxiesSupportThis", "norDoAnyProxiesSupportThis"));
}

// RFC 4475 section 3.3.15.
TEST_F(PbxTest, RefusesACallerWhoTakesNoSessionDescription) {
  const auto status_for = [this](std::string_view accept) {
    auto invite = request(Method::Invite, "4711");
    invite.add(HeaderName::Accept, accept);
    return responses_to_authorized(invite).back().status();
  };
  EXPECT_EQ(status_for("text/nobodyKnowsThis"), 406);
  EXPECT_EQ(status_for(""), 406);
  for (const auto* accept : {"application/SDP", "text/plain, application/sdp;q=0.5", "application/*", "*/*"}) {
    EXPECT_EQ(status_for(accept), 404) << accept;
  }
}

// RFC 4475 sections 3.3.12 to 3.3.14: a parameter behind the brackets is the binding's, one inside is the address's;
// and headers in an address are nobody's.
TEST_F(PbxTest, KeepsTheParametersOfAContactWhereTheyStand) {
  const auto bound_contact = [this](std::string_view contact) {
    auto registration = request(Method::Register, "");
    registration.set(HeaderName::Contact, contact);
    const auto response = responses_to_authorized(registration).at(0);
    EXPECT_EQ(response.status(), 200) << contact;
    return response.get<sip::Contact>().value_or(sip::Contact{});
  };
  const auto behind = bound_contact("sip:+19725552222@gw1.example.net;unknownparam");
  EXPECT_TRUE(behind.parameters.has("unknownparam"));
  EXPECT_TRUE(behind.uri.parameters.empty());
  const auto inside = bound_contact("<sip:+19725552222@gw1.example.net;unknownparam>");
  EXPECT_FALSE(inside.parameters.has("unknownparam"));
  EXPECT_TRUE(inside.uri.parameters.has("unknownparam"));
  EXPECT_EQ(bound_contact("<sip:user@example.com?Route=%3Csip:sip.example.com%3E>").uri.headers,
            "Route=%3Csip:sip.example.com%3E");
}

// RFC 4475 section 3.1.1.4.
TEST_F(PbxTest, TellsAnAddressWithANulFromTheOneBeforeIt) {
  auto registration = request(Method::Register, "");
  registration.set(HeaderName::To, "<sip:1002%00@10.0.0.1>");
  EXPECT_EQ(responses_to_authorized(registration).at(0).status(), 403);
  registration = request(Method::Register, "");
  registration.set(HeaderName::Contact, "<sip:%00@host5.example.com>, <sip:%00%00@host5.example.com>");
  EXPECT_EQ(responses_to_authorized(registration).at(0).values(HeaderName::Contact).size(), 2u);
}

TEST_F(PbxTest, RefusesCredentialsThatCannotBeRead) {
  auto invite = request(Method::Invite, "1001");
  invite.add(HeaderName::ProxyAuthorization, "Digest username=\"1002, realm=\"webcalling");
  EXPECT_EQ(response_to(invite).status(), 400);
}

TEST_F(PbxTest, RefusesBodiesThatStandTooDeepInOneAnother) {
  std::string body = "v=0\r\n";
  std::string type = "application/sdp";
  for (int depth = 0; depth <= sip::kMaxBodyDepth; ++depth) {
    auto invite = request(Method::Invite, "1001");
    invite.set_body(type, body);
    EXPECT_EQ(response_to(invite).status(), 407) << depth;
    body = fmt::format("--b{0}\r\nContent-Type: {1}\r\n\r\n{2}\r\n--b{0}--\r\n", depth, type, body);
    type = fmt::format("multipart/mixed;boundary=b{}", depth);
  }
  auto invite = request(Method::Invite, "1001");
  invite.set_body(type, body);
  EXPECT_EQ(response_to(invite).status(), 513);
  auto ack = request(Method::Ack, "1001");
  ack.set_body(type, body);
  EXPECT_TRUE(responses_to(ack).empty());
}

TEST_F(PbxTest, RefusesACallInSomebodyElsesName) {
  auto invite = request(Method::Invite, "1001");
  invite.set(HeaderName::From, "<sip:1001@10.0.0.1>;tag=theirs");
  EXPECT_EQ(responses_to_authorized(invite).back().status(), 403);
  EXPECT_EQ(pbx.active_calls(), 0u);
}

TEST_F(PbxTest, RefusesARegistrationInSomebodyElsesName) {
  auto registration = request(Method::Register, "");
  registration.set(HeaderName::To, "<sip:1001@10.0.0.1>");
  EXPECT_EQ(responses_to_authorized(registration).at(0).status(), 403);
  EXPECT_EQ(pbx.bindings(), 0u);
}

TEST_F(PbxTest, TellsAnUnknownNumberFromAnExtensionWithoutPhone) {
  EXPECT_EQ(responses_to_authorized(request(Method::Invite, "4711")).back().status(), 404);
  EXPECT_EQ(responses_to_authorized(request(Method::Invite, "1001")).back().status(), 480);
}

TEST_F(PbxTest, KnowsNoDialogThatItHasNotMade) {
  EXPECT_EQ(response_to(request(Method::Bye, "1001", "unknown")).status(), 481);
  EXPECT_EQ(response_to(request(Method::Invite, "1001", "unknown")).status(), 481);
  EXPECT_EQ(response_to(request(Method::Cancel, "1001")).status(), 481);
  EXPECT_EQ(pbx.active_transactions(), 0u);
}

TEST_F(PbxTest, NeverAnswersAnAck) {
  EXPECT_THAT(responses_to(request(Method::Ack, "1001")), IsEmpty());
  EXPECT_THAT(responses_to(request(Method::Ack, "1001", "unknown")), IsEmpty());
}

TEST_F(PbxTest, OffersWhereAnInviteDoesNot) {
  // 9196 needs no phone.
  const auto answer = responses_to_authorized(request(Method::Invite, "9196")).back();
  EXPECT_EQ(answer.status(), 200);
  EXPECT_THAT(std::string(answer.body()), testing::HasSubstr("m=audio"));
}

TEST_F(PbxTest, AnswersMalformedMessagesWith400AndGoesOn) {
  std::string broken = request(Method::Invite, "1001").write();
  broken.replace(broken.find("CSeq: 1"), 7, "CSeq: x");
  pbx.receive(broken, flow());
  EXPECT_THAT(sent().back(), testing::StartsWith("SIP/2.0 400"));
  pbx.receive("rubbish", flow());
  pbx.receive("", flow());
  EXPECT_EQ(response_to(request(Method::Options, "1001")).status(), 200);
}

}  // namespace
}  // namespace webcalling
