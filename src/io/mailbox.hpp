#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "io/loop.hpp"

namespace webcalling::io {

/// Where a loop receives values from other threads, in the order of sending. Values that wait together cross in one
/// wake-up, and no memory is allocated for a value once the two buffers have grown to the usual batch.
///
/// The mailbox lives on the receiving loop and ends before it; senders may outlive it, what they send then is dropped.
template <typename T>
class Mailbox {
 public:
  /// The other threads' end; copy it freely.
  class Sender {
   public:
    /// From any thread. False if the mailbox is gone.
    bool send(T value) const { return put(std::move(value), std::numeric_limits<std::size_t>::max()); }
    /// The same, but false and nothing sent while `most` values wait already: the receiver does not keep up.
    bool send_unless_full(T value, std::size_t most) const { return put(std::move(value), most); }

   private:
    friend Mailbox;
    struct Box;
    explicit Sender(std::shared_ptr<Box> box) : box_(std::move(box)) {}
    bool put(T&& value, std::size_t most) const {
      const std::scoped_lock lock(box_->mutex);
      if (box_->loop == nullptr || box_->incoming.size() >= most) return false;
      box_->incoming.push_back(std::move(value));
      if (box_->incoming.size() == 1) box_->loop->post([weak = std::weak_ptr(box_)] { deliver(weak); });
      return true;
    }
    std::shared_ptr<Box> box_;
  };

  /// `on_value` runs on the loop's thread; it may destroy the mailbox.
  Mailbox(Loop& loop, std::function<void(T)> on_value) : box_(std::make_shared<Box>()) {
    box_->loop = &loop;
    box_->on_value = std::move(on_value);
  }
  ~Mailbox() {
    const std::scoped_lock lock(box_->mutex);
    box_->loop = nullptr;
  }
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  [[nodiscard]] Sender sender() const { return Sender(box_); }

 private:
  using Box = typename Sender::Box;

  static void deliver(const std::weak_ptr<Box>& weak) {
    const auto box = weak.lock();
    if (box == nullptr) return;
    {
      const std::scoped_lock lock(box->mutex);
      std::swap(box->incoming, box->delivering);
    }
    for (T& value : box->delivering) {
      // Written by the destructor on this thread only, so that reading it here needs no lock.
      if (box->loop == nullptr) break;
      box->on_value(std::move(value));
    }
    box->delivering.clear();
  }

  std::shared_ptr<Box> box_;
};

template <typename T>
struct Mailbox<T>::Sender::Box {
  std::mutex mutex;
  Loop* loop = nullptr;
  std::vector<T> incoming;
  /// Belongs to the loop's thread, as does `on_value`.
  std::vector<T> delivering;
  std::function<void(T)> on_value;
};

}  // namespace webcalling::io
