#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "base/timer_queue.hpp"
#include "call/leg/outgoing_leg.hpp"
#include "messaging/instant_message.hpp"
#include "sip/transaction/transaction_layer.hpp"

namespace webcalling::messaging {

/// What became of a message on its way to the devices of an extension.
enum class Outcome {
  Taken,     ///< at least one has it
  Declined,  ///< a person wants none of it (603, 607)
  Refused,   ///< no device that was asked can show such a message, nor will it later
  Failed,    ///< nobody took it; later somebody may
};

/// What a device's final status means.
[[nodiscard]] Outcome outcome_of(int status);

/// One message on its way to all devices of an extension at once, each in a transaction of its own (RFC 3261 section
/// 16.6). A device with several ways to it gets it the first way that works. Never answers a challenge (ATTACKS S4).
///
/// The outcome is told as soon as one device has the message, or all have said no. A message to the same devices should
/// wait until this one is finished (RFC 3428 section 8: no overlapping requests), which does not wait long for those
/// that are silent when another has it.
class Delivery : public std::enable_shared_from_this<Delivery> {
 public:
  class Listener {
   public:
    virtual ~Listener() = default;
    /// Once. `status` is what a device said that declined.
    virtual void on_outcome(Outcome outcome, int status) = 0;
    /// Once, after the outcome; the delivery may be forgotten.
    virtual void on_finished() = 0;
  };
  struct House {
    TimerQueue& timers;
    Random& random;
    sip::TransactionLayer& transactions;
    std::string product;
  };

  /// To at least one device. Calls nobody back yet.
  static std::shared_ptr<Delivery> start(const House& house, Listener& listener, InstantMessage message,
                                         const std::vector<call::Destination>& devices);

  Delivery(const House& house, Listener& listener, InstantMessage message);

 private:
  struct Device {
    /// Best first.
    std::vector<call::Destination> ways;
    std::size_t tried = 0;
    /// Requests without a final response.
    std::size_t open = 0;
    std::optional<Outcome> outcome{};
  };

  void send(const std::vector<call::Destination>& devices);
  void try_next_way(std::size_t device);
  void receive(std::size_t device, const sip::Response& response);
  void pass_over_silent_ways();
  void conclude();
  void tell(Outcome outcome, int status);
  void finish();
  [[nodiscard]] Outcome worst() const;

  House house_;
  Listener* listener_;
  InstantMessage message_;
  std::vector<Device> devices_;
  bool told_ = false;
  int status_of_refusal_ = 0;
  Timer silence_;
  Timer grace_;
};

}  // namespace webcalling::messaging
