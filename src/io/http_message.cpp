#include "io/http_message.hpp"

#include <utility>

#include "base/ascii.hpp"

namespace webcalling::io {

namespace {

std::string_view find_header(const std::vector<HttpHeader>& headers, std::string_view name) {
  for (const HttpHeader& header : headers) {
    if (ascii::equals_ignoring_case(header.name, name)) return header.value;
  }
  return {};
}

}  // namespace

std::string_view HttpRequest::path() const { return std::string_view(target).substr(0, target.find('?')); }

std::string_view HttpRequest::query() const {
  const auto mark = target.find('?');
  return mark == std::string::npos ? std::string_view{} : std::string_view(target).substr(mark + 1);
}

std::string_view HttpRequest::header(std::string_view name) const { return find_header(headers, name); }

HttpResponse HttpResponse::text(unsigned status, std::string sentence) {
  sentence += '\n';
  return {status, {{"Content-Type", "text/plain; charset=utf-8"}}, std::move(sentence)};
}

std::string_view HttpResponse::header(std::string_view name) const { return find_header(headers, name); }

}  // namespace webcalling::io
