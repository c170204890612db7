#include "cli/account_command.hpp"

#include <gmock/gmock.h>

#include "cli/folder_for_tests.hpp"
#include "io/files.hpp"
#include "server/server.hpp"
#include "store/account_store.hpp"

namespace webcalling::cli {
namespace {

using testing::HasSubstr;

class AccountCommandTest : public InEmptyFolder {
 protected:
  /// As the server would find it.
  std::optional<account::Account> find(const std::string& extension) {
    return (*store::AccountStore::open(server::account_file(settings_), settings_.sip.realm))->find(extension);
  }

  const config::Settings settings_;
  SeededRandom random_{1};
};

TEST_F(AccountCommandTest, GivenPasswordIsStoredHashedAndNotRepeated) {
  const auto added = add_account(settings_, random_, "1001", "Alice", "secret");
  ASSERT_TRUE(added) << added.error().text;
  EXPECT_EQ(*added, "1001\n");
  const auto account = find("1001");
  ASSERT_TRUE(account);
  EXPECT_EQ(account->display_name, "Alice");
  EXPECT_EQ(account->ha1.sha256, sip::make_ha1("1001", settings_.sip.realm, "secret").sha256);
}

TEST_F(AccountCommandTest, GeneratedPasswordIsShownAndWorks) {
  const auto added = add_account(settings_, random_, "1001", "", "");
  ASSERT_TRUE(added) << added.error().text;
  const std::string start = "1001 password ";
  ASSERT_THAT(*added, testing::StartsWith(start));
  const std::string password = added->substr(start.size(), added->size() - start.size() - 1);
  EXPECT_EQ(password.size(), 16U);
  EXPECT_EQ(find("1001")->ha1.md5, sip::make_ha1("1001", settings_.sip.realm, password).md5);
}

TEST_F(AccountCommandTest, AccountThatExistsKeepsItsPassword) {
  ASSERT_TRUE(add_account(settings_, random_, "1001", "", "first"));
  const auto again = add_account(settings_, random_, "1001", "", "second");
  ASSERT_FALSE(again);
  EXPECT_THAT(again.error().text, HasSubstr("1001"));
  EXPECT_EQ(find("1001")->ha1.md5, sip::make_ha1("1001", settings_.sip.realm, "first").md5);
}

TEST_F(AccountCommandTest, ListShowsExtensionsInOrderWithTheirNames) {
  EXPECT_EQ(list_accounts(settings_).value(), "");
  ASSERT_TRUE(add_account(settings_, random_, "1002", "Bob", "x"));
  ASSERT_TRUE(add_account(settings_, random_, "1001", "", "x"));
  EXPECT_EQ(list_accounts(settings_).value(), "1001\n1002\tBob\n");
}

TEST_F(AccountCommandTest, ImportTakesWhatListShowsWithOrWithoutAPassword) {
  ASSERT_TRUE(io::write_file_atomically("office", "1001\r\n\n1002\tBob\n1003\tEve Smith\tsecret\n1004\t\tother"));
  const auto told = import_accounts(settings_, random_, "office");
  ASSERT_TRUE(told) << told.error().text;
  EXPECT_THAT(*told, testing::MatchesRegex("1001 password [^\n]{16}\n1002 password [^\n]{16}\n1003\n1004\n"));
  EXPECT_EQ(list_accounts(settings_).value(), "1001\n1002\tBob\n1003\tEve Smith\n1004\n");
  EXPECT_EQ(find("1003")->ha1.md5, sip::make_ha1("1003", settings_.sip.realm, "secret").md5);
  EXPECT_EQ(find("1004")->ha1.md5, sip::make_ha1("1004", settings_.sip.realm, "other").md5);
}

TEST_F(AccountCommandTest, ImportAddsNothingOfAFileThatIsWrong) {
  ASSERT_TRUE(add_account(settings_, random_, "1001", "", "x"));
  const auto why = [&](const std::string& text) {
    EXPECT_TRUE(io::write_file_atomically("office", text));
    return import_accounts(settings_, random_, "office").error().text;
  };
  EXPECT_THAT(why("1002\n1001\n"), HasSubstr("there is already an account 1001"));
  EXPECT_THAT(why("1002\n1003\tEve\tsecret\tmore\n"), HasSubstr("office: line 2"));
  EXPECT_THAT(why("1002\nEve Smith\n"), HasSubstr("'Eve Smith' cannot be an extension"));
  EXPECT_THAT(import_accounts(settings_, random_, "nowhere").error().text, HasSubstr("nowhere"));
  EXPECT_EQ(list_accounts(settings_).value(), "1001\n");
}

TEST_F(AccountCommandTest, NewPasswordReplacesTheOld) {
  ASSERT_TRUE(add_account(settings_, random_, "1001", "", "old"));
  EXPECT_EQ(set_password(settings_, random_, "1001", "new").value(), "1001\n");
  EXPECT_EQ(find("1001")->ha1.md5, sip::make_ha1("1001", settings_.sip.realm, "new").md5);
}

TEST_F(AccountCommandTest, RemovedAccountIsGoneAndUnknownOnesAreNamed) {
  ASSERT_TRUE(add_account(settings_, random_, "1001", "", "x"));
  EXPECT_EQ(remove_account(settings_, "1001").value(), "1001 removed\n");
  EXPECT_FALSE(find("1001"));
  for (const auto& failed : {remove_account(settings_, "1001"), set_password(settings_, random_, "1001", "")}) {
    ASSERT_FALSE(failed);
    EXPECT_THAT(failed.error().text, HasSubstr("1001"));
  }
}

TEST_F(AccountCommandTest, StoreIsForItsOwnerOnly) {
  ASSERT_TRUE(list_accounts(settings_));
  EXPECT_EQ(std::filesystem::status(settings_.server.data_directory).permissions(), std::filesystem::perms::owner_all);
}

}  // namespace
}  // namespace webcalling::cli
