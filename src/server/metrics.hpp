#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "guard/guard.hpp"
#include "media/session/shard.hpp"

namespace webcalling::server {

/// What is going on at this moment.
struct Load {
  std::size_t calls = 0;
  std::size_t bindings = 0;
  std::size_t transactions = 0;
  /// SIP requests since the start, because more came than could be served.
  std::uint64_t turned_away = 0;
  media::Shard::Counters media{};
};

/// The state of the server in the text format of Prometheus, version 0.0.4.
[[nodiscard]] std::string write_metrics(const guard::Guard& guard, const Load& load);

}  // namespace webcalling::server
