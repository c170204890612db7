#include "sip/auth/authenticator.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sip/message/headers.hpp"
#include "sip/message/parser.hpp"

namespace webcalling::sip {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

/// What a client puts into its credentials; a test changes what it is about.
struct Attempt {
  std::string user = "1002";
  std::string password = "secret";
  std::string realm = "webcalling";
  std::string nonce;
  std::string uri = "sip:pbx.example.com:5060";
  std::string nonce_count = "00000001";
  DigestAlgorithm algorithm = DigestAlgorithm::Md5;
};

class AuthenticatorTest : public testing::Test {
 protected:
  static Request request(Method method = Method::Register) {
    Request out(method, *Uri::parse("sip:pbx.example.com"));
    out.add(HeaderName::UserAgent, "SIP.js/0.21.1");
    return out;
  }

  Response challenge(const Request& to, int status = 401, bool stale = false) {
    Response response(status);
    authenticator.challenge(to, response, stale);
    return response;
  }

  std::string fresh_nonce() {
    const auto response = challenge(request());
    return std::string(*response.get<WwwAuthenticate>()->get("nonce"));
  }

  static DigestFields credentials(const Attempt& attempt, Method method = Method::Register) {
    const auto ha1 = make_ha1(attempt.user, attempt.realm, attempt.password);
    const bool md5 = attempt.algorithm == DigestAlgorithm::Md5;
    const DigestInput input{.nonce = attempt.nonce,
                            .nonce_count = attempt.nonce_count,
                            .cnonce = "2aohihbpvp6q",
                            .method = text(method),
                            .uri = attempt.uri};
    DigestFields fields;
    fields.set("algorithm", md5 ? "MD5" : "SHA-256", false);
    fields.set("username", attempt.user, true);
    fields.set("realm", attempt.realm, true);
    fields.set("nonce", attempt.nonce, true);
    fields.set("uri", attempt.uri, true);
    fields.set("response", digest_response(attempt.algorithm, md5 ? ha1.md5 : ha1.sha256, input), true);
    fields.set("qop", "auth", false);
    fields.set("cnonce", input.cnonce, true);
    fields.set("nc", attempt.nonce_count, false);
    return fields;
  }

  Authenticator::Verdict verify(const DigestFields& fields) {
    Request out = request();
    std::string value;
    fields.write(value);
    out.add(HeaderName::Authorization, value);
    return authenticator.verify(out);
  }
  Authenticator::Verdict verify(const Attempt& attempt) { return verify(credentials(attempt)); }
  /// The header as a hostile client may write it.
  Authenticator::Verdict verify(std::string_view value) {
    Request out = request();
    out.add(HeaderName::Authorization, value);
    return authenticator.verify(out);
  }

  static std::optional<Authenticator::Login> find(std::string_view username) {
    const auto ha1 = make_ha1(username, "webcalling", "secret");
    if (username == "1002" || username == "o\"hara\\") return Authenticator::Login{std::string(username), ha1};
    if (username == "md5only") return Authenticator::Login{std::string(username), {ha1.md5, ""}};
    if (username == "1002~late") return Authenticator::Login{.user = "1002", .ha1 = ha1, .is_over = true};
    if (username == "1002~page") return Authenticator::Login{"1002", ha1};
    return std::nullopt;
  }

  static std::string accepted(const Authenticator::Verdict& verdict) {
    const auto* yes = std::get_if<Authenticator::Accepted>(&verdict);
    return yes ? yes->user : "";
  }
  static bool is_malformed(const Authenticator::Verdict& verdict) {
    return std::holds_alternative<Authenticator::Malformed>(verdict);
  }
  static Authenticator::Challenge challenged(const Authenticator::Verdict& verdict) {
    const auto* again = std::get_if<Authenticator::Challenge>(&verdict);
    EXPECT_NE(again, nullptr);
    return again ? *again : Authenticator::Challenge{.stale = true, .failed = true, .user = "not challenged"};
  }

