#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "io/loop.hpp"

namespace webcalling::io {

/// Threads for what blocks: the store, files, mail. Work is started in the order of run(); with one thread it also ends
/// in that order. The destructor finishes all work that was given, so that nothing written behind is lost.
class WorkerPool {
 public:
  explicit WorkerPool(std::size_t threads);
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// From any thread. Work tells failure by value: an exception ends the program.
  void run(std::function<void()> work);

  /// Runs `work` here and `done` with its result on `loop`, which must outlive this pool.
  template <typename Work, typename Done>
  void run(Loop& loop, Work work, Done done) {
    run([&loop, work = std::move(work), done = std::move(done)]() mutable {
      if constexpr (std::is_void_v<std::invoke_result_t<Work&>>) {
        work();
        loop.post(std::move(done));
      } else {
        // Shared, so that the posted function can be copied even if the result cannot.
        auto result = std::make_shared<std::invoke_result_t<Work&>>(work());
        loop.post([done = std::move(done), result = std::move(result)]() mutable { done(std::move(*result)); });
      }
    });
  }

 private:
  void work_until_stopped();

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> waiting_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace webcalling::io
