#include "server/call_recorder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <mutex>

#include "io/test_client.hpp"

namespace webcalling::server {
namespace {

using call::CallId;
using call::KeptCall;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

constexpr WallTime kFirst{std::chrono::milliseconds(1'700'000'000'000)};

/// It outlives the store that lends it out.
struct CallDisk {
  std::mutex mutex;
  std::map<CallId, KeptCall> content;
  bool broken = false;

  void set_broken(bool is_broken) {
    const std::scoped_lock lock(mutex);
    broken = is_broken;
  }
  /// Who was called, by the time at which they were connected.
  std::map<WallTime, std::string> calls() {
    const std::scoped_lock lock(mutex);
    std::map<WallTime, std::string> out;
    for (const auto& [id, call] : content) out.emplace(call.connected.value(), call.callee.party.extension);
    return out;
  }
};

class CallDiskStore final : public call::KeptCallStore {
 public:
  explicit CallDiskStore(CallDisk& disk) : disk_(disk) {}
  Result<std::vector<KeptCall>> take() override { return std::vector<KeptCall>{}; }
  Result<void> write(const Changes& changes) override {
    const std::scoped_lock lock(disk_.mutex);
    if (disk_.broken) return failed("writing the calls: the disk is full");
    for (const KeptCall& call : changes.put) disk_.content.insert_or_assign(call.id, call);
    for (const CallId id : changes.removed) disk_.content.erase(id);
    return {};
  }

 private:
  CallDisk& disk_;
};

class CallRecorderTest : public testing::Test {
 protected:
  void keep(std::uint64_t id, const std::string& callee, std::optional<WallTime> connected = {}) {
    KeptCall call;
    call.id = CallId(id);
    call.callee.party.extension = callee;
    call.connected = connected;
    recorder->keep(call);
  }
  bool comes_true(const std::function<bool()>& fact) { return loop.run_until(fact, io::kPatience); }

  CallDisk disk;
  WallTime now = kFirst;
  io::Loop loop;
  std::vector<std::string> said;
  const Log log{Log::Level::Info, [this](Log::Level, std::string_view line) { said.emplace_back(line); }};
  std::unique_ptr<CallRecorder> recorder = std::make_unique<CallRecorder>(
      loop, log, std::make_unique<CallDiskStore>(disk), [this] { return now; },
      CallRecorder::Settings{.gathering = 1ms, .patience_with_a_broken_disk = 1ms});
};

TEST_F(CallRecorderTest, TimeOfTheFirstNoteIsThatOfTheConnection) {
  keep(1, "1002");
  EXPECT_TRUE(comes_true([&] { return !disk.calls().empty(); }));
  now += 1h;
  keep(1, "1003");
  EXPECT_TRUE(comes_true([&] { return disk.calls()[kFirst] == "1003"; }));
  EXPECT_THAT(disk.calls(), ElementsAre(Pair(kFirst, "1003")));
}

TEST_F(CallRecorderTest, CallOfAnEarlierRunKeepsItsTime) {
  keep(1, "1002", kFirst - 24h);
  EXPECT_TRUE(comes_true([&] { return !disk.calls().empty(); }));
  EXPECT_THAT(disk.calls(), ElementsAre(Pair(kFirst - 24h, "1002")));
}

TEST_F(CallRecorderTest, WhatIsOverIsForgotten) {
  keep(1, "1002");
  EXPECT_TRUE(comes_true([&] { return !disk.calls().empty(); }));
  recorder->forget(CallId(1));
  EXPECT_TRUE(comes_true([&] { return disk.calls().empty(); }));
}

TEST_F(CallRecorderTest, EndWritesWhatIsLeft) {
  keep(1, "1002");
  recorder.reset();
  EXPECT_EQ(disk.calls().size(), 1u);
}

TEST_F(CallRecorderTest, BrokenDiskIsToldOfOnceAndTriedAgain) {
  disk.set_broken(true);
  keep(1, "1002");
  EXPECT_TRUE(comes_true([&] { return recorder->is_broken(); }));
  keep(2, "1003");
  disk.set_broken(false);
  EXPECT_TRUE(comes_true([&] { return !recorder->is_broken() && !recorder->is_writing(); }));
  EXPECT_TRUE(comes_true([&] {
    const std::scoped_lock lock(disk.mutex);
    return disk.content.size() == 2;
  }));
  EXPECT_THAT(said, ElementsAre(HasSubstr("the disk is full; a crash would end"), HasSubstr("written down again")));
}

}  // namespace
}  // namespace webcalling::server
