#include "server/ban_keeper.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>

#include "io/test_client.hpp"
#include "store/ban_file.hpp"

namespace webcalling::server {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::SizeIs;

/// A file that is as broken as a test wants it to be. What it says is asked of the file itself.
class BreakableStore final : public guard::BanStore {
 public:
  BreakableStore(std::unique_ptr<guard::BanStore> file, std::shared_ptr<std::atomic<bool>> broken)
      : file_(std::move(file)), broken_(std::move(broken)) {}
  Result<std::vector<guard::Ban>> read() override { return file_->read(); }
  Result<void> write(const Changes& changes) override {
    if (*broken_) return failed("the disk is full");
    return file_->write(changes);
  }
  Result<std::optional<std::vector<guard::Ban>>> read_if_changed() override { return file_->read_if_changed(); }

 private:
  std::unique_ptr<guard::BanStore> file_;
  std::shared_ptr<std::atomic<bool>> broken_;
};

class BanKeeperTest : public testing::Test {
 protected:
  BanKeeperTest() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder = std::filesystem::temp_directory_path() / fmt::format("webcalling-{}-{}", test->name(), getpid());
    std::filesystem::create_directories(folder);
    begin();
  }
  ~BanKeeperTest() override {
    keeper.reset();
    std::filesystem::remove_all(folder);
  }

  void begin() {
    guard.emplace(guard::Guard::Outside{.timers = loop.timers(),
                                        .random = random,
                                        .wall_clock = [] { return WallTime{1'700'000'000s}; },
                                        .log = log},
                  guard::Settings{.scanner_user_agents = {"sipvicious"}});
    auto store = std::make_unique<BreakableStore>(file(), broken);
    guard->restore(store->read().value());
    keeper = std::make_unique<BanKeeper>(loop, log, std::move(store), *guard, BanKeeper::Settings{.interval = 5ms});
  }
  void end() { keeper.reset(); }
  [[nodiscard]] std::unique_ptr<store::BanFile> file() const {
    return std::move(store::BanFile::open(folder / "bans.db").value());
  }
  [[nodiscard]] std::vector<guard::Ban> written() const { return file()->read().value(); }
  void scan(std::string_view from) {
    (void)guard->admit_agent(IpAddress::parse(from).value(), "sipvicious", guard::Proof::Address);
  }
  [[nodiscard]] bool banned(std::string_view from) const { return guard->is_banned(IpAddress::parse(from).value()); }
  bool comes_true(const std::function<bool()>& fact) { return loop.run_until(fact, io::kPatience); }

  std::filesystem::path folder;
  io::Loop loop;
  SeededRandom random{1};
  std::vector<std::string> said;
  const Log log{Log::Level::Info, [this](Log::Level, std::string_view line) { said.emplace_back(line); }};
  std::shared_ptr<std::atomic<bool>> broken = std::make_shared<std::atomic<bool>>(false);
  std::optional<guard::Guard> guard;
  std::unique_ptr<BanKeeper> keeper;
};

TEST_F(BanKeeperTest, BansOutliveTheServer) {
  scan("192.0.2.1");
  end();
  EXPECT_THAT(written(), SizeIs(1)) << "written before it ends";
  begin();
  EXPECT_TRUE(banned("192.0.2.1"));
}

TEST_F(BanKeeperTest, WritesBehindWhileItRuns) {
  scan("192.0.2.1");
  EXPECT_TRUE(comes_true([&] { return written().size() == 1; }));
  scan("192.0.2.2");
  EXPECT_TRUE(comes_true([&] { return written().size() == 2; }));
  EXPECT_TRUE(banned("192.0.2.1")) << "its own writing lifts no ban";
}

TEST_F(BanKeeperTest, TakesOverWhatTheOperatorDecides) {
  scan("192.0.2.1");
  ASSERT_TRUE(comes_true([&] { return written().size() == 1; }));
  const guard::Ban by_hand{.source = site_of(IpAddress::parse("192.0.2.9").value()),
                           .reason = "by hand",
                           .since = WallTime{1'700'000'000s},
                           .until = WallTime{1'700'003'600s}};
  ASSERT_TRUE(file()->write({.put = {by_hand}, .removed = {site_of(IpAddress::parse("192.0.2.1").value())}}));
  EXPECT_TRUE(comes_true([&] { return !banned("192.0.2.1") && banned("192.0.2.9"); }));
  EXPECT_THAT(said, Contains(HasSubstr("The ban of 192.0.2.1 is lifted")));
}

TEST_F(BanKeeperTest, BrokenDiskIsToldOfOnceAndLaterEverythingIsWrittenAnew) {
  *broken = true;
  scan("192.0.2.1");
  ASSERT_TRUE(comes_true([&] { return !said.empty() && said.back().find("the disk is full") != std::string::npos; }));
  const std::size_t lines = said.size();
  scan("192.0.2.2");
  *broken = false;
  EXPECT_TRUE(comes_true([&] { return written().size() == 2; }));
  EXPECT_TRUE(comes_true([&] { return said.back() == "All bans are written down again"; }));
  EXPECT_EQ(said.size(), lines + 2) << "the ban, and that all is well";
}

}  // namespace
}  // namespace webcalling::server
