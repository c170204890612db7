#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "io/http_message.hpp"

namespace webcalling::io {

/// Answers requests with the files of one directory: the web phone. Knows no route and no socket.
///
/// Names that hold a dot at the start of a segment, a backslash or a control character do not exist, nor does what
/// leaves the directory by a symbolic link. A path without extension that is no file is the page itself (index.html),
/// since the page has routes of its own. A sibling `x.js.br` or `x.js.gz` is sent to clients that understand it.
class StaticFiles {
 public:
  /// `headers` go with every response, e.g. Content-Security-Policy.
  static Result<StaticFiles> open(const std::string& directory, std::vector<HttpHeader> headers);

  /// GET and HEAD; others get 405. Files below /assets/ carry a hash in their names and may be kept for ever, all
  /// others are asked for again with their ETag.
  [[nodiscard]] HttpResponse respond(const HttpRequest& request) const;

 private:
  StaticFiles(std::filesystem::path directory, std::vector<HttpHeader> headers);

  [[nodiscard]] Result<std::filesystem::path> find(std::string_view path) const;
  [[nodiscard]] HttpResponse send(const std::filesystem::path& file, const HttpRequest& request) const;

  std::filesystem::path directory_;
  std::vector<HttpHeader> headers_;
};

}  // namespace webcalling::io
