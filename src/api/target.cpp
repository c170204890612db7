#include "api/target.hpp"

#include <algorithm>

#include "base/ascii.hpp"

namespace webcalling::api {
namespace {

constexpr std::size_t kMaxTarget = 2048;

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

/// '+' is a blank in queries, as forms write them.
std::optional<std::string> decode(std::string_view text, bool is_query) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      const auto byte = ascii::parse_number<std::uint8_t>(text.substr(i + 1, 2), 16);
      if (text.size() - i < 3 || !byte) return std::nullopt;
      c = static_cast<char>(*byte);
      i += 2;
    } else if (c == '+' && is_query) {
      c = ' ';
    }
    if (is_control(c)) return std::nullopt;
    out.push_back(c);
  }
  return out;
}

}  // namespace

Result<Target> Target::parse(std::string_view text) {
  if (text.size() > kMaxTarget) return malformed("The address has more than {} bytes.", kMaxTarget);
  Target target;
  std::string_view query = text;
  std::string_view path = ascii::take_until(query, '?');
  if (path.empty() || path.front() != '/') return malformed("The address does not begin with a slash.");
  path.remove_prefix(1);
  while (!path.empty()) {
    auto segment = decode(ascii::take_until(path, '/'), false);
    if (!segment) return malformed("The address has something encoded that cannot be decoded.");
    target.path.push_back(std::move(*segment));
  }
  while (!query.empty()) {
    std::string_view value = ascii::take_until(query, '&');
    const auto name = decode(ascii::take_until(value, '='), true);
    auto decoded = decode(value, true);
    if (!name || !decoded) return malformed("The query has something encoded that cannot be decoded.");
    target.query.emplace(*name, std::move(*decoded));
  }
  return target;
}

std::string_view Target::parameter(std::string_view name) const {
  const auto found = query.find(name);
  return found == query.end() ? std::string_view{} : std::string_view(found->second);
}

}  // namespace webcalling::api
