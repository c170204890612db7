#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "support/sim_network.hpp"

namespace webcalling::sim {

/// A story told in every weather. However it ends, nothing may be left behind: no call, no transaction, no media, no
/// timer but those of registrations, and no phone that still believes to be in a call.
class Story : public testing::TestWithParam<Weather> {
 protected:
  explicit Story(const Pbx::Settings& settings = {}) : net(GetParam(), settings) {}

  void TearDown() override;
  /// Runs until it is so; false if that takes longer than any retransmission.
  [[nodiscard]] bool eventually(const std::function<bool()>& condition);
  /// One calls the other, who answers; whether both are in the call then.
  [[nodiscard]] bool connect(SimPhone& caller, SimPhone& callee);
  /// One calls the other; whether that rings then.
  [[nodiscard]] bool ring(SimPhone& caller, SimPhone& callee);
  [[nodiscard]] bool reinvited(const SimPhone& phone, int status);
  /// Long enough for whatever must not happen.
  void settle() { net.run_for(8s); }

  SimNetwork net;
};

/// Good weather and bad, each with several seeds.
[[nodiscard]] inline auto any_weather() {
  return testing::Values(Weather{.seed = 1}, Weather{.seed = 2, .latency = 60ms},
                         Weather{.seed = 3, .latency = 5ms, .loss = 0.1, .reorder = true},
                         Weather{.seed = 4, .latency = 20ms, .loss = 0.1, .reorder = true},
                         Weather{.seed = 5, .latency = 80ms, .loss = 0.1, .reorder = true},
                         Weather{.seed = 6, .latency = 200ms, .loss = 0.1, .reorder = true});
}

/// For what needs every message to come through.
[[nodiscard]] inline auto fair_weather() {
  return testing::Values(Weather{.seed = 11}, Weather{.seed = 12, .latency = 100ms},
                         Weather{.seed = 13, .latency = 30ms, .reorder = true});
}

/// Lossy and fair by turns.
[[nodiscard]] inline auto many_weathers(std::uint64_t count) {
  std::vector<Weather> weathers;
  for (std::uint64_t seed = 100; seed < 100 + count; ++seed) {
    const bool bad = seed % 2 == 0;
    weathers.push_back({.seed = seed,
                        .latency = std::chrono::milliseconds(5 + seed * 37 % 200),
                        .loss = bad ? 0.1 : 0,
                        .reorder = bad});
  }
  return testing::ValuesIn(weathers);
}

[[nodiscard]] inline std::string weather_name(const testing::TestParamInfo<Weather>& info) {
  return (info.param.loss > 0 ? "Lossy" : info.param.reorder ? "Unordered" : "Fair") + std::to_string(info.param.seed);
}

}  // namespace webcalling::sim
