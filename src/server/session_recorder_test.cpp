#include "server/session_recorder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <mutex>

#include "io/test_client.hpp"

namespace webcalling::server {
namespace {

using account::Session;
using account::SessionStore;
using testing::ElementsAre;
using testing::HasSubstr;

/// A disk that is as slow and as broken as a test wants it to be. It outlives the store that lends it out.
struct SessionDisk {
  std::mutex mutex;
  std::size_t writes = 0;
  std::map<std::string, Session> content;
  bool broken = false;
  std::shared_future<void> gate;

  void set_broken(bool is_broken) {
    const std::scoped_lock lock(mutex);
    broken = is_broken;
  }
  std::vector<std::string> names() {
    const std::scoped_lock lock(mutex);
    std::vector<std::string> out;
    for (const auto& [name, session] : content) out.push_back(name + " of " + session.extension);
    return out;
  }
};

class SessionDiskStore final : public SessionStore {
 public:
  explicit SessionDiskStore(SessionDisk& disk) : disk_(disk) {}
  Result<std::vector<Session>> read() override { return std::vector<Session>{}; }
  Result<void> write(const Changes& changes) override {
    if (disk_.gate.valid()) disk_.gate.wait();
    const std::scoped_lock lock(disk_.mutex);
    ++disk_.writes;
    if (disk_.broken) return failed("writing the sessions: the disk is full");
    for (const Session& session : changes.put) disk_.content.insert_or_assign(session.token_hash, session);
    for (const std::string& token_hash : changes.removed) disk_.content.erase(token_hash);
    return {};
  }

 private:
  SessionDisk& disk_;
};

class SessionRecorderTest : public testing::Test {
 protected:
  void put(const std::string& name, const std::string& extension = "1001") {
    Session session;
    session.token_hash = name;
    session.extension = extension;
    recorder->put(session);
  }
  bool comes_true(const std::function<bool()>& fact) { return loop.run_until(fact, io::kPatience); }

  SessionDisk disk;
  io::Loop loop;
  std::vector<std::string> said;
  const Log log{Log::Level::Info, [this](Log::Level, std::string_view line) { said.emplace_back(line); }};
  std::unique_ptr<SessionRecorder> recorder = std::make_unique<SessionRecorder>(
      loop, log, std::make_unique<SessionDiskStore>(disk),
      SessionRecorder::Settings{.gathering = 5ms, .patience_with_a_broken_disk = 20ms});
};

TEST_F(SessionRecorderTest, WritesWhatComesTogetherAsOneAndTheLastChangeCounts) {
  for (int i = 0; i < 100; ++i) put("a", std::to_string(i));
  put("b");
  recorder->remove("b");
  ASSERT_TRUE(comes_true([&] { return !disk.names().empty(); }));
  EXPECT_THAT(disk.names(), ElementsAre("a of 99"));
  EXPECT_EQ(disk.writes, 1u);
}

TEST_F(SessionRecorderTest, NobodyWaitsForASlowDisk) {
  std::promise<void> open;
  disk.gate = open.get_future().share();
  put("a");
  ASSERT_TRUE(comes_true([&] { return recorder->is_writing(); }));
  for (int i = 0; i < 1000; ++i) put("b", std::to_string(i));
  open.set_value();
  ASSERT_TRUE(comes_true([&] { return disk.names().size() == 2; }));
  EXPECT_EQ(disk.writes, 2u);
}

TEST_F(SessionRecorderTest, ABrokenDiskIsToldOfOnceAndGetsItLater) {
  disk.set_broken(true);
  put("a", "old");
  put("b");
  ASSERT_TRUE(comes_true([&] { return recorder->is_broken(); }));
  put("a", "new");
  recorder->remove("b");
  ASSERT_TRUE(comes_true([&] {
    const std::scoped_lock lock(disk.mutex);
    return disk.writes > 2;
  }));
  EXPECT_THAT(said, ElementsAre(HasSubstr("the disk is full; a restart would sign out")));
  disk.set_broken(false);
  ASSERT_TRUE(comes_true([&] { return !recorder->is_broken(); }));
  EXPECT_THAT(disk.names(), ElementsAre("a of new"));
}

TEST_F(SessionRecorderTest, EndWritesWhatIsLeft) {
  put("a");
  recorder.reset();
  EXPECT_THAT(disk.names(), ElementsAre("a of 1001"));
}

}  // namespace
}  // namespace webcalling::server
