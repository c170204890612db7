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

/// A name-addr or addr-spec cut into its parts, of which nothing is checked but the display name.
struct Parts {
  std::string_view display_name;
  std::string_view uri;
  std::string_view parameters;
};

/// `[ display-name ] LAQUOT addr-spec RAQUOT`; `text` is what stands behind the display name, from the '<' on.
Result<Parts> split_brackets(std::string_view display_name, std::string_view text) {
  const auto close = text.find('>');
  if (!text.starts_with('<') || close == std::string_view::npos) return malformed("no URI in angle brackets");
  return Parts{display_name, ascii::trim(text.substr(1, close - 1)), text.substr(close + 1)};
}

Result<Parts> split(std::string_view text) {
  if (text.starts_with('"')) {
    const auto display_name = grammar::take_raw_quoted(text);
    if (!display_name) return in_context("display name", display_name.error());
    return split_brackets(*display_name, ascii::trim(text));
  }
  const auto mark = ascii::find_any<'<', '"'>(text);
  if (mark != std::string_view::npos && text[mark] == '<') {
    const auto display_name = ascii::trim(text.substr(0, mark));
    if (!is_bare_display_name(display_name)) return malformed("'{}' is not a display name", display_name);
    return split_brackets(display_name, text.substr(mark));
  }
  // RFC 3261 section 20.10: without brackets whatever follows a semicolon belongs to the header, and a URI with a comma
  // or question mark must have them.
  const auto parameters_at = std::min(text.find(';'), text.size());
  const auto uri = ascii::trim(text.substr(0, parameters_at));
  if (ascii::find_any<',', '?'>(uri) != std::string_view::npos) return malformed("'{}' needs angle brackets", uri);
  return Parts{{}, uri, text.substr(parameters_at)};
}

}  // namespace

Result<NameAddressView> NameAddressView::parse(std::string_view value) {
  const auto parts = split(ascii::trim(value));
  if (!parts) return Failure(parts.error());
  if (auto checked = Uri::check(parts->uri); !checked) return Failure(std::move(checked.error()));
  const auto parameters = ParametersView::parse(parts->parameters);
  if (!parameters) return Failure(parameters.error());
  return NameAddressView{parts->display_name, parts->uri, *parameters};
}

Result<NameAddress> NameAddress::parse(std::string_view value) {
  Result<NameAddress> out(tl::in_place);
  if (auto done = out->read(value); !done) return Failure(std::move(done.error()));
  return out;
}

Result<void> NameAddress::read(std::string_view value) {
  value = ascii::trim(value);
  const auto parts = split(value);
  if (!parts) return Failure(parts.error());
  auto parsed_uri = Uri::parse(parts->uri);
  if (!parsed_uri) return Failure(std::move(parsed_uri.error()));
  auto parsed_parameters = Parameters::parse(parts->parameters);
  if (!parsed_parameters) return Failure(std::move(parsed_parameters.error()));
  display_name = value.starts_with('"') ? grammar::unquote(parts->display_name) : std::string(parts->display_name);
  uri = std::move(*parsed_uri);
  parameters = std::move(*parsed_parameters);
  return {};
}

std::string tag_of(std::string_view name_address) {
  // Behind the last bracket, or without brackets behind the first semicolon, stand parameters and nothing else.
  const auto close = name_address.rfind('>');
  const bool has_brackets = close != std::string_view::npos;
  auto rest = name_address.substr(has_brackets ? close + 1 : 0);
  if (rest.find('"') != std::string_view::npos) {
    // Quotes may hold whatever looks like a parameter or a bracket.
    const auto whole = NameAddress::parse(name_address);
    return whole ? std::string(whole->tag()) : std::string();
  }
  if (!has_brackets) (void)ascii::take_until(rest, ';');
  while (!rest.empty()) {
    auto value = ascii::take_until(rest, ';');
    if (ascii::equals_ignoring_case(ascii::trim(ascii::take_until(value, '=')), "tag")) {
      return std::string(ascii::trim(value));
    }
  }
  return {};
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
