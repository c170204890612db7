#pragma once

// Private to this room.

#include <atomic>

namespace webcalling::io {

/// How others wake the thread of a loop, which costs them a system call only if it sleeps.
class WakeUp {
 public:
  WakeUp();
  ~WakeUp();
  WakeUp(const WakeUp&) = delete;
  WakeUp& operator=(const WakeUp&) = delete;

  /// Before the loop looks a last time whether there is anything to do: whoever has brought something after that look
  /// finds the bell set.
  void set() { is_set_ = true; }
  /// The loop is awake.
  void unset() { is_set_ = false; }
  /// From any thread, after what the loop shall find is there.
  void ring();

  /// An eventfd that is never read: for an edge-triggered epoll.
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
  std::atomic<bool> is_set_ = false;
};

}  // namespace webcalling::io
