#include "store/call_history_file.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace webcalling::store {
namespace {

using history::Entry;
using history::EntryId;
using history::Query;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class CallHistoryFileTest : public testing::Test {
 protected:
  CallHistoryFileTest() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder = std::filesystem::temp_directory_path() / fmt::format("webcalling-{}-{}", test->name(), getpid());
    std::filesystem::create_directories(folder);
  }
  ~CallHistoryFileTest() override { std::filesystem::remove_all(folder); }

  std::unique_ptr<CallHistoryFile> open(std::size_t max_entries = 100) {
    auto file = CallHistoryFile::open(path(), max_entries);
    EXPECT_TRUE(file) << file.error().text;
    return std::move(*file);
  }
  [[nodiscard]] std::string path() const { return folder / "history.db"; }

  static Entry entry(const std::string& peer, const std::string& extension = "1001") {
    const WallTime then{std::chrono::milliseconds(1'700'000'000'123)};
    Entry out;
    out.extension = extension;
    out.direction = Entry::Direction::In;
    out.peer_number = peer;
    out.peer_name = "it's \"" + peer + "\"; DROP TABLE entry";
    out.began = then;
    out.answered = then + 1ms;
    out.ended = then + 2ms;
    out.cause = "hungUp";
    out.call_id = "call of " + peer;
    return out;
  }
  static std::vector<std::string> peers(const std::vector<Entry>& entries) {
    std::vector<std::string> out;
    for (const Entry& each : entries) out.push_back(each.peer_number);
    return out;
  }

  std::filesystem::path folder;
};

TEST_F(CallHistoryFileTest, GivesBackEveryFieldAfterItWasOpenedAgain) {
  Entry answered = entry("1002");
  Entry missed = entry("1003");
  missed.answered.reset();
  missed.missed = true;
  missed.note = R"({"mos":4.2})";
  ASSERT_TRUE(open()->write({answered, missed}));
  answered.id = EntryId(1);
  missed.id = EntryId(2);
  EXPECT_THAT(open()->list({.extension = "1001"}).value(), ElementsAre(missed, answered));
}

TEST_F(CallHistoryFileTest, ShowsToEachItsOwn) {
  const auto file = open();
  ASSERT_TRUE(file->write({entry("1", "1001"), entry("2", "1002")}));
  EXPECT_THAT(peers(file->list({.extension = "1002"}).value()), ElementsAre("2"));
  EXPECT_FALSE(file->remove("1001", EntryId(2)).value());
  EXPECT_FALSE(file->set_note("1001", EntryId(2), "x").value());
  EXPECT_TRUE(file->clear("1001").value());
  EXPECT_THAT(peers(file->list({.extension = "1002"}).value()), ElementsAre("2"));
}

TEST_F(CallHistoryFileTest, FindsWhatIsAskedFor) {
  const auto file = open();
  Entry out = entry("555");
  out.direction = Entry::Direction::Out;
  Entry missed = entry("556");
  missed.missed = true;
  Entry named = entry("9");
  named.peer_name = "Bob_55%";
  ASSERT_TRUE(file->write({entry("554"), out, missed, named}));
  const auto find = [&](Query query) {
    query.extension = "1001";
    return peers(file->list(query).value());
  };
  EXPECT_THAT(find({.filter = Query::Filter::Out}), ElementsAre("555"));
  EXPECT_THAT(find({.filter = Query::Filter::In}), ElementsAre("9", "556", "554"));
  EXPECT_THAT(find({.filter = Query::Filter::Missed}), ElementsAre("556"));
  EXPECT_THAT(find({.search = "55"}), ElementsAre("9", "556", "555", "554"));
  EXPECT_THAT(find({.search = "bOB_5"}), ElementsAre("9"));
  EXPECT_THAT(find({.search = "%"}), ElementsAre("9"));
  EXPECT_THAT(find({.before = EntryId(3), .limit = 1}), ElementsAre("555"));
  EXPECT_THAT(find({.search = "'; DROP TABLE entry --"}), IsEmpty());
  EXPECT_THAT(find({.call_id = "call of 554"}), ElementsAre("554"));
}

TEST_F(CallHistoryFileTest, KeepsTheLastOfEachExtension) {
  const auto file = open(3);
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(file->write({entry(std::to_string(i)), entry("x", "1002")}));
  EXPECT_THAT(peers(file->list({.extension = "1001"}).value()), ElementsAre("4", "3", "2"));
  EXPECT_THAT(file->list({.extension = "1002"}).value(), SizeIs(3));
}

TEST_F(CallHistoryFileTest, KeepsNeverMoreThanATenthTooMany) {
  for (const int from : {0, 50}) {
    // The second time it does not know yet what is in the file.
    const auto file = open(20);
    for (int i = from; i < from + 50; ++i) {
      ASSERT_TRUE(file->write({entry(std::to_string(i))}));
      const auto kept = peers(file->list({.extension = "1001", .limit = 100}).value());
      EXPECT_LE(kept.size(), 22U);
      EXPECT_EQ(kept.front(), std::to_string(i));
      EXPECT_GE(kept.size(), std::min(static_cast<std::size_t>(i) + 1, std::size_t{20}));
    }
  }
}

TEST_F(CallHistoryFileTest, AnIdNeverMeansAnotherCall) {
  const auto file = open();
  ASSERT_TRUE(file->write({entry("1"), entry("2")}));
  EXPECT_TRUE(file->remove("1001", EntryId(2)).value());
  ASSERT_TRUE(file->write({entry("3")}));
  EXPECT_EQ(file->list({.extension = "1001"}).value().front().id, EntryId(3));
  EXPECT_FALSE(file->remove("1001", EntryId(2)).value());
}

TEST_F(CallHistoryFileTest, ForgetsThoseWhoAreGone) {
  const auto file = open();
  ASSERT_TRUE(file->write({entry("1", "1001"), entry("2", "1002"), entry("3", "1003")}));
  ASSERT_TRUE(file->keep_only({"1002", "1004"}));
  EXPECT_THAT(file->list({.extension = "1001"}).value(), IsEmpty());
  EXPECT_THAT(file->list({.extension = "1002"}).value(), SizeIs(1));
}

TEST_F(CallHistoryFileTest, TakesANoteLater) {
  const auto file = open();
  ASSERT_TRUE(file->write({entry("1")}));
  EXPECT_TRUE(file->set_note("1001", EntryId(1), "{}").value());
  EXPECT_EQ(file->list({.extension = "1001"}).value().front().note, "{}");
}

TEST_F(CallHistoryFileTest, TellsOfAFileThatIsNone) {
  std::ofstream(path()) << std::string(5000, 'x');
  const auto file = CallHistoryFile::open(path(), 1);
  ASSERT_FALSE(file);
  EXPECT_THAT(file.error().text, testing::AllOf(HasSubstr(path()), HasSubstr("move it away")));
}

TEST_F(CallHistoryFileTest, SaysWhyItCouldNot) {
  const auto file = open();
  SQLite::Database(path(), SQLite::OPEN_READWRITE).exec("DROP TABLE entry");
  EXPECT_THAT(file->write({entry("1")}).error().text, HasSubstr("writing the call history to " + path()));
  EXPECT_THAT(file->list({.extension = "1001"}).error().text, HasSubstr("reading the call history from " + path()));
}

}  // namespace
}  // namespace webcalling::store
