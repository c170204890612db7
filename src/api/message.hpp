#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/endpoint.hpp"

namespace webcalling::api {

/// One request of a page, as a value: what of HTTP matters to the routes (RFC 9110). The views live as long as the
/// request is handled.
struct Request {
  std::string_view method;
  /// Path and query, still percent-encoded.
  std::string_view target;
  std::string_view host;
  std::string_view origin;
  std::string_view content_type;
  std::string_view cookie;
  std::string_view body;
  /// Who asks, if need be behind a proxy that we trust.
  IpAddress client;
  /// It came by HTTPS.
  bool is_secure = false;
};

struct Response {
  unsigned status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  /// JSON, or empty with 204.
  std::string body;
};

/// The answer may come later.
using Respond = std::function<void(Response)>;

}  // namespace webcalling::api
