#include "io/worker_pool.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>

namespace webcalling::io {
namespace {

constexpr Duration kPatience = 10s;

TEST(WorkerPool, ResultsComeBackOnTheLoopsThread) {
  Loop loop;
  const auto here = std::this_thread::get_id();
  std::thread::id worker;
  std::string result;
  {
    WorkerPool pool(2);
    pool.run(
        loop, [] { return std::make_unique<std::thread::id>(std::this_thread::get_id()); },
        [&](std::unique_ptr<std::thread::id> id) {
          EXPECT_EQ(std::this_thread::get_id(), here);
          worker = *id;
          result = "done";
        });
    EXPECT_TRUE(loop.run_until([&] { return !result.empty(); }, kPatience));
  }
  EXPECT_NE(worker, here);
}

TEST(WorkerPool, WorkWithoutResultReportsItsEnd) {
  Loop loop;
  WorkerPool pool(1);
  std::atomic<bool> worked = false;
  bool done = false;
  pool.run(
      loop, [&] { worked = true; }, [&] { done = worked; });
  EXPECT_TRUE(loop.run_until([&] { return done; }, kPatience));
}

TEST(WorkerPool, DestructionLosesNoWorkAndOneThreadKeepsItsOrder) {
  std::vector<int> seen;
  {
    WorkerPool pool(1);
    for (int i = 0; i < 100; ++i) pool.run([&seen, i] { seen.push_back(i); });
  }
  ASSERT_EQ(seen.size(), 100U);
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
}

}  // namespace
}  // namespace webcalling::io
