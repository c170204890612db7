#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/endpoint.hpp"
#include "base/random.hpp"
#include "base/time.hpp"

struct evp_mac_ctx_st;

namespace webcalling::sip {

/// Makes nonces that need not be remembered, and remembers the counts of those that were used well: a nonce is 64 hex
/// digits of (time, random number, truncated HMAC-SHA256 of both and of its holder's address under our key), after RFC
/// 7616 section 3.3. Whoever has one of an IPv6 /64's addresses has all of them. Knows nothing of users and messages.
class NonceTable {
 public:
  NonceTable(Random& random, Duration lifetime, std::size_t limit);

  [[nodiscard]] std::string issue(TimePoint now, const IpAddress& holder = {});

  /// Takes note that the right password came with this fresh nonce; false if a count as high was seen before, or if the
  /// nonce is not fresh. Only for verified requests: what strangers send shall neither use up counts nor memory.
  [[nodiscard]] bool use(std::string_view nonce, std::uint32_t count, TimePoint now, const IpAddress& holder = {});
  /// We have made it, and for this holder; however long ago.
  [[nodiscard]] bool is_ours(std::string_view nonce, const IpAddress& holder) const {
    return read(nonce, holder).has_value();
  }

  [[nodiscard]] std::size_t size() const { return counts_.size(); }

 private:
  struct MacDeleter {
    void operator()(evp_mac_ctx_st* mac) const;
  };
  /// Ordered by time of issue: the oldest come first.
  struct Stamp {
    std::uint64_t time = 0;  ///< nanoseconds of TimePoint
    std::uint64_t number = 0;
    friend auto operator<=>(const Stamp&, const Stamp&) = default;
  };
  [[nodiscard]] std::string write(const Stamp& stamp, const IpAddress& holder) const;
  /// The stamp, if the nonce is one that write() made.
  [[nodiscard]] std::optional<Stamp> read(std::string_view nonce, const IpAddress& holder) const;
  [[nodiscard]] bool is_fresh(const Stamp& stamp, TimePoint now) const;
  void forget_old(TimePoint now);

  Random& random_;
  Duration lifetime_;
  std::size_t limit_;
  /// HMAC-SHA256 with our key in it.
  std::unique_ptr<evp_mac_ctx_st, MacDeleter> mac_;
  std::map<Stamp, std::uint32_t> counts_;
  /// Nonces up to this one were forgotten while they could still be replayed: they count as expired.
  Stamp forgotten_;
};

}  // namespace webcalling::sip
