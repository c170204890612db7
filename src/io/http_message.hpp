#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/endpoint.hpp"

namespace webcalling::io {

struct HttpHeader {
  std::string name;
  std::string value;
  friend bool operator==(const HttpHeader&, const HttpHeader&) = default;
};

/// One HTTP request as a value (RFC 9110).
struct HttpRequest {
  /// As received, e.g. "GET".
  std::string method;
  /// As received: path and query, still percent-encoded.
  std::string target;
  std::vector<HttpHeader> headers;
  std::string body;
  Endpoint remote;
  Endpoint local;

  /// The target before '?', still percent-encoded.
  [[nodiscard]] std::string_view path() const;
  /// The target behind '?', without it.
  [[nodiscard]] std::string_view query() const;
  /// The first header of that name, in any case; empty if there is none.
  [[nodiscard]] std::string_view header(std::string_view name) const;
};

/// One HTTP response as a value. The server adds Content-Length, Date and Connection, and leaves the body away for
/// HEAD.
struct HttpResponse {
  unsigned status = 200;
  std::vector<HttpHeader> headers;
  std::string body;

  /// A response for people: `sentence` as plain text.
  static HttpResponse text(unsigned status, std::string sentence);
  /// The first header of that name, in any case; empty if there is none.
  [[nodiscard]] std::string_view header(std::string_view name) const;
};

}  // namespace webcalling::io
