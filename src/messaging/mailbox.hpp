#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/timer_queue.hpp"
#include "call/call_control.hpp"
#include "messaging/delivery.hpp"
#include "messaging/kept_messages.hpp"
#include "messaging/reply.hpp"

namespace webcalling::messaging {

/// A message whose sender waits.
struct Incoming {
  InstantMessage message;
  /// How it was addressed: may name one device alone (RFC 5627).
  sip::Uri target;
  std::optional<std::chrono::seconds> lifetime;
  std::shared_ptr<Reply> reply;
  TimePoint came{};
};

/// The messages to one extension, one after the other and in their order: to its devices if it has any, else into the
/// store, and from there to the next device that registers. While something is kept that a device may still take, what
/// comes later queues up behind it.
///
///   Idle --message--> Delivering --taken, or kept--> Idle
///   Idle --device, message behind kept ones--> Reading --words--> Redelivering --taken--> Reading ... --> Idle
///                                                                     +--failed--> Idle
class Mailbox final : private Delivery::Listener {
 public:
  enum class State {
    Idle,
    Delivering,    ///< the first of those whose senders wait is on its way
    Reading,       ///< a kept message is being fetched
    Redelivering,  ///< a kept message is on its way
  };
  struct House {
    Delivery::House delivery;
    call::Locator& locator;
    KeptMessages& kept;
    const Settings& settings;
    /// Nothing is left to do here; the mailbox may be forgotten, but not from inside.
    std::function<void()> on_idle;
  };

  Mailbox(const House& house, std::string extension);

  void receive(Incoming incoming);
  /// A device has registered, or said that it is still there: what is kept goes to it.
  void on_registered(const call::Destination& device);
  /// The extension is no more.
  void close();

  [[nodiscard]] State state() const { return state_; }

 private:
  /// Kept messages on their way to certain devices, in their order.
  struct Round {
    std::vector<call::Destination> devices;
    /// Also what other devices could not show.
    bool is_thorough = false;
    /// The message it has come to.
    MessageId at{0};
  };

  void on_outcome(Outcome outcome, int status) override;
  void on_finished() override;

  void deliver_next();
  /// What is left of the patience of the first sender: it began when the message came, not when its turn came.
  [[nodiscard]] Duration patience_left() const;
  void conclude_first(Outcome outcome, int status);
  void conclude_kept(Outcome outcome);
  /// One thing is done: the next.
  void go_on();
  void lose_patience();
  void keep_first();
  /// All of those that wait behind so many.
  void keep_others(std::size_t behind);
  void forget_first();
  /// Nothing if it cannot be kept; the sender is told in any case.
  std::optional<MessageId> keep(const Incoming& incoming);
  void begin_round(std::vector<call::Destination> devices, bool is_thorough);
  void continue_round();
  void receive_words(const Result<std::optional<InstantMessage>>& words);
  void end_round();
  [[nodiscard]] std::vector<call::Destination> devices(const sip::Uri& target) const;

  House house_;
  std::string extension_;
  State state_ = State::Idle;
  std::deque<Incoming> waiting_;
  /// The first of those that wait lies in the store already, under this number: its way takes long.
  std::optional<MessageId> first_kept_;
  std::shared_ptr<Delivery> delivery_;
  Outcome outcome_ = Outcome::Failed;
  std::optional<Round> round_;
  /// Registered meanwhile: it is next.
  std::optional<call::Destination> next_device_;
  Timer patience_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace webcalling::messaging
