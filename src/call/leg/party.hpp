#pragma once

#include <string>

namespace webcalling::call {

/// Somebody in a call, as the other side may see them.
struct Party {
  std::string extension;
  std::string display_name;
  /// The other side shall not learn who this is (RFC 3323).
  bool withheld = false;
  /// Of somebody who is not one of ours; empty for our extensions.
  std::string domain{};

  [[nodiscard]] bool is_foreign() const { return !domain.empty(); }
  friend bool operator==(const Party&, const Party&) = default;
};

}  // namespace webcalling::call
