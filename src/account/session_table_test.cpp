#include "account/session_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "account/accounts_for_tests.hpp"

namespace webcalling::account {
namespace {

using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

class Notebook final : public SessionJournal {
 public:
  void put(const Session& session) override { content.insert_or_assign(session.token_hash, session); }
  void remove(const std::string& token_hash) override { content.erase(token_hash); }

  [[nodiscard]] std::vector<Session> all() const {
    std::vector<Session> out;
    for (const auto& [hash, session] : content) out.push_back(session);
    return out;
  }

  std::map<std::string, Session> content;
};

class SessionTableTest : public testing::Test {
 protected:
  SessionTableTest() {
    accounts.add("1001", "secret");
    accounts.add("1002", "secret");
    sessions.set_journal(notebook);
  }

  SessionTable::Opened open(const std::string& extension = "1001") {
    now += 1ms;
    return sessions.open(*accounts.find(extension));
  }
  /// True if a phone gets in with it.
  [[nodiscard]] bool is_good(const SipCredential& credential) const {
    const auto login = sessions.find_login(credential.username);
    return login && !login->is_over &&
           login->ha1 == sip::make_ha1(credential.username, "webcalling", credential.password);
  }

  WallTime now{std::chrono::hours(400'000)};
  SeededRandom random{1};
  AccountsForTests accounts;
  Notebook notebook;
  SessionTable sessions{
      random,
      [this] { return now; },
      {.lifetime = std::chrono::days(30), .credential_lifetime = 12h, .max_per_extension = 3, .max_in_all = 5}};
};

TEST_F(SessionTableTest, GivesAPageItsOwnWayIntoSip) {
  const auto opened = open();
  EXPECT_EQ(sessions.find(opened.token), "1001");
  EXPECT_THAT(opened.credential.username, StartsWith("1001~"));
  EXPECT_TRUE(is_good(opened.credential));
  EXPECT_EQ(sessions.find_login(opened.credential.username)->user, "1001");
  EXPECT_EQ(opened.credential.expires, now + 12h);
  EXPECT_NE(opened.credential.username, open().credential.username);
}

TEST_F(SessionTableTest, KnowsNobodyElse) {
  const auto opened = open();
  EXPECT_EQ(sessions.find(""), std::nullopt);
  EXPECT_EQ(sessions.find(std::string(40, 'x')), std::nullopt);
  EXPECT_EQ(sessions.find(opened.token + "x"), std::nullopt);
  for (const std::string& name : {std::string("1001"), std::string("1001~"), std::string("~"), std::string(),
                                  opened.credential.username + "1", "1002" + opened.credential.username.substr(4)}) {
    EXPECT_FALSE(sessions.find_login(name)) << name;
  }
}

TEST_F(SessionTableTest, AReloadGetsTheSameCredentialUntilItIsHalfOver) {
  const auto opened = open();
  now += 5h;
  const auto again = sessions.renew(opened.token);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->username, opened.credential.username);
  EXPECT_EQ(again->password, opened.credential.password);
  now += 2h;
  const auto next = sessions.renew(opened.token);
  ASSERT_TRUE(next);
  EXPECT_NE(next->username, opened.credential.username);
  EXPECT_NE(next->password, opened.credential.password);
  EXPECT_TRUE(is_good(*next));
  EXPECT_TRUE(is_good(opened.credential)) << "another tab may still use it";
  now += 5h;
  EXPECT_FALSE(is_good(opened.credential)) << "its time is over";
  EXPECT_TRUE(is_good(*sessions.renew(opened.token)));
}

TEST_F(SessionTableTest, KnowsACredentialForAWhileAfterItsTime) {
  const auto opened = open();
  now += 13h;
  EXPECT_TRUE(is_good(*sessions.renew(opened.token)));
  const auto login = sessions.find_login(opened.credential.username);
  ASSERT_TRUE(login);
  EXPECT_TRUE(login->is_over);
  now += 12h;
  EXPECT_TRUE(sessions.renew(opened.token));
  EXPECT_FALSE(sessions.find_login(opened.credential.username));
}

TEST_F(SessionTableTest, EndsWhenNobodyUsesIt) {
  const auto opened = open();
  now += std::chrono::days(29);
  EXPECT_TRUE(sessions.renew(opened.token));
  now += std::chrono::days(30);
  EXPECT_EQ(sessions.find(opened.token), std::nullopt);
  EXPECT_FALSE(sessions.renew(opened.token));
  (void)open("1002");
  EXPECT_EQ(sessions.size(), 1u) << "it takes no place any more";
}

TEST_F(SessionTableTest, SigningOutEndsTheCredentials) {
  const auto opened = open();
  const auto other = open();
  sessions.close(opened.token);
  EXPECT_FALSE(is_good(opened.credential));
  EXPECT_EQ(sessions.find(opened.token), std::nullopt);
  EXPECT_TRUE(is_good(other.credential));
  sessions.close(opened.token);
  EXPECT_THAT(notebook.content, SizeIs(1));
}

TEST_F(SessionTableTest, EndsWithItsAccountOrPassword) {
  const auto opened = open();
  const auto other = open("1002");
  sessions.forget("1001");
  EXPECT_FALSE(is_good(opened.credential));
  EXPECT_TRUE(is_good(other.credential));
}

TEST_F(SessionTableTest, OneTooManyEndsTheOneThatWasUsedLongestAgo) {
  const auto first = open();
  const auto second = open();
  const auto third = open();
  now += 1ms;
  EXPECT_TRUE(sessions.renew(first.token));
  const auto fourth = open();
  EXPECT_FALSE(sessions.find(second.token));
  EXPECT_FALSE(is_good(second.credential));
  for (const auto* kept : {&first, &third, &fourth}) EXPECT_TRUE(sessions.find(kept->token));
  (void)open("1002");
  (void)open("1002");
  (void)open("1002");
  EXPECT_EQ(sessions.size(), 5u);
  EXPECT_THAT(notebook.content, SizeIs(5));
}

TEST_F(SessionTableTest, OutlivesARestartButNotAnotherPassword) {
  const auto opened = open();
  const auto other = open("1002");
  accounts.add("1002", "another");
  SessionTable next(random, [this] { return now; }, {});
  EXPECT_THAT(next.restore(notebook.all(), accounts), SizeIs(1));
  EXPECT_EQ(next.find(opened.token), "1001");
  EXPECT_TRUE(next.find_login(opened.credential.username));
  EXPECT_EQ(next.renew(opened.token)->password, opened.credential.password);
  EXPECT_EQ(next.find(other.token), std::nullopt);
  now += std::chrono::days(31);
  SessionTable late(random, [this] { return now; }, {});
  EXPECT_THAT(late.restore(notebook.all(), accounts), SizeIs(2));
}

TEST_F(SessionTableTest, WritesNoSecretDown) {
  const auto opened = open();
  ASSERT_THAT(notebook.all(), SizeIs(1));
  const Session session = notebook.all().front();
  EXPECT_THAT(session.credentials, Not(IsEmpty()));
  EXPECT_NE(session.token_hash, opened.token);
  EXPECT_NE(session.credentials.front().ha1.sha256, opened.credential.password);
}

}  // namespace
}  // namespace webcalling::account
