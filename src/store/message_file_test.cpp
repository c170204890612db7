#include "store/message_file.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace webcalling::store {
namespace {

using messaging::InstantMessage;
using messaging::KeptMessage;
using messaging::MessageId;
using testing::HasSubstr;
using testing::SizeIs;

class MessageFileTest : public testing::Test {
 protected:
  MessageFileTest() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder = std::filesystem::temp_directory_path() / fmt::format("webcalling-{}-{}", test->name(), getpid());
    std::filesystem::create_directories(folder);
  }
  ~MessageFileTest() override { std::filesystem::remove_all(folder); }

  std::unique_ptr<MessageFile> open() {
    auto file = MessageFile::open(path());
    EXPECT_TRUE(file) << file.error().text;
    return std::move(*file);
  }
  [[nodiscard]] std::string path() const { return folder / "messages.db"; }

  /// With something in every field, and every byte in its words.
  static KeptMessage message(std::uint64_t id, const std::string& recipient = "1002") {
    std::string body;
    for (int c = 0; c < 256; ++c) body.push_back(static_cast<char>(c));
    return {.id = MessageId(id),
            .message = {.sender = {.extension = "1001",
                                   .display_name = "it's \"Alice\"; DROP TABLE message",
                                   .withheld = true},
                        .recipient = recipient,
                        .fields = {{"Date", "Sat, 13 Nov 2010 23:29:00 GMT"},
                                   {"Subject", "a: b"},
                                   {"Content-Type", "text/plain"},
                                   {"Content-Language", ""}},
                        .body = body},
            .expires = WallTime(std::chrono::milliseconds(1'700'000'000'123))};
  }

  std::filesystem::path folder;
};

TEST_F(MessageFileTest, GivesBackEveryFieldAndEveryByteAfterItWasOpenedAgain) {
  ASSERT_TRUE(open()->write({.put = {message(1), message(0x7fff'ffff'ffff)}, .removed = {}}));
  const auto file = open();
  EXPECT_EQ(file->read(MessageId(1)).value(), message(1).message);
  const auto all = file->list().value();
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_EQ(all[0].id, MessageId(1));
  EXPECT_EQ(all[1].id, MessageId(0x7fff'ffff'ffff));
  EXPECT_EQ(all[0].recipient, "1002");
  EXPECT_EQ(all[0].expires, message(1).expires);
}

TEST_F(MessageFileTest, KeepsAMessageWithoutWords) {
  KeptMessage empty = message(1);
  empty.message.body.clear();
  ASSERT_TRUE(open()->write({.put = {empty}, .removed = {}}));
  EXPECT_EQ(open()->read(MessageId(1)).value(), empty.message);
}

TEST_F(MessageFileTest, ForgetsWhatIsRemovedInTheSameWriteAsWell) {
  const auto file = open();
  ASSERT_TRUE(file->write({.put = {message(1), message(2)}, .removed = {MessageId(2), MessageId(77)}}));
  ASSERT_TRUE(file->write({.put = {message(3)}, .removed = {MessageId(1)}}));
  ASSERT_THAT(file->list().value(), SizeIs(1));
  EXPECT_EQ(file->read(MessageId(1)).value(), std::nullopt);
  EXPECT_EQ(file->read(MessageId(2)).value(), std::nullopt);
}

TEST_F(MessageFileTest, TellsOfAFileThatIsNone) {
  std::ofstream(path()) << std::string(5000, 'x');
  const auto file = MessageFile::open(path());
  ASSERT_FALSE(file);
  EXPECT_THAT(file.error().text, testing::AllOf(HasSubstr(path()), HasSubstr("move it away")));
}

TEST_F(MessageFileTest, DoesNotTouchTheFileOfAnotherVersion) {
  ASSERT_TRUE(open()->write({.put = {message(1)}, .removed = {}}));
  SQLite::Database(path(), SQLite::OPEN_READWRITE).exec("PRAGMA user_version = 99");
  EXPECT_FALSE(MessageFile::open(path()));
  SQLite::Database(path(), SQLite::OPEN_READWRITE).exec("PRAGMA user_version = -1");
  EXPECT_FALSE(MessageFile::open(path()));
  SQLite::Database(path(), SQLite::OPEN_READWRITE).exec("PRAGMA user_version = 1");
  EXPECT_THAT(open()->list().value(), SizeIs(1));
}

TEST_F(MessageFileTest, SaysWhyItCouldNotWrite) {
  const auto file = open();
  SQLite::Database(path(), SQLite::OPEN_READWRITE).exec("DROP TABLE message");
  const auto written = file->write({.put = {message(1)}, .removed = {}});
  ASSERT_FALSE(written);
  EXPECT_THAT(written.error().text, HasSubstr("writing messages to " + path()));
  EXPECT_FALSE(file->read(MessageId(1)));
}

}  // namespace
}  // namespace webcalling::store
