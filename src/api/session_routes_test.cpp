#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/api_for_tests.hpp"

namespace webcalling::api {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

class SessionRoutesTest : public testing::Test, protected ApiForTests {
 protected:
  [[nodiscard]] bool is_good(const json::object& sip) const {
    const std::string username(sip.at("username").as_string());
    const std::string password(sip.at("password").as_string());
    const auto login = sessions.find_login(username);
    return login && login->ha1 == sip::make_ha1(username, "webcalling", password);
  }

  Page page;
};

TEST_F(SessionRoutesTest, SigningInGivesACookieAndAWayIntoSip) {
  const auto answer = sign_in(page, "1001");
  ASSERT_EQ(answer->status, 200u);
  EXPECT_THAT(header(*answer, "Set-Cookie"),
              testing::MatchesRegex("webcalling_session=[0-9a-zA-Z]{40}; HttpOnly; SameSite=Strict; Path=/api; "
                                    "Max-Age=2592000; Secure"));
  EXPECT_EQ(header(*answer, "Cache-Control"), "no-store");
  const auto body = read(answer);
  EXPECT_EQ(body.at("extension"), "1001");
  EXPECT_EQ(body.at("name"), "Phone 1001");
  EXPECT_EQ(body.at("realm"), "webcalling");
  EXPECT_EQ(body.at("sip").at("expires").to_number<std::int64_t>(), milliseconds(now + 12h));
  EXPECT_TRUE(is_good(body.at("sip").as_object()));
}

TEST_F(SessionRoutesTest, ACookieOverPlainHttpHasANameOfItsOwnAndIsNotMarkedSecure) {
  const std::string secure = signed_in("1002").cookie;
  page.is_secure = false;
  page.origin = "http://pbx.example.com";
  const std::string cookie = header(*sign_in(page, "1001"), "Set-Cookie");
  EXPECT_THAT(cookie, testing::StartsWith("webcalling_session_http="));
  EXPECT_THAT(cookie, Not(HasSubstr("Secure")));
  // Browsers send the cookies of https and of http on the same host to http as far as they may: here both.
  page.cookie = secure + "; " + page.cookie;
  EXPECT_EQ(read(ask(page, "GET", "/api/session")).at("extension"), "1001");
  EXPECT_THAT(header(*ask(page, "DELETE", "/api/session"), "Set-Cookie"),
              testing::StartsWith("webcalling_session_http=;"));
}

TEST_F(SessionRoutesTest, WrongPasswordAndUnknownExtensionLookTheSame) {
  const auto wrong = sign_in(page, "1001", "guess");
  const auto unknown = sign_in(page, "4711", "guess");
  ASSERT_EQ(wrong->status, 401u);
  EXPECT_EQ(unknown->status, 401u);
  EXPECT_EQ(wrong->body, unknown->body);
  EXPECT_EQ(wrong->headers, unknown->headers);
  EXPECT_EQ(header(*wrong, "Set-Cookie"), "");
  EXPECT_EQ(sessions.size(), 0u);
}

TEST_F(SessionRoutesTest, WhoGuessesIsBanned) {
  for (int i = 0; i < 10; ++i) EXPECT_EQ(sign_in(page, "1001", "guess")->status, 401u);
  EXPECT_TRUE(guard.is_banned(page.address));
  EXPECT_THAT(said, Contains(HasSubstr("too many wrong passwords, at last 1001")));
}

TEST_F(SessionRoutesTest, AReloadFindsItsSession) {
  const auto opened = read(sign_in(page, "1001"));
  now += 3h;
  const auto answer = ask(page, "GET", "/api/session");
  ASSERT_EQ(answer->status, 200u);
  EXPECT_EQ(read(answer), opened);
  EXPECT_THAT(header(*answer, "Set-Cookie"), HasSubstr(page.cookie));
  now += 6h;
  const auto renewed = read(ask(page, "GET", "/api/session"));
  EXPECT_NE(renewed.at("sip").at("password"), opened.at("sip").at("password"));
  EXPECT_TRUE(is_good(renewed.at("sip").as_object()));
}

TEST_F(SessionRoutesTest, SigningOutEndsEverything) {
  const auto opened = read(sign_in(page, "1001"));
  const auto answer = ask(page, "DELETE", "/api/session");
  EXPECT_EQ(answer->status, 204u);
  EXPECT_THAT(header(*answer, "Set-Cookie"), HasSubstr("Max-Age=0"));
  EXPECT_EQ(status(page, "GET", "/api/session"), 401u);
  EXPECT_FALSE(is_good(opened.at("sip").as_object()));
  EXPECT_EQ(status(page, "DELETE", "/api/session"), 204u) << "nobody has to be signed in for that";
}

TEST_F(SessionRoutesTest, SigningInAnewEndsTheSessionThatTheBrowserForgets) {
  sign_in(page, "1001");
  sign_in(page, "1002");
  EXPECT_EQ(sessions.size(), 1u);
  EXPECT_EQ(read(ask(page, "GET", "/api/session")).at("extension"), "1002");
}

TEST_F(SessionRoutesTest, AnAccountThatIsGoneIsSignedOut) {
  sign_in(page, "1001");
  accounts.remove("1001");
  EXPECT_EQ(status(page, "GET", "/api/session"), 401u);
}

TEST_F(SessionRoutesTest, TellsWhatIsWrongWithABody) {
  for (const std::string& body :
       {std::string(), std::string("{"), std::string("[]"), std::string("{\"extension\":\"1001\"}"),
        std::string(R"({"extension":1001,"password":"secret"})"), std::string("\xff\xfe"),
        R"({"extension":"1001","password":")" + std::string(600, 'x') + "\"}",
        std::string(1000, '[') + std::string(1000, ']')}) {
    const auto answer = ask(page, "POST", "/api/session", body);
    EXPECT_EQ(answer->status, 400u) << body.substr(0, 50);
    EXPECT_THAT(read(answer).at("error").as_string().c_str(), HasSubstr("The body")) << body.substr(0, 50);
  }
  EXPECT_FALSE(guard.is_banned(page.address));
}

}  // namespace
}  // namespace webcalling::api
