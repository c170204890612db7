#include "store/account_store.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

namespace webcalling::store {
namespace {

class AccountStoreTest : public testing::Test {
 protected:
  AccountStoreTest() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder = std::filesystem::temp_directory_path() / fmt::format("webcalling-{}-{}", test->name(), getpid());
    std::filesystem::create_directories(folder);
  }
  ~AccountStoreTest() override { std::filesystem::remove_all(folder); }

  std::unique_ptr<AccountStore> open() {
    auto store = AccountStore::open(path(), "webcalling");
    EXPECT_TRUE(store) << store.error().text;
    return std::move(*store);
  }
  [[nodiscard]] std::string path() const { return folder / "webcalling.db"; }
  static account::Account account(std::string extension, std::string password = "secret") {
    return {.extension = extension, .display_name = "Anna", .ha1 = sip::make_ha1(extension, "webcalling", password)};
  }

  std::filesystem::path folder;
};

TEST_F(AccountStoreTest, KeepsAccountsOverARestart) {
  ASSERT_TRUE(open()->add(account("1001")));
  const auto found = open()->find("1001");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->display_name, "Anna");
  EXPECT_EQ(found->ha1, sip::make_ha1("1001", "webcalling", "secret"));
}

TEST_F(AccountStoreTest, RefusesASecondAccountOfTheSameExtension) {
  const auto store = open();
  ASSERT_TRUE(store->add(account("1001")));
  EXPECT_EQ(store->add(account("1001", "other")).error().text, "there is already an account 1001");
  EXPECT_EQ(store->find("1001")->ha1, account("1001").ha1);
}

TEST_F(AccountStoreTest, AddsAllOfAListOrNone) {
  const auto store = open();
  ASSERT_TRUE(store->add_all({account("1001"), account("1002")}));
  EXPECT_EQ(store->add_all({account("1003"), account("1002")}).error().text, "there is already an account 1002");
  EXPECT_EQ(store->add_all({account("1004"), account("1004")}).error().text, "there is already an account 1004");
  EXPECT_FALSE(store->add_all({account("1005"), account("a b")}));
  EXPECT_TRUE(store->add_all({}));
  EXPECT_EQ(store->list().size(), 2U);
  EXPECT_EQ(open()->list().size(), 2U);
}

TEST_F(AccountStoreTest, SeesWithinAMomentWhatAnotherProcessChanges) {
  const auto server = open();
  const auto command_line = open();
  const auto soon = [](const std::function<bool()>& is_so) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
    while (!is_so() && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
    return is_so();
  };
  EXPECT_FALSE(server->find("1003"));
  ASSERT_TRUE(command_line->add(account("1003")));
  EXPECT_TRUE(soon([&] { return server->find("1003").has_value(); }));
  const auto renewed = sip::make_ha1("1003", "webcalling", "new");
  ASSERT_TRUE(command_line->set_ha1("1003", renewed));
  EXPECT_TRUE(soon([&] { return server->find("1003")->ha1 == renewed; }));
  ASSERT_TRUE(command_line->remove("1003"));
  EXPECT_TRUE(soon([&] { return !server->find("1003"); }));
}

TEST_F(AccountStoreTest, TellsWhoLostTheAccountOrItsPasswordWhoeverDidIt) {
  const auto server = open();
  const auto command_line = open();
  ASSERT_TRUE(command_line->add(account("1001")) && command_line->add(account("1002")));
  std::vector<std::string> told;
  server->set_on_change([&](const std::string& extension, account::AccountChange change) {
    told.push_back((change == account::AccountChange::Removed ? "-" : "*") + extension);
    EXPECT_EQ(server->find(extension).has_value(), change != account::AccountChange::Removed) << "it may be asked";
  });
  server->refresh();
  EXPECT_TRUE(told.empty()) << "a new account ends nothing";
  ASSERT_TRUE(command_line->remove("1001"));
  ASSERT_TRUE(command_line->set_ha1("1002", sip::make_ha1("1002", "webcalling", "new")));
  server->refresh();
  EXPECT_EQ(told, (std::vector<std::string>{"-1001", "*1002"}));
  server->refresh();
  EXPECT_EQ(told.size(), 2U) << "once";
  ASSERT_TRUE(server->remove("1002"));
  EXPECT_EQ(told.back(), "-1002");
}

TEST_F(AccountStoreTest, ListsInOrder) {
  const auto store = open();
  ASSERT_TRUE(store->add(account("1002")));
  ASSERT_TRUE(store->add(account("1001")));
  const auto all = store->list();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all.front().extension, "1001");
}

TEST_F(AccountStoreTest, SaysWhatDoesNotExist) {
  const auto store = open();
  EXPECT_EQ(store->remove("4711").error().kind, Error::Kind::Missing);
  EXPECT_EQ(store->set_ha1("4711", {}).error().kind, Error::Kind::Missing);
}

TEST_F(AccountStoreTest, RefusesExtensionsThatCannotBeDialled) {
  const auto store = open();
  for (const char* extension : {"", "a b", "1001@host", "<1001>", "123456789012345678901234567890123"}) {
    EXPECT_FALSE(store->add(account(extension))) << extension;
  }
}

TEST_F(AccountStoreTest, RefusesAnotherRealm) {
  ASSERT_TRUE(open()->add(account("1001")));
  const auto other = AccountStore::open(path(), "office");
  ASSERT_FALSE(other);
  EXPECT_NE(other.error().text.find("set it back"), std::string::npos) << other.error().text;
}

TEST_F(AccountStoreTest, SaysSoIfTheFileIsNoDatabase) {
  std::ofstream(path()) << std::string(4096, 'x');
  const auto broken = AccountStore::open(path(), "webcalling");
  ASSERT_FALSE(broken);
  EXPECT_NE(broken.error().text.find("opening the account store"), std::string::npos);
}

TEST_F(AccountStoreTest, RefusesAFileOfANewerVersion) {
  { const auto store = open(); }
  SQLite::Database(path(), SQLite::OPEN_READWRITE).exec("PRAGMA user_version = 99");
  const auto newer = AccountStore::open(path(), "webcalling");
  ASSERT_FALSE(newer);
  EXPECT_NE(newer.error().text.find("newer WebCalling"), std::string::npos);
}

}  // namespace
}  // namespace webcalling::store
