#include "server/message_recorder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <future>
#include <map>
#include <mutex>
#include <optional>

#include "io/test_client.hpp"

namespace webcalling::server {
namespace {

using messaging::InstantMessage;
using messaging::KeptEntry;
using messaging::KeptMessage;
using messaging::MessageId;
using messaging::MessageStore;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

/// A disk that is as slow and as broken as a test wants it to be. It outlives the store that lends it out.
struct MessageDisk {
  std::mutex mutex;
  std::size_t writes = 0;
  std::map<MessageId, KeptMessage> content;
  bool broken = false;
  std::shared_future<void> gate;

  void set_broken(bool is_broken) {
    const std::scoped_lock lock(mutex);
    broken = is_broken;
  }
  std::size_t size() {
    const std::scoped_lock lock(mutex);
    return content.size();
  }
};

class MessageDiskStore final : public MessageStore {
 public:
  explicit MessageDiskStore(MessageDisk& disk) : disk_(disk) {}
  Result<std::vector<KeptEntry>> list() override { return std::vector<KeptEntry>{}; }
  Result<std::optional<InstantMessage>> read(MessageId id) override {
    const std::scoped_lock lock(disk_.mutex);
    const auto found = disk_.content.find(id);
    if (found == disk_.content.end()) return std::nullopt;
    return found->second.message;
  }
  Result<void> write(const Changes& changes) override {
    if (disk_.gate.valid()) disk_.gate.wait();
    const std::scoped_lock lock(disk_.mutex);
    ++disk_.writes;
    if (disk_.broken) return failed("writing messages: the disk is full");
    for (const KeptMessage& kept : changes.put) disk_.content.insert_or_assign(kept.id, kept);
    for (const MessageId id : changes.removed) disk_.content.erase(id);
    return {};
  }

 private:
  MessageDisk& disk_;
};

class MessageRecorderTest : public testing::Test {
 protected:
  static KeptMessage message(std::uint64_t id) {
    KeptMessage kept;
    kept.id = MessageId(id);
    kept.message.recipient = "1002";
    kept.message.body = std::to_string(id);
    return kept;
  }
  void put(std::uint64_t id) {
    recorder->put(message(id), [this, id](const Result<void>& written) {
      happened.push_back(fmt::format("{} {}", id, written ? "written" : "refused"));
    });
  }
  void read(std::uint64_t id) {
    recorder->read(MessageId(id), [this, id](const Result<std::optional<InstantMessage>>& read) {
      happened.push_back(fmt::format("{} is {}", id, read && *read ? (*read)->body : "gone"));
    });
  }
  bool comes_true(const std::function<bool()>& fact) { return loop.run_until(fact, io::kPatience); }
  bool has_happened(std::size_t count) {
    return comes_true([&] { return happened.size() == count; });
  }

  MessageDisk disk;
  io::Loop loop;
  std::vector<std::string> said;
  std::vector<std::string> happened;
  const Log log{Log::Level::Info, [this](Log::Level, std::string_view line) { said.emplace_back(line); }};
  std::unique_ptr<MessageRecorder> recorder =
      std::make_unique<MessageRecorder>(loop, log, std::make_unique<MessageDiskStore>(disk),
                                        MessageRecorder::Settings{.patience_with_a_broken_disk = 20ms});
};

TEST_F(MessageRecorderTest, TellsWhenItIsWrittenAndInTheOrderOfTheCalls) {
  put(1);
  read(1);
  recorder->remove(MessageId(1));
  read(1);
  put(2);
  EXPECT_THAT(happened, SizeIs(0)) << "never from inside a call";
  ASSERT_TRUE(has_happened(4));
  EXPECT_THAT(happened, ElementsAre("1 written", "1 is 1", "1 is gone", "2 written"));
  EXPECT_EQ(disk.size(), 1u);
}

TEST_F(MessageRecorderTest, NobodyWaitsForASlowDiskAndItGetsWhatWasGatheredAsOne) {
  std::promise<void> open;
  disk.gate = open.get_future().share();
  for (std::uint64_t id = 1; id <= 1000; ++id) {
    put(id);
    if (id == 1) loop.run_until([] { return true; }, io::kPatience);
  }
  open.set_value();
  ASSERT_TRUE(has_happened(1000));
  EXPECT_EQ(disk.size(), 1000u);
  EXPECT_LE(disk.writes, 3u);
}

TEST_F(MessageRecorderTest, RefusesWhatABrokenDiskDoesNotTakeAndRemovesLaterWhatItShould) {
  put(1);
  ASSERT_TRUE(has_happened(1));
  disk.set_broken(true);
  recorder->remove(MessageId(1));
  put(2);
  put(3);
  ASSERT_TRUE(has_happened(3));
  EXPECT_THAT(happened, ElementsAre("1 written", "2 refused", "3 refused"));
  EXPECT_THAT(said, ElementsAre(HasSubstr("the disk is full; nothing can be kept")));
  disk.set_broken(false);
  ASSERT_TRUE(comes_true([&] { return !recorder->is_broken() && disk.size() == 0; }));
  put(4);
  ASSERT_TRUE(has_happened(4));
  EXPECT_EQ(happened.back(), "4 written");
  EXPECT_THAT(said, SizeIs(2));
}

TEST_F(MessageRecorderTest, EndWritesWhatIsLeftAndTellsNobody) {
  put(1);
  recorder.reset();
  EXPECT_EQ(disk.size(), 1u);
  bool later = false;
  loop.post([&] { later = true; });
  EXPECT_TRUE(comes_true([&] { return later; }));
  EXPECT_THAT(happened, SizeIs(0));
}

}  // namespace
}  // namespace webcalling::server
