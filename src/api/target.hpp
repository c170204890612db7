#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace webcalling::api {

/// A request target in pieces: the path between its slashes, and the query, both decoded (RFC 3986 section 2.1). A
/// slash that was encoded is part of its segment and leads nowhere else; "." and ".." are names like any other.
struct Target {
  std::vector<std::string> path;
  /// The first of each name.
  std::map<std::string, std::string, std::less<>> query;

  /// Malformed if something is encoded that cannot be decoded, or a control character.
  [[nodiscard]] static Result<Target> parse(std::string_view text);
  [[nodiscard]] std::string_view parameter(std::string_view name) const;
};

}  // namespace webcalling::api
