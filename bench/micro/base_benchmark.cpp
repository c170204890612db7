#include <benchmark/benchmark.h>

#include <deque>

#include "base/timer_queue.hpp"

namespace webcalling::bench {
namespace {

/// A timer that is started and stopped, as every transaction does it, among so many that wait.
void timer_among(benchmark::State& state) {
  TimerQueue queue(TimePoint{1s});
  std::deque<Timer> others;
  for (std::int64_t i = 0; i < state.range(0); ++i) {
    others.emplace_back(queue, [] {});
    others.back().start(32s + std::chrono::microseconds(i));
  }
  Timer timer(queue, [] {});
  for (auto _ : state) {
    timer.start(500ms);
    timer.stop();
  }
}
BENCHMARK(timer_among)->Arg(0)->Arg(1000)->Arg(100'000);

}  // namespace
}  // namespace webcalling::bench