  TimerQueue timers{TimePoint{1000s}};
  SeededRandom random{7};
  Authenticator authenticator{timers, random, find, {}};
};

TEST_F(AuthenticatorTest, OffersSha256FirstAndMd5Last) {
  const auto response = challenge(request());
  const auto offers = response.get_all<WwwAuthenticate>();
  ASSERT_EQ(offers->size(), 2u);
  EXPECT_EQ((*offers)[0].get("algorithm"), "SHA-256");
  EXPECT_EQ((*offers)[1].get("algorithm"), "MD5");
  EXPECT_THAT(response.write(), HasSubstr("WWW-Authenticate: Digest realm=\"webcalling\", nonce=\""));
  EXPECT_THAT(response.write(), HasSubstr("algorithm=MD5, qop=\"auth\"\r\n"));
}

TEST_F(AuthenticatorTest, ChallengesAsProxyIn407AndSaysStale) {
  const auto response = challenge(request(), 407, true);
  EXPECT_FALSE(response.has(HeaderName::WwwAuthenticate));
  const auto offers = response.get_all<ProxyAuthenticate>();
  ASSERT_EQ(offers->size(), 2u);
  EXPECT_EQ((*offers)[1].get("stale"), "true");
}

// libre 1.1.0 ends the registration with "Function not implemented" when it sees SHA-256, first or last.
TEST_F(AuthenticatorTest, OffersMd5AloneToThoseWhoGiveUpOnAnythingElse) {
  Request baresip = request();
  baresip.set(HeaderName::UserAgent, "baresip v1.0.0 (x86_64/linux)");
  EXPECT_EQ(challenge(baresip).get_all<WwwAuthenticate>()->size(), 1u);
  baresip.set(HeaderName::UserAgent, "baresip v3.5.0 (x86_64/linux)");
  EXPECT_EQ(challenge(baresip).get_all<WwwAuthenticate>()->size(), 2u);
  baresip.remove(HeaderName::UserAgent);
  EXPECT_EQ(challenge(baresip).get_all<WwwAuthenticate>()->size(), 2u);
}

TEST_F(AuthenticatorTest, AUsernameMayStandForAnotherUser) {
  EXPECT_EQ(accepted(verify(Attempt{.user = "1002~page", .nonce = fresh_nonce()})), "1002");
  const auto again = challenged(verify(Attempt{.user = "1002~page", .password = "guess", .nonce = fresh_nonce()}));
  EXPECT_TRUE(again.failed);
  EXPECT_EQ(again.user, "1002~page");
}

// A page that has slept over the end of its credential is no guesser; but it does not get in either.
TEST_F(AuthenticatorTest, ALoginWhoseTimeIsOverIsNoOffenceAndNoWayIn) {
  const auto late = challenged(verify(Attempt{.user = "1002~late", .nonce = fresh_nonce()}));
  EXPECT_FALSE(late.failed);
  EXPECT_FALSE(late.stale);
  EXPECT_TRUE(challenged(verify(Attempt{.user = "1002~late", .password = "guess", .nonce = fresh_nonce()})).failed);
}

TEST_F(AuthenticatorTest, LetsTheRightPasswordInByEitherAlgorithm) {
  EXPECT_EQ(accepted(verify(Attempt{.nonce = fresh_nonce()})), "1002");
  EXPECT_EQ(accepted(verify(Attempt{.nonce = fresh_nonce(), .algorithm = DigestAlgorithm::Sha256})), "1002");
}

TEST_F(AuthenticatorTest, NoCredentialsAreNoFailedGuess) {
  const auto verdict = challenged(authenticator.verify(request()));
  EXPECT_FALSE(verdict.failed);
  EXPECT_FALSE(verdict.stale);
  EXPECT_FALSE(challenged(verify("Basic QWxhZGRpbjpvcGVu")).failed);
}

TEST_F(AuthenticatorTest, AWrongPasswordIsAFailedGuess) {
  const auto verdict = challenged(verify(Attempt{.password = "1234", .nonce = fresh_nonce()}));
  EXPECT_TRUE(verdict.failed);
  EXPECT_FALSE(verdict.stale);
  EXPECT_EQ(verdict.user, "1002");
}

// ATTACKS S33.
TEST_F(AuthenticatorTest, AnUnknownUserLooksLikeAWrongPassword) {
  const auto verdict = challenged(verify(Attempt{.user = "9999", .nonce = fresh_nonce()}));
  EXPECT_TRUE(verdict.failed);
  EXPECT_FALSE(verdict.stale);
}

// SIP.js repeats nonce, nc and cnonce at every refresh.
TEST_F(AuthenticatorTest, ARefreshWithTheSameCredentialsIsAskedAgainAsStale) {
  const Attempt attempt{.nonce = fresh_nonce()};
  EXPECT_EQ(accepted(verify(attempt)), "1002");
  const auto again = challenged(verify(attempt));
  EXPECT_TRUE(again.stale);
  EXPECT_FALSE(again.failed);
}

TEST_F(AuthenticatorTest, OneNonceServesManyRequestsWhileItsCountGrows) {
  const auto nonce = fresh_nonce();
  EXPECT_EQ(accepted(verify(Attempt{.nonce = nonce})), "1002");
  EXPECT_EQ(accepted(verify(Attempt{.nonce = nonce, .nonce_count = "00000002"})), "1002");
  EXPECT_EQ(accepted(verify(Attempt{.nonce = nonce, .nonce_count = "0000000A"})), "1002");
  EXPECT_TRUE(challenged(verify(Attempt{.nonce = nonce, .nonce_count = "00000009"})).stale);
}

TEST_F(AuthenticatorTest, AWrongPasswordUsesUpNoCount) {
  const auto nonce = fresh_nonce();
  EXPECT_TRUE(challenged(verify(Attempt{.password = "x", .nonce = nonce, .nonce_count = "ffffffff"})).failed);
  EXPECT_EQ(accepted(verify(Attempt{.nonce = nonce})), "1002");
}

TEST_F(AuthenticatorTest, AnExpiredNonceIsStaleOnlyForThoseWhoKnowThePassword) {
  const auto nonce = fresh_nonce();
  timers.advance(timers.now() + 6min);
  const auto known = challenged(verify(Attempt{.nonce = nonce}));
  EXPECT_TRUE(known.stale);
  EXPECT_FALSE(known.failed);
  const auto guessed = challenged(verify(Attempt{.password = "1234", .nonce = nonce}));
  EXPECT_FALSE(guessed.stale);
  EXPECT_TRUE(guessed.failed);
}

TEST_F(AuthenticatorTest, ANonceFromBeforeARestartIsStale) {
  EXPECT_TRUE(challenged(verify(Attempt{.nonce = "7954bbe7-65e1-4777-a33b-0aa03f1ed316"})).stale);
}

TEST_F(AuthenticatorTest, CredentialsForAnotherRealmAreNotForUs) {
  EXPECT_FALSE(challenged(verify(Attempt{.realm = "elsewhere", .nonce = fresh_nonce()})).failed);
}

TEST_F(AuthenticatorTest, FindsItsRealmAmongSeveral) {
  Request both = request();
  both.add(HeaderName::Authorization, "Digest username=\"x\", realm=\"elsewhere\", nonce=\"n\"");
  both.add(Authorization(credentials({.nonce = fresh_nonce()})));
  EXPECT_EQ(accepted(authenticator.verify(both)), "1002");
}

TEST_F(AuthenticatorTest, AnInviteMayCarryEitherHeaderAndARegisterOnlyAuthorization) {
  for (const HeaderName name : {HeaderName::Authorization, HeaderName::ProxyAuthorization}) {
    Request invite = request(Method::Invite);
    std::string value;
    credentials({.nonce = fresh_nonce()}, Method::Invite).write(value);
    invite.add(name, value);
    EXPECT_EQ(accepted(authenticator.verify(invite)), "1002");
  }
  Request registration = request();
  registration.add(ProxyAuthorization(credentials({.nonce = fresh_nonce()})));
  EXPECT_FALSE(challenged(authenticator.verify(registration)).failed);
}

TEST_F(AuthenticatorTest, ThePortOfTheUriMayDifferButNotItsHostOrUser) {
  for (const std::string_view uri :
       {"sip:pbx.example.com", "sip:PBX.example.com:5066", "sip:pbx.example.com;transport=ws"}) {
    EXPECT_EQ(accepted(verify(Attempt{.nonce = fresh_nonce(), .uri = std::string(uri)})), "1002") << uri;
  }
  for (const std::string_view uri : {"sip:other.example.com", "sip:1001@pbx.example.com", "pbx.example.com", "*"}) {
    EXPECT_TRUE(is_malformed(verify(Attempt{.nonce = fresh_nonce(), .uri = std::string(uri)}))) << uri;
  }
}

TEST_F(AuthenticatorTest, AMethodCannotBeSwapped) {
  Request invite = request(Method::Invite);
  invite.add(Authorization(credentials({.nonce = fresh_nonce()}, Method::Register)));
  EXPECT_TRUE(challenged(authenticator.verify(invite)).failed);
}

TEST_F(AuthenticatorTest, AUserNameMayHoldQuotes) {
  EXPECT_EQ(accepted(verify(Attempt{.user = "o\"hara\\", .nonce = fresh_nonce()})), "o\"hara\\");
}

TEST_F(AuthenticatorTest, WithoutQopItIsAskedAgainAndNotHeldAgainstAnybody) {
  auto fields = credentials({.nonce = fresh_nonce()});
  std::erase_if(fields.list, [](const auto& field) { return field.name == "qop"; });
  const auto verdict = challenged(verify(fields));
  EXPECT_FALSE(verdict.failed);
  EXPECT_FALSE(verdict.stale);
}

TEST_F(AuthenticatorTest, AnEmptyHa1IsNoOpenDoor) {
  Attempt attempt{.user = "md5only", .nonce = fresh_nonce()};
  EXPECT_EQ(accepted(verify(attempt)), "md5only");
  attempt.nonce = fresh_nonce();
  attempt.algorithm = DigestAlgorithm::Sha256;
  auto fields = credentials(attempt);
  fields.set("response",
             digest_response(DigestAlgorithm::Sha256, "",
                             {.nonce = attempt.nonce,
                              .nonce_count = attempt.nonce_count,
                              .cnonce = "2aohihbpvp6q",
                              .method = "REGISTER",
                              .uri = attempt.uri}),
             true);
  EXPECT_TRUE(challenged(verify(fields)).failed);
}

// ATTACKS S21.
TEST_F(AuthenticatorTest, WhatCannotBeReadIsMalformed) {
  const auto good = credentials({.nonce = fresh_nonce()});
  for (const std::string_view name : {"username", "nonce", "uri", "response", "cnonce", "nc"}) {
    auto fields = good;
    std::erase_if(fields.list, [name](const auto& field) { return field.name == name; });
    EXPECT_TRUE(is_malformed(verify(fields))) << name;
  }
  const auto with = [&](std::string_view name, std::string_view value) {
    auto fields = good;
    fields.set(name, value, false);
    return is_malformed(verify(fields));
  };
  for (const std::string_view count : {"1", "000000001", "0000000g", "-0000001", "+0000001", "0x000001"}) {
    EXPECT_TRUE(with("nc", count)) << count;
  }
  EXPECT_TRUE(with("qop", "auth-int"));
  EXPECT_TRUE(with("algorithm", "MD5-sess"));
  EXPECT_TRUE(with("algorithm", "SHA-512-256"));
  EXPECT_TRUE(is_malformed(verify("Digest username=\"1002, realm=\"webcalling\"")));
  EXPECT_TRUE(is_malformed(verify("Digest")));
}

TEST_F(AuthenticatorTest, AResponseOfAnotherLengthIsJustWrong) {
  for (const std::string_view response : {"0", "zz", "\xff"}) {
    auto fields = credentials({.nonce = fresh_nonce()});
    fields.set("response", response, true);
    EXPECT_TRUE(challenged(verify(fields)).failed);
  }
}

}  // namespace
}  // namespace webcalling::sip
