#pragma once

#include <functional>
#include <memory>
#include <variant>
#include <vector>

#include "call/leg/outgoing_leg.hpp"
#include "dialplan/dialplan.hpp"

namespace webcalling::call {

class Call;

/// Phones to ring: those of one group at once, the groups one after the other, the preferred first.
using RingOrder = std::vector<std::vector<Destination>>;

/// Where a number leads.
struct RingPhones {
  Party callee;
  RingOrder order;
};
/// Somebody of another domain, whose servers have to be looked up first.
struct RingDomain {
  Party callee;
  /// What is called there.
  sip::Uri target;
};
struct NoRoute {
  Cause cause = Cause::UnknownNumber;
};
using Route = std::variant<RingPhones, RingDomain, dialplan::RunApplication, NoRoute>;

/// A question that is under way; dropping it gives it up.
class Lookup {
 public:
  virtual ~Lookup() = default;
};
/// The ways to the domain, or why the call ends.
using OnLocated = std::function<void(const tl::expected<RingOrder, Ending>&)>;

/// What calls ask of the one who knows numbers, phones and all other calls.
class Switchboard {
 public:
  virtual ~Switchboard() = default;
  /// `on_behalf_of` pays for the call and must be allowed to make it (ATTACKS S35).
  [[nodiscard]] virtual Route route(const sip::Uri& target, const Party& on_behalf_of) = 0;

  /// `on_located` comes once, never from inside.
  [[nodiscard]] virtual std::shared_ptr<Lookup> look_up(const RingDomain& domain, OnLocated on_located) = 0;
  /// Nobody answered there, or it said that it does not work.
  virtual void note_dead_way(const Destination& destination) = 0;

  /// Somebody's part in a call, as the other end of its dialog names it.
  struct Part {
    std::shared_ptr<Leg> leg;
    Call* call = nullptr;
  };
  /// Nothing (no leg) if there is no such dialog, or its call knows nothing of it any more.
  [[nodiscard]] virtual Part find(const sip::Replaces& dialog) = 0;
  /// The leg leaves its call for a new one with an application.
  virtual void connect_with_application(const dialplan::RunApplication& run, const std::shared_ptr<Leg>& leg) = 0;
};

}  // namespace webcalling::call
