#include "api/origin.hpp"

#include "base/ascii.hpp"

namespace webcalling::api {
namespace {

/// A browser leaves the default port of the scheme away, a client of another kind may not.
std::string_view without_port(std::string_view authority, std::string_view port) {
  if (authority.ends_with(port)) authority.remove_suffix(port.size());
  return authority;
}

}  // namespace

bool is_of_own_page(const Request& request) {
  constexpr std::string_view kSecure = "https://";
  constexpr std::string_view kPlain = "http://";
  std::string_view origin = request.origin;
  if (origin.empty()) return true;
  const bool is_secure = ascii::starts_with_ignoring_case(origin, kSecure);
  if (!is_secure && !ascii::starts_with_ignoring_case(origin, kPlain)) return false;
  // The other way round may be a proxy that does the encryption.
  if (request.is_secure && !is_secure) return false;
  origin.remove_prefix(is_secure ? kSecure.size() : kPlain.size());
  const std::string_view port = is_secure ? ":443" : ":80";
  return !origin.empty() && ascii::equals_ignoring_case(without_port(origin, port), without_port(request.host, port));
}

}  // namespace webcalling::api
