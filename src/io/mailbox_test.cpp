#include "io/mailbox.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <thread>

namespace webcalling::io {
namespace {

constexpr Duration kPatience = 10s;

TEST(Mailbox, KeepsTheOrderOfEachSenderUnderContention) {
  constexpr int kSenders = 4;
  constexpr int kValues = 5000;
  struct Value {
    int sender;
    int number;
  };
  Loop loop;
  std::vector<int> next(kSenders, 0);
  int received = 0;
  bool in_order = true;
  Mailbox<Value> mailbox(loop, [&](Value value) {
    in_order = in_order && value.number == next[static_cast<std::size_t>(value.sender)]++;
    ++received;
  });
  std::vector<std::thread> threads;
  for (int i = 0; i < kSenders; ++i) {
    threads.emplace_back([sender = mailbox.sender(), i] {
      for (int n = 0; n < kValues; ++n) sender.send({i, n});
    });
  }
  EXPECT_TRUE(loop.run_until([&] { return received == kSenders * kValues; }, kPatience));
  EXPECT_TRUE(in_order);
  for (auto& thread : threads) thread.join();
}

TEST(Mailbox, TwoLoopsPlayPingPong) {
  constexpr int kRounds = 1000;
  Loop near;
  Loop far;
  // Move-only values cross too.
  using Ball = std::unique_ptr<int>;
  std::optional<Mailbox<Ball>> far_box;
  int last = 0;
  Mailbox<Ball> near_box(near, [&](Ball ball) {
    last = *ball;
    if (last < kRounds) far_box->sender().send(std::move(ball));
  });
  far_box.emplace(far, [sender = near_box.sender()](Ball ball) {
    ++*ball;
    sender.send(std::move(ball));
  });
  std::thread other([&] { far.run(); });
  far_box->sender().send(std::make_unique<int>(0));
  EXPECT_TRUE(near.run_until([&] { return last == kRounds; }, kPatience));
  far.stop();
  other.join();
}

TEST(Mailbox, FullMailboxRefusesUntilItIsEmptied) {
  Loop loop;
  std::vector<int> received;
  Mailbox<int> mailbox(loop, [&](int value) { received.push_back(value); });
  const auto sender = mailbox.sender();
  EXPECT_TRUE(sender.send_unless_full(1, 2));
  EXPECT_TRUE(sender.send_unless_full(2, 2));
  EXPECT_FALSE(sender.send_unless_full(3, 2));
  EXPECT_TRUE(sender.send(4)) << "what must not be lost knows no limit";
  ASSERT_TRUE(loop.run_until([&] { return received.size() == 3; }, kPatience));
  EXPECT_EQ(received, (std::vector<int>{1, 2, 4}));
  EXPECT_TRUE(sender.send_unless_full(5, 2));
}

TEST(Mailbox, SendingToAMailboxThatIsGoneDropsTheValue) {
  Loop loop;
  int received = 0;
  std::optional<Mailbox<int>> mailbox(std::in_place, loop, [&](int) { ++received; });
  const auto sender = mailbox->sender();
  EXPECT_TRUE(sender.send(1));
  mailbox.reset();
  EXPECT_FALSE(sender.send(2));
  EXPECT_FALSE(loop.run_until([&] { return received > 0; }, 5ms));
}

TEST(Mailbox, MayBeDestroyedByItsOwnCallback) {
  Loop loop;
  int received = 0;
  std::optional<Mailbox<int>> mailbox;
  mailbox.emplace(loop, [&](int) {
    ++received;
    mailbox.reset();
  });
  const auto sender = mailbox->sender();
  sender.send(1);
  sender.send(2);
  EXPECT_TRUE(loop.run_until([&] { return !mailbox; }, kPatience));
  EXPECT_EQ(received, 1);
}

}  // namespace
}  // namespace webcalling::io
