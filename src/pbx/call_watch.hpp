#pragma once

#include "call/leg/leg_observer.hpp"
#include "events/dialog_states.hpp"

namespace webcalling {

/// Shows to those who watch an extension what its phones are doing: each leg of a call is one dialog of its extension.
class CallWatch final : public call::LegObserver {
 public:
  explicit CallWatch(events::DialogStates& dialogs) : dialogs_(dialogs) {}

  void on_standing(const call::Leg& leg) override;
  void on_over(const call::Leg& leg) override;

 private:
  events::DialogStates& dialogs_;
};

}  // namespace webcalling
