#include "messaging/kept_messages.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "messaging/keeper_for_tests.hpp"

namespace webcalling::messaging {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class KeptMessagesTest : public testing::Test {
 protected:
  KeptMessagesTest() { kept.set_keeper(keeper); }

  static InstantMessage message(const std::string& recipient, const std::string& type = "text/plain") {
    return {.sender = {.extension = "1001", .display_name = "Alice"},
            .recipient = recipient,
            .fields = {{"Content-Type", type}},
            .body = "hi"};
  }
  Result<MessageId> keep(const std::string& recipient, std::optional<std::chrono::seconds> lifetime = {}) {
    return kept.keep(message(recipient), lifetime,
                     [this](const Result<void>& written) { told.push_back(written.has_value()); });
  }
  void pass(Duration time) { timers.advance(timers.now() + time); }
  /// In the order in which they would be delivered.
  std::vector<std::uint64_t> order(const std::string& recipient, bool also_set_aside = true) {
    std::vector<std::uint64_t> ids;
    MessageId at{0};
    while (const auto next = kept.next(recipient, at, also_set_aside)) {
      at = *next;
      ids.push_back(at.value());
    }
    return ids;
  }

  TimerQueue timers{TimePoint{1000s}};
  WallTime began{std::chrono::hours{500'000}};
  KeeperForTests keeper{timers};
  std::vector<bool> told;
  KeptMessages kept{
      timers,
      [this] { return began + std::chrono::duration_cast<std::chrono::milliseconds>(timers.now() - TimePoint{1000s}); },
      {.max_kept = 3, .max_kept_in_all = 5, .max_age = std::chrono::hours{24}}};
};

TEST_F(KeptMessagesTest, AreInOrderAndCountWhenTheyAreWritten) {
  keeper.delay = 10ms;
  ASSERT_TRUE(keep("1002") && keep("1003") && keep("1002"));
  EXPECT_THAT(order("1002"), ElementsAre(1, 3));
  EXPECT_THAT(told, IsEmpty());
  pass(10ms);
  EXPECT_THAT(told, ElementsAre(true, true, true));
}

TEST_F(KeptMessagesTest, FillNeitherAMailboxNorTheDisk) {
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(keep("1002"));
  EXPECT_FALSE(keep("1002"));
  EXPECT_TRUE(keep("1003") && keep("1004"));
  EXPECT_FALSE(keep("1005"));
  kept.remove("1002", MessageId(2));
  EXPECT_TRUE(keep("1005"));
  EXPECT_EQ(kept.size(), 5u);
  EXPECT_THAT(keeper.content, SizeIs(5));
}

TEST_F(KeptMessagesTest, AreForgottenIfTheyCouldNotBeWritten) {
  keeper.is_broken = true;
  EXPECT_TRUE(keep("1002"));
  pass(1ms);
  EXPECT_THAT(told, ElementsAre(false));
  EXPECT_EQ(kept.size(), 0u);
  EXPECT_EQ(timers.size(), 0u);
}

TEST_F(KeptMessagesTest, HoldUpOthersUnlessNoPhoneCanShowThem) {
  ASSERT_TRUE(keep("1002"));
  EXPECT_TRUE(kept.holds_up("1002"));
  EXPECT_FALSE(kept.holds_up("1003"));
  kept.set_aside("1002", MessageId(1));
  EXPECT_FALSE(kept.holds_up("1002"));
  EXPECT_THAT(order("1002", false), IsEmpty());
  EXPECT_THAT(order("1002"), ElementsAre(1));
}

TEST_F(KeptMessagesTest, ExpireInTheirTime) {
  ASSERT_TRUE(keep("1002", std::chrono::minutes{10}) && keep("1002") && keep("1003", std::chrono::hours{1000}));
  pass(12min);
  EXPECT_EQ(kept.size(), 2u);
  pass(24h);
  EXPECT_EQ(kept.size(), 0u);
  EXPECT_THAT(keeper.content, IsEmpty());
  EXPECT_EQ(timers.size(), 0u) << "nothing to look after any more";
}

TEST_F(KeptMessagesTest, AreNotMadeOfWhatIsOnlyGoodAtOnce) {
  EXPECT_FALSE(keep("1002", std::chrono::seconds{0}));
  EXPECT_FALSE(kept.keep(message("1002", "application/im-iscomposing+xml"), {}, [](const auto&) {}));
  EXPECT_EQ(kept.size(), 0u);
}

TEST_F(KeptMessagesTest, OfAnotherRunAreTakenOverIfTheyAreStillGood) {
  const auto put = [&](std::uint64_t id, const std::string& recipient, std::chrono::hours left) {
    keeper.content.insert({MessageId(id), {MessageId(id), message(recipient), began + left}});
  };
  put(7, "1002", std::chrono::hours{1});
  put(8, "1002", std::chrono::hours{-1});
  put(9, "gone", std::chrono::hours{1});
  put(10, "1003", std::chrono::hours{10'000});
  EXPECT_EQ(kept.restore(keeper.list(), [](const std::string& recipient) { return recipient != "gone"; }), 2u);
  EXPECT_THAT(keeper.content, SizeIs(2));
  ASSERT_TRUE(keep("1002"));
  EXPECT_THAT(order("1002"), ElementsAre(7, 11));
  pass(25h);
  EXPECT_EQ(kept.size(), 0u) << "nothing is kept longer than it would be if it came now";
}

TEST_F(KeptMessagesTest, GoWithTheirExtension) {
  ASSERT_TRUE(keep("1002") && keep("1002") && keep("1003"));
  kept.forget("1002");
  EXPECT_EQ(kept.size(), 1u);
  EXPECT_THAT(keeper.content, SizeIs(1));
}

TEST_F(KeptMessagesTest, WithoutAKeeperAreNone) {
  KeptMessages nowhere(timers, [] { return WallTime{}; }, {});
  EXPECT_FALSE(nowhere.keep(message("1002"), {}, [](const auto&) {}));
}

}  // namespace
}  // namespace webcalling::messaging
