#pragma once

#include <cstddef>
#include <vector>

#include "base/endpoint.hpp"
#include "base/random.hpp"
#include "base/time.hpp"
#include "guard/keyed_hash.hpp"
#include "guard/token_bucket.hpp"

namespace webcalling::guard {

/// What is remembered of one source.
struct Source {
  IpAddress address;
  TimePoint seen;
  TokenBucket requests;
  TokenBucket transactions;
  TokenBucket patience;
  /// Nobody from here has authenticated lately unless this lies ahead.
  TimePoint known_until;
  /// When it was last told that it is too fast.
  TimePoint refused;
  bool used = false;
  bool has_offended = false;
};

/// Sources in memory that never grows: each has eight places where it may stand, and takes that of the one there that
/// matters least. Known ones stay longest, then those that have offended; among equals the one that was silent longest
/// goes. So a flood from invented addresses pushes out invented addresses.
class SourceTable {
 public:
  /// About so many sources.
  SourceTable(std::size_t capacity, Random& random);

  /// The source with this address, which may be a new one. Valid until the next call.
  [[nodiscard]] Source& get(const IpAddress& address, TimePoint now);
  [[nodiscard]] std::size_t capacity() const { return places_.size(); }

 private:
  static constexpr std::size_t kWays = 8;

  KeyedHash hash_;
  std::vector<Source> places_;
};

}  // namespace webcalling::guard
