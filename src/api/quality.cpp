#include "api/quality.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <cmath>

#include "api/json.hpp"
#include "base/ascii.hpp"

namespace webcalling::api {
namespace {

constexpr std::size_t kMaxBytes = 4096;
constexpr std::size_t kMaxNames = 32;
constexpr std::size_t kMaxName = 32;

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= kMaxName &&
         std::all_of(name.begin(), name.end(), [](char c) { return ascii::is_alnum(c) || c == '_'; });
}

/// What is too large for a number is read as infinite, which JSON cannot write.
bool is_number(const json::value& value) {
  return value.is_number() && (!value.is_double() || std::isfinite(value.get_double()));
}

bool is_of_numbers(const json::object& object, int depth) {
  return object.size() <= kMaxNames && std::all_of(object.begin(), object.end(), [depth](const auto& member) {
           const json::value& value = member.value();
           const bool is_fine =
               is_number(value) || (depth > 0 && value.is_object() && is_of_numbers(value.get_object(), depth - 1));
           return is_fine && is_name(std::string_view(member.key().data(), member.key().size()));
         });
}

}  // namespace

Result<std::string> read_quality(std::string_view body) {
  if (body.size() > kMaxBytes) return refused("The body has more than {} bytes.", kMaxBytes);
  const auto object = parse_object(body);
  if (!object) return Failure(object.error());
  if (!is_of_numbers(*object, 1)) {
    return malformed("The body must be an object of at most {} numbers by name, or of such objects.", kMaxNames);
  }
  return json::serialize(*object);
}

}  // namespace webcalling::api
