#include "store/ban_file.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace webcalling::store {
namespace {

using guard::Ban;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class BanFileTest : public testing::Test {
 protected:
  BanFileTest() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder = std::filesystem::temp_directory_path() / fmt::format("webcalling-{}-{}", test->name(), getpid());
    std::filesystem::create_directories(folder);
  }
  ~BanFileTest() override { std::filesystem::remove_all(folder); }

  std::unique_ptr<BanFile> open() {
    auto file = BanFile::open(path());
    EXPECT_TRUE(file) << file.error().text;
    return std::move(*file);
  }
  [[nodiscard]] std::string path() const { return folder / "bans.db"; }
  static Ban ban(std::string_view source, unsigned count = 1) {
    return {.source = Network::parse(source).value(),
            .reason = "scanner it's me; DROP TABLE ban",
            .since = WallTime{1'700'000'000'123ms},
            .until = WallTime{1'700'000'300'123ms},
            .count = count};
  }

  std::filesystem::path folder;
};

TEST_F(BanFileTest, KeepsBansOverARestart) {
  ASSERT_TRUE(open()->write({.put = {ban("192.0.2.1", 3), ban("2001:db8:1:2::/64")}}));
  EXPECT_THAT(open()->read().value(), UnorderedElementsAre(ban("192.0.2.1", 3), ban("2001:db8:1:2::/64")));
}

TEST_F(BanFileTest, NewBanOfASourceReplacesTheOldOne) {
  const auto file = open();
  ASSERT_TRUE(file->write({.put = {ban("192.0.2.1"), ban("192.0.2.2")}}));
  ASSERT_TRUE(file->write({.put = {ban("192.0.2.1", 2)}, .removed = {ban("192.0.2.2").source}}));
  EXPECT_THAT(file->read().value(), UnorderedElementsAre(ban("192.0.2.1", 2)));
  ASSERT_TRUE(file->write({.replace_all = true, .put = {ban("192.0.2.9")}}));
  EXPECT_THAT(file->read().value(), UnorderedElementsAre(ban("192.0.2.9")));
}

TEST_F(BanFileTest, SeesWhatOthersChangeAndNotWhatItWritesItself) {
  const auto server = open();
  ASSERT_TRUE(server->read());
  ASSERT_TRUE(server->write({.put = {ban("192.0.2.1")}}));
  EXPECT_FALSE(server->read_if_changed().value());
  const auto command_line = open();
  ASSERT_TRUE(command_line->write({.removed = {ban("192.0.2.1").source}}));
  const auto changed = server->read_if_changed().value();
  ASSERT_TRUE(changed);
  EXPECT_THAT(*changed, IsEmpty());
  EXPECT_FALSE(server->read_if_changed().value()) << "once";
}

TEST_F(BanFileTest, RowThatCannotBeReadIsLeftOut) {
  ASSERT_TRUE(open()->write({.put = {ban("192.0.2.1")}}));
  SQLite::Database(path(), SQLite::OPEN_READWRITE)
      .exec("INSERT INTO ban VALUES ('everybody', '', 0, 0, 1), ('192.0.2.2', '', 0, 0, 0)");
  EXPECT_THAT(open()->read().value(), UnorderedElementsAre(ban("192.0.2.1")));
}

TEST_F(BanFileTest, SaysWhatIsWrongWithTheFile) {
  std::ofstream(path()) << "this is no database, but long enough to be taken for one if nobody looks at its beginning";
  EXPECT_THAT(BanFile::open(path()).error().text, HasSubstr("opening the bans in " + path()));
}

}  // namespace
}  // namespace webcalling::store
