#pragma once

#include <concepts>
#include <type_traits>

namespace webcalling::media {

/// An unsigned number that wraps, with the order of RFC 1982: `b.is_after(a)` if b is less than half the circle ahead
/// of a. That order is not transitive, hence no operator< and no use as a map key.
template <typename Tag, std::unsigned_integral T>
class SerialNumber {
 public:
  using Value = T;
  using Difference = std::make_signed_t<T>;

  SerialNumber() = default;
  explicit constexpr SerialNumber(T value) : value_(value) {}

  [[nodiscard]] constexpr T value() const { return value_; }
  [[nodiscard]] constexpr bool is_after(SerialNumber other) const { return *this - other > 0; }

  /// How far `a` is ahead of `b`: negative if it is behind. Exactly half the circle counts as behind.
  friend constexpr Difference operator-(SerialNumber a, SerialNumber b) {
    return static_cast<Difference>(static_cast<T>(a.value_ - b.value_));
  }
  /// `steps` may be negative in two's complement: adding T(-1) goes one back.
  friend constexpr SerialNumber operator+(SerialNumber number, T steps) {
    return SerialNumber(static_cast<T>(number.value_ + steps));
  }
  constexpr SerialNumber& operator+=(T steps) { return *this = *this + steps; }

  friend constexpr bool operator==(SerialNumber, SerialNumber) = default;

 private:
  T value_ = 0;
};

}  // namespace webcalling::media
