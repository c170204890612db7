#include "store/session_file.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace webcalling::store {
namespace {

using account::Session;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class SessionFileTest : public testing::Test {
 protected:
  SessionFileTest() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder = std::filesystem::temp_directory_path() / fmt::format("webcalling-{}-{}", test->name(), getpid());
    std::filesystem::create_directories(folder);
  }
  ~SessionFileTest() override { std::filesystem::remove_all(folder); }

  std::unique_ptr<SessionFile> open() {
    auto file = SessionFile::open(path());
    EXPECT_TRUE(file) << file.error().text;
    return std::move(*file);
  }
  [[nodiscard]] std::string path() const { return folder / "sessions.db"; }

  static Session session(const std::string& name) {
    const WallTime then{std::chrono::milliseconds(1'700'000'000'123)};
    return {.token_hash = name,
            .extension = "10'01",
            .password_mark = "mark",
            .handle = "handle of " + name,
            .generation = 4'000'000'000,
            .used = then,
            .expires = then + 1h,
            .credentials = {{"1001~x.1", {"m1", "s1"}, then + 2ms}, {"1001~x.2", {"m2", "s2"}, then + 3ms}}};
  }

  std::filesystem::path folder;
};

TEST_F(SessionFileTest, GivesBackWhatWasWritten) {
  ASSERT_TRUE(open()->write({.put = {session("a"), session("b")}, .removed = {}}));
  EXPECT_THAT(open()->read().value(), ElementsAre(session("a"), session("b")));
}

TEST_F(SessionFileTest, WritesASessionAnewAndForgetsWhatHasEnded) {
  const auto file = open();
  ASSERT_TRUE(file->write({.put = {session("a"), session("b")}, .removed = {}}));
  Session changed = session("a");
  changed.credentials.erase(changed.credentials.begin());
  ASSERT_TRUE(file->write({.put = {changed}, .removed = {"b", "c"}}));
  EXPECT_THAT(file->read().value(), ElementsAre(changed));
  ASSERT_TRUE(file->write({.put = {}, .removed = {"a"}}));
  EXPECT_THAT(file->read().value(), IsEmpty());
}

TEST_F(SessionFileTest, TellsOfAFileThatIsNone) {
  std::ofstream(path()) << std::string(5000, 'x');
  const auto file = SessionFile::open(path());
  ASSERT_FALSE(file);
  EXPECT_THAT(file.error().text, testing::AllOf(HasSubstr(path()), HasSubstr("delete it")));
}

TEST_F(SessionFileTest, SaysWhyItCouldNotWrite) {
  const auto file = open();
  SQLite::Database(path(), SQLite::OPEN_READWRITE).exec("DROP TABLE session");
  const auto written = file->write({.put = {session("a")}, .removed = {}});
  ASSERT_FALSE(written);
  EXPECT_THAT(written.error().text, HasSubstr("writing the sessions to " + path()));
}

}  // namespace
}  // namespace webcalling::store
