#pragma once

#include <utility>
#include <vector>

#include "call/leg/leg_observer.hpp"

namespace webcalling::call {

/// Several who want to know, in their order.
class LegObservers final : public LegObserver {
 public:
  explicit LegObservers(std::vector<LegObserver*> observers) : observers_(std::move(observers)) {}

  void on_standing(const Leg& leg) override {
    for (LegObserver* observer : observers_) observer->on_standing(leg);
  }
  void on_over(const Leg& leg) override {
    for (LegObserver* observer : observers_) observer->on_over(leg);
  }

 private:
  std::vector<LegObserver*> observers_;
};

}  // namespace webcalling::call
