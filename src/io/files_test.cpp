#include "io/files.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "base/random.hpp"
#include "io/clock.hpp"

namespace webcalling::io {
namespace {

class Files : public testing::Test {
 protected:
  Files() { std::filesystem::create_directory(directory_); }
  ~Files() override { std::filesystem::remove_all(directory_); }

  [[nodiscard]] std::string path(const std::string& name) const { return directory_ + "/" + name; }

 private:
  std::string directory_ = testing::TempDir() + "webcalling-" + SystemRandom().token(8);
};

mode_t mode_of(const std::string& path) {
  struct stat status {};
  EXPECT_EQ(::stat(path.c_str(), &status), 0);
  return status.st_mode & 0777U;
}

TEST_F(Files, ReadsBackWhatWasWritten) {
  const std::string content = std::string("a\0b", 3) + std::string(200'000, 'x');
  ASSERT_TRUE(write_file_atomically(path("f"), content));
  EXPECT_EQ(read_file(path("f")).value(), content);
}

TEST_F(Files, ReplacingKeepsTheModeAndLeavesNothingElseBehind) {
  ASSERT_TRUE(write_file_atomically(path("secret"), "old", 0600));
  ASSERT_TRUE(write_file_atomically(path("secret"), "new", 0644));
  EXPECT_EQ(mode_of(path("secret")), 0600U);
  EXPECT_EQ(read_file(path("secret")).value(), "new");
  const std::filesystem::directory_iterator listing(std::filesystem::path(path("secret")).parent_path());
  EXPECT_EQ(std::distance(begin(listing), end(listing)), 1);
}

TEST_F(Files, AbsentFileIsMissingAndAFolderIsAnError) {
  EXPECT_EQ(read_file(path("absent")).error().kind, Error::Kind::Missing);
  EXPECT_EQ(read_file(path("absent")).error().text, "reading " + path("absent") + ": there is no such file");
  EXPECT_EQ(read_file(path("")).error().kind, Error::Kind::Failed);
}

TEST_F(Files, WritingIntoAnAbsentFolderFailsWithASentence) {
  const auto result = write_file_atomically(path("no/f"), "x");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().text, "writing " + path("no/f") + ": No such file or directory");
}

TEST(OpenFileLimit, IsRaisedToWhatTheMachinePermits) { EXPECT_GT(raise_open_file_limit().value(), 0U); }

TEST(Clock, MonotonicClockDoesNotGoBackAndWallClockIsAfter2024) {
  const TimePoint before = MonotonicClock::now();
  EXPECT_LE(before, MonotonicClock::now());
  EXPECT_GT(wall_clock(), WallTime(std::chrono::sys_days(std::chrono::year(2024) / 1 / 1)));
}

TEST_F(Files, StampChangesWithTheFileAndWithWhatALinkLeadsTo) {
  EXPECT_EQ(stamp_of(path("f")), FileStamp{});
  ASSERT_TRUE(write_file_atomically(path("f"), "one"));
  std::filesystem::create_symlink(path("f"), path("link"));
  const FileStamp one = stamp_of(path("link"));
  EXPECT_NE(one, FileStamp{});
  EXPECT_EQ(stamp_of(path("link")), one);
  ASSERT_TRUE(write_file_atomically(path("f"), "two"));
  EXPECT_NE(stamp_of(path("link")), one);
}

}  // namespace
}  // namespace webcalling::io
