#include "server/binding_recorder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "io/test_client.hpp"

namespace webcalling::server {
namespace {

using registrar::BindingId;
using registrar::BindingStore;
using registrar::StoredBinding;
using testing::HasSubstr;
using testing::SizeIs;

/// A disk that is as slow and as broken as a test wants it to be. It outlives the store that lends it out.
struct Disk {
  std::mutex mutex;
  std::vector<BindingStore::Changes> writes;
  std::map<BindingId, StoredBinding> content;
  bool broken = false;
  std::shared_future<void> gate;

  std::size_t count() {
    const std::scoped_lock lock(mutex);
    return writes.size();
  }
};

class DiskStore final : public BindingStore {
 public:
  explicit DiskStore(Disk& disk) : disk_(disk) {}
  Result<std::vector<StoredBinding>> read() override { return std::vector<StoredBinding>{}; }
  Result<void> write(const Changes& changes) override {
    if (disk_.gate.valid()) disk_.gate.wait();
    const std::scoped_lock lock(disk_.mutex);
    disk_.writes.push_back(changes);
    if (disk_.broken) return failed("writing the registrations: the disk is full");
    if (changes.replace_all) disk_.content.clear();
    for (const auto& stored : changes.put) disk_.content.insert_or_assign(stored.binding.id, stored);
    for (const auto id : changes.removed) disk_.content.erase(id);
    return {};
  }

 private:
  Disk& disk_;
};

class BindingRecorderTest : public testing::Test {
 protected:
  static StoredBinding binding(std::uint64_t id) {
    StoredBinding stored;
    stored.user = "1001";
    stored.binding.id = BindingId(id);
    return stored;
  }
  bool comes_true(const std::function<bool()>& fact) { return loop.run_until(fact, io::kPatience); }

  Disk disk;
  io::Loop loop;
  std::vector<std::string> said;
  const Log log{Log::Level::Info, [this](Log::Level, std::string_view line) { said.emplace_back(line); }};
  std::vector<StoredBinding> all;
  std::unique_ptr<BindingRecorder> recorder = std::make_unique<BindingRecorder>(
      loop, log, std::make_unique<DiskStore>(disk),
      BindingRecorder::Sources{.snapshot = [this] { return all; },
                               .password_mark = [](const std::string& user) { return "mark of " + user; }},
      BindingRecorder::Settings{.gathering = 5ms, .patience_with_a_broken_disk = 20ms});
};

TEST_F(BindingRecorderTest, WritesABurstAsOneAndWithItsMarks) {
  for (std::uint64_t id = 1; id <= 100; ++id) recorder->put(binding(id));
  recorder->remove(BindingId(7));
  ASSERT_TRUE(comes_true([&] { return disk.count() > 0 && recorder->state() == BindingRecorder::State::Idle; }));
  EXPECT_EQ(disk.count(), 1U);
  EXPECT_THAT(disk.content, SizeIs(99));
  EXPECT_EQ(disk.content.begin()->second.password_mark, "mark of 1001");
}

TEST_F(BindingRecorderTest, NobodyWaitsForASlowDiskAndTheLastChangeCounts) {
  std::promise<void> open;
  disk.gate = open.get_future().share();
  recorder->put(binding(1));
  ASSERT_TRUE(comes_true([&] { return recorder->state() == BindingRecorder::State::Writing; }));
  for (int i = 0; i < 1000; ++i) {
    recorder->put(binding(2));
    recorder->put(binding(3));
  }
  recorder->remove(BindingId(3));
  open.set_value();
  ASSERT_TRUE(comes_true([&] { return disk.count() == 2; }));
  EXPECT_THAT(disk.writes[1].put, SizeIs(1));
  EXPECT_THAT(disk.writes[1].removed, SizeIs(1));
}

TEST_F(BindingRecorderTest, EndWritesWhatIsLeft) {
  recorder->put(binding(1));
  recorder.reset();
  EXPECT_THAT(disk.content, SizeIs(1));
}

TEST_F(BindingRecorderTest, EndWhileItWritesIsSafe) {
  std::promise<void> open;
  disk.gate = open.get_future().share();
  recorder->put(binding(1));
  ASSERT_TRUE(comes_true([&] { return recorder->state() == BindingRecorder::State::Writing; }));
  recorder->put(binding(2));
  open.set_value();
  recorder.reset();
  EXPECT_THAT(disk.content, SizeIs(2));
  bool later = false;
  loop.post([&] { later = true; });
  EXPECT_TRUE(comes_true([&] { return later; }));
}

TEST_F(BindingRecorderTest, BrokenDiskIsToldOfOnceAndLaterEverythingIsWrittenAnew) {
  disk.broken = true;
  recorder->put(binding(1));
  ASSERT_TRUE(comes_true([&] { return recorder->state() == BindingRecorder::State::Broken; }));
  EXPECT_THAT(said, testing::ElementsAre(HasSubstr("the disk is full; a restart would forget")));
  recorder->put(binding(2));
  recorder->remove(BindingId(1));
  {
    const std::scoped_lock lock(disk.mutex);
    disk.broken = false;
  }
  all = {binding(2), binding(3)};
  ASSERT_TRUE(comes_true([&] { return recorder->state() == BindingRecorder::State::Idle; }));
  EXPECT_TRUE(disk.writes.back().replace_all);
  EXPECT_THAT(disk.content, SizeIs(2));
  EXPECT_THAT(said, SizeIs(2));
}

}  // namespace
}  // namespace webcalling::server
