#include "server/history_recorder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <mutex>

#include "io/test_client.hpp"

namespace webcalling::server {
namespace {

using history::Entry;
using history::EntryId;
using history::HistoryStore;
using history::Query;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

/// A disk that is as slow and as broken as a test wants it to be. It outlives the store that lends it out.
struct HistoryDisk {
  std::mutex mutex;
  std::size_t writes = 0;
  std::vector<std::string> content;
  bool broken = false;
  std::shared_future<void> gate;

  void set_broken(bool is_broken) {
    const std::scoped_lock lock(mutex);
    broken = is_broken;
  }
  std::vector<std::string> peers() {
    const std::scoped_lock lock(mutex);
    return content;
  }
  std::size_t count() {
    const std::scoped_lock lock(mutex);
    return writes;
  }
};

class HistoryDiskStore final : public HistoryStore {
 public:
  explicit HistoryDiskStore(HistoryDisk& disk) : disk_(disk) {}
  Result<void> write(const std::vector<Entry>& entries) override {
    if (disk_.gate.valid()) disk_.gate.wait();
    const std::scoped_lock lock(disk_.mutex);
    ++disk_.writes;
    if (disk_.broken) return failed("writing the call history: the disk is full");
    for (const Entry& entry : entries) disk_.content.push_back(entry.peer_number);
    return {};
  }
  Result<std::vector<Entry>> list(const Query& /*query*/) override {
    std::vector<Entry> out;
    for (const std::string& peer : disk_.peers()) out.push_back(entry(peer));
    return out;
  }
  Result<bool> set_note(const std::string& /*extension*/, EntryId /*id*/, const std::string& /*note*/) override {
    return true;
  }
  Result<bool> remove(const std::string& /*extension*/, EntryId /*id*/) override { return false; }
  Result<bool> clear(const std::string& /*extension*/) override {
    const std::scoped_lock lock(disk_.mutex);
    disk_.content.clear();
    return true;
  }

  static Entry entry(const std::string& peer) {
    Entry out;
    out.extension = "1001";
    out.peer_number = peer;
    return out;
  }

 private:
  HistoryDisk& disk_;
};

class HistoryRecorderTest : public testing::Test {
 protected:
  void put(const std::string& peer) { recorder->put(HistoryDiskStore::entry(peer)); }
  void list() {
    recorder->list({.extension = "1001"}, [this](const Result<std::vector<Entry>>& found) {
      std::string line = "listed";
      for (const Entry& entry : *found) line += " " + entry.peer_number;
      happened.push_back(line);
    });
  }
  bool comes_true(const std::function<bool()>& fact) { return loop.run_until(fact, io::kPatience); }

  HistoryDisk disk;
  io::Loop loop;
  std::vector<std::string> said;
  std::vector<std::string> happened;
  const Log log{Log::Level::Info, [this](Log::Level, std::string_view line) { said.emplace_back(line); }};
  std::unique_ptr<HistoryRecorder> recorder = std::make_unique<HistoryRecorder>(
      loop, log, std::make_unique<HistoryDiskStore>(disk),
      HistoryRecorder::Settings{.gathering = 5ms, .patience_with_a_broken_disk = 20ms, .max_pending = 3});
};

TEST_F(HistoryRecorderTest, WhoAsksSeesWhatWasPutBefore) {
  put("1");
  put("2");
  list();
  recorder->clear("1001", [this](const Result<bool>&) { happened.emplace_back("cleared"); });
  list();
  put("3");
  list();
  EXPECT_THAT(happened, SizeIs(0)) << "never from inside a call";
  ASSERT_TRUE(comes_true([&] { return happened.size() == 4; }));
  EXPECT_THAT(happened, ElementsAre("listed 1 2", "cleared", "listed", "listed 3"));
}

TEST_F(HistoryRecorderTest, WhatComesTogetherIsOneWrite) {
  put("1");
  put("2");
  ASSERT_TRUE(comes_true([&] { return disk.peers().size() == 2; }));
  EXPECT_EQ(disk.count(), 1u);
}

TEST_F(HistoryRecorderTest, NobodyWaitsForASlowDisk) {
  std::promise<void> open;
  disk.gate = open.get_future().share();
  put("1");
  list();
  put("2");
  put("3");
  EXPECT_THAT(happened, SizeIs(0));
  open.set_value();
  ASSERT_TRUE(comes_true([&] { return disk.peers().size() == 3; }));
  EXPECT_THAT(happened, ElementsAre("listed 1"));
}

TEST_F(HistoryRecorderTest, ABrokenDiskIsToldOfOnceAndGetsTheLastOnesLater) {
  disk.set_broken(true);
  for (const char* peer : {"1", "2", "3"}) put(peer);
  ASSERT_TRUE(comes_true([&] { return recorder->is_broken(); }));
  put("4");
  ASSERT_TRUE(comes_true([&] { return disk.count() > 2; }));
  EXPECT_THAT(said, ElementsAre(HasSubstr("the disk is full; the history of calls has to wait")));
  disk.set_broken(false);
  ASSERT_TRUE(comes_true([&] { return !recorder->is_broken(); }));
  EXPECT_THAT(disk.peers(), ElementsAre("2", "3", "4"));
  EXPECT_THAT(said.back(), HasSubstr("written down again"));
}

TEST_F(HistoryRecorderTest, EndWritesWhatIsLeftAndTellsNobodyAnyMore) {
  put("1");
  list();
  put("2");
  recorder.reset();
  EXPECT_THAT(disk.peers(), ElementsAre("1", "2"));
  bool later = false;
  loop.post([&] { later = true; });
  EXPECT_TRUE(comes_true([&] { return later; }));
  EXPECT_THAT(happened, SizeIs(0));
}

}  // namespace
}  // namespace webcalling::server
