#include "guard/source_table.hpp"

#include <algorithm>
#include <utility>

namespace webcalling::guard {
namespace {

/// What is lost with a source; the least goes first.
auto worth(const Source& source, TimePoint now) {
  const int standing = !source.used ? 0 : source.known_until > now ? 3 : source.has_offended ? 2 : 1;
  return std::pair(standing, source.seen);
}

}  // namespace

SourceTable::SourceTable(std::size_t capacity, Random& random)
    : hash_(random), places_(std::max<std::size_t>(1, (capacity + kWays - 1) / kWays) * kWays) {}

Source& SourceTable::get(const IpAddress& address, TimePoint now) {
  const auto begin = places_.begin() + static_cast<std::ptrdiff_t>(hash_(address) % (places_.size() / kWays) * kWays);
  const auto end = begin + kWays;
  auto place = std::find_if(begin, end, [&](const Source& known) { return known.used && known.address == address; });
  if (place == end) {
    place =
        std::min_element(begin, end, [now](const Source& a, const Source& b) { return worth(a, now) < worth(b, now); });
    *place = {};
    place->address = address;
    place->used = true;
  }
  place->seen = now;
  return *place;
}

}  // namespace webcalling::guard
