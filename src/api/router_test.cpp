#include "api/router.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/api_for_tests.hpp"

namespace webcalling::api {
namespace {

class RouterTest : public testing::Test, protected ApiForTests {
 protected:
  unsigned sign_in_from(const std::string& origin) {
    Page page{.origin = origin};
    return sign_in(page, "1001")->status;
  }

  Page page = signed_in("1001");
};

TEST_F(RouterTest, AnswersOwnPagesAndProgramsAlone) {
  for (const char* own : {"", "https://pbx.example.com", "https://PBX.example.com:443"}) {
    EXPECT_EQ(sign_in_from(own), 200u) << own;
  }
  for (const char* foreign :
       {"https://evil.example.com", "http://pbx.example.com", "null", "https://", "pbx.example.com",
        "https://pbx.example.com:8443", "https://pbx.example.com.evil.com", "https://pbx.example.com@evil.com"}) {
    EXPECT_EQ(sign_in_from(foreign), 403u) << foreign;
  }
  page.origin = "https://evil.example.com";
  EXPECT_EQ(status(page, "GET", "/api/session"), 403u);
  EXPECT_EQ(status(page, "GET", "/api/directory"), 403u);
  EXPECT_EQ(status(page, "DELETE", "/api/session"), 403u);
}

TEST_F(RouterTest, ChangesNothingForWhatAFormCouldSend) {
  for (const char* type :
       {"", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/jso"}) {
    page.content_type = type;
    EXPECT_EQ(sign_in(page, "1001")->status, 403u) << type;
    EXPECT_EQ(status(page, "DELETE", "/api/session"), 403u) << type;
    EXPECT_EQ(status(page, "GET", "/api/session"), 200u) << "it changes nothing";
  }
  page.content_type = "Application/JSON; charset=utf-8";
  EXPECT_EQ(sign_in(page, "1001")->status, 200u);
}

TEST_F(RouterTest, TellsWhichMethodsThereAre) {
  const auto answer = ask(page, "PUT", "/api/session");
  EXPECT_EQ(answer->status, 405u);
  EXPECT_EQ(header(*answer, "Allow"), "POST, GET, DELETE");
  EXPECT_EQ(status(page, "HEAD", "/api/session"), 200u);
}

TEST_F(RouterTest, LeadsNowhereElse) {
  for (const char* target : {"/api", "/api/", "/api/sessions", "/api//session", "/api/./session", "/api/x/../session",
                             "/api/%2e%2e/api/session", "/api%2Fsession", "/", "/api/session/1"}) {
    EXPECT_EQ(status(page, "GET", target), 404u) << target;
  }
  for (const char* target : {"", "api/session", "/api/%", "/api/%zz", "/api/%0a", "/api/session?a=%"}) {
    EXPECT_EQ(status(page, "GET", target), 400u) << target;
  }
  EXPECT_EQ(status(page, "GET", "/api/" + std::string(3000, 'a')), 400u);
  EXPECT_EQ(status(page, "GET", "/api/s%65ssion?x=1"), 200u);
}

TEST_F(RouterTest, RefusesLargeBodies) {
  EXPECT_EQ(status(page, "POST", "/api/session", std::string(kMaxBody + 1, ' ')), 413u);
}

TEST_F(RouterTest, AsksWhoeverIsNotSignedIn) {
  for (const char* cookie : {"", "webcalling_session=", "webcalling_session", "other=1", "webcalling_session=guess"}) {
    page.cookie = cookie;
    EXPECT_EQ(status(page, "GET", "/api/directory"), 401u) << cookie;
  }
}

TEST_F(RouterTest, FindsTheCookieAmongOthers) {
  page.cookie = "theme=dark;  " + page.cookie + "; x=webcalling_session=1";
  EXPECT_EQ(status(page, "GET", "/api/directory"), 200u);
}

}  // namespace
}  // namespace webcalling::api
