#include <algorithm>

#include "base/ascii.hpp"
#include "sip/message/grammar.hpp"
#include "sip/message/headers.hpp"

namespace webcalling::sip {

namespace {

/// `*(token LWS)`, and more leniently any text that cannot be taken for something else (RFC 4475 section 3.1.2.15).
bool is_bare_display_name(std::string_view text) {
  return ascii::find_any<'"', ',', ';', '<', '>'>(text) == std::string_view::npos;
}

struct Parts {
  std::string display_name;
  std::string_view uri;
  std::string_view parameters;
};

/// `[ display-name ] LAQUOT addr-spec RAQUOT`; `text` is what stands behind the display name, from the '<' on.
Result<Parts> split_brackets(std::string display_name, std::string_view text) {
  const auto close = text.find('>');
  if (!text.starts_with('<') || close == std::string_view::npos) return malformed("no URI in angle brackets");
  return Parts{std::move(display_name), ascii::trim(text.substr(1, close - 1)), text.substr(close + 1)};
}

Result<Parts> split(std::string_view text) {
  if (text.starts_with('"')) {
    auto display_name = grammar::take_quoted(text);
    if (!display_name) return in_context("display name", std::move(display_name.error()));
    return split_brackets(std::move(*display_name), ascii::trim(text));
  }
  const auto mark = ascii::find_any<'<', '"'>(text);
  if (mark != std::string_view::npos && text[mark] == '<') {
    const auto display_name = ascii::trim(text.substr(0, mark));
    if (!is_bare_display_name(display_name)) return malformed("'{}' is not a display name", display_name);
    return split_brackets(std::string(display_name), text.substr(mark));
  }
  // RFC 3261 section 20.10: without brackets whatever follows a semicolon belongs to the header, and a URI with a comma
  // or question mark must have them.
  const auto parameters_at = std::min(text.find(';'), text.size());
  const auto uri = ascii::trim(text.substr(0, parameters_at));
  if (ascii::find_any<',', '?'>(uri) != std::string_view::npos) return malformed("'{}' needs angle brackets", uri);
  return Parts{{}, uri, text.substr(parameters_at)};
}

}  // namespace

Result<NameAddress> NameAddress::parse(std::string_view value) {
  auto parts = split(ascii::trim(value));
  if (!parts) return Failure(std::move(parts.error()));
  auto uri = Uri::parse(parts->uri);
  if (!uri) return Failure(std::move(uri.error()));
  auto parameters = Parameters::parse(parts->parameters);
  if (!parameters) return Failure(std::move(parameters.error()));
  return NameAddress{std::move(parts->display_name), std::move(*uri), std::move(*parameters)};
}

void NameAddress::write(std::string& out) const {
  if (!display_name.empty()) {
    grammar::write_quoted(out, display_name);
    out.push_back(' ');
  }
  out.push_back('<');
  uri.write(out);
  out.push_back('>');
  parameters.write(out);
}

}  // namespace webcalling::sip
