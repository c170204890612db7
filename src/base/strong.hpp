#pragma once

#include <compare>
#include <cstddef>
#include <functional>
#include <type_traits>
#include <utility>

namespace webcalling {

/// A value with a meaning: `using Ssrc = Strong<struct SsrcTag, std::uint32_t>;`. Two strong types never convert into
/// each other, so a branch cannot be passed where a tag is expected.
template <typename Tag, typename T>
class Strong {
 public:
  using Value = T;

  Strong() = default;
  explicit constexpr Strong(T value) : value_(std::move(value)) {}

  [[nodiscard]] constexpr const T& value() const { return value_; }

  friend constexpr auto operator<=>(const Strong&, const Strong&) = default;
  friend constexpr bool operator==(const Strong&, const Strong&) = default;

 private:
  T value_{};
};

}  // namespace webcalling

template <typename Tag, typename T>
struct std::hash<webcalling::Strong<Tag, T>> {
  /// Tables keep the hash of an element beside it unless it cannot throw: of texts they shall.
  std::size_t operator()(const webcalling::Strong<Tag, T>& strong) const noexcept(std::is_scalar_v<T>) {
    return std::hash<T>{}(strong.value());
  }
};
