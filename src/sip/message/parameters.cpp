#include "sip/message/parameters.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "sip/message/grammar.hpp"

namespace webcalling::sip {

namespace {

/// `token / host` and, more lenient, what else cannot be taken for the end of the value: phones send bare base64.
constexpr CharSet kBareValueChars = CharSet::alnum_and("!#$%&'()*+-./:=?@[\\]^_`{|}~");

/// What needs no quotes on the wire: `token / host`, where a host may be an IPv6 address.
bool is_bare(std::string_view value) {
  constexpr CharSet kBareChars = grammar::kTokenChars.with(":[]");
  return kBareChars.has_all(value);
}

/// `paramchar` without its escapes.
constexpr CharSet kUriParameterChars = grammar::kUnreservedChars.with("[]/:&+$");
/// '%' begins an escape.
constexpr CharSet kEscapedUriParameterChars = kUriParameterChars.with("%");

bool is_uri_parameter_text(std::string_view text) {
  return kUriParameterChars.has_all(text) ||
         (kEscapedUriParameterChars.has_all(text) && grammar::unescape(text).has_value());
}

/// Cuts `name [ "=" value ]`; `text` keeps what stands behind, beginning with ';' or empty.
Result<Parameters::Parameter> take_parameter(std::string_view& text) {
  const auto name_end = std::min(ascii::find_any<';', '=', '"'>(text), text.size());
  Parameters::Parameter out;
  out.name = ascii::trim(text.substr(0, name_end));
  if (!grammar::is_token(out.name)) return malformed("'{}' is not a parameter name", out.name);
  text.remove_prefix(name_end);
  if (!text.starts_with('=')) return out;

  text = ascii::trim(text.substr(1));
  if (text.starts_with('"')) {
    auto value = grammar::take_quoted(text);
    if (!value) return in_context(fmt::format("parameter {}", out.name), std::move(value.error()));
    out.value = std::move(*value);
    out.quoted = true;
    text = ascii::trim(text);
    return out;
  }
  const auto value_end = std::min(text.find(';'), text.size());
  out.value = ascii::trim(text.substr(0, value_end));
  text.remove_prefix(value_end);
  if (!kBareValueChars.has_all(out.value)) {
    return malformed("parameter {}: '{}' is not a value", out.name, out.value);
  }
  return out;
}

}  // namespace

Result<Parameters> Parameters::parse(std::string_view text) {
  Parameters out;
  text = ascii::trim(text);
  while (!text.empty()) {
    if (text.front() != ';') return malformed("'{}' stands where ';' is expected", text.front());
    text = ascii::trim(text.substr(1));
    // ";;" and a last ';' are not in the grammar, but they say nothing wrong either.
    if (text.empty() || text.front() == ';') continue;
    auto parameter = take_parameter(text);
    if (!parameter) return Failure(std::move(parameter.error()));
    // Most have up to three (a Via: rport, branch, received).
    if (out.list_.empty()) out.list_.reserve(3);
    out.list_.push_back(std::move(*parameter));
  }
  return out;
}

void Parameters::write(std::string& out) const {
  for (const Parameter& parameter : list_) {
    out.push_back(';');
    out += parameter.name;
    if (parameter.quoted || !is_bare(parameter.value)) {
      out.push_back('=');
      grammar::write_quoted(out, parameter.value);
    } else if (!parameter.value.empty()) {
      out.push_back('=');
      out += parameter.value;
    }
  }
}

Result<Parameters> Parameters::parse_in_uri(std::string_view text) {
  Parameters out;
  if (text.empty()) return out;
  if (text.front() != ';') return malformed("'{}' stands where ';' is expected", text.front());
  while (!text.empty()) {
    text.remove_prefix(1);
    const auto whole = text.substr(0, text.find(';'));
    text.remove_prefix(whole.size());
    if (whole.empty()) continue;
    auto value = whole;
    const auto name = ascii::take_until(value, '=');
    if (name.empty() || !is_uri_parameter_text(name) || !is_uri_parameter_text(value)) {
      return malformed("'{}' is not a URI parameter", whole);
    }
    out.list_.push_back({grammar::unescape_unreserved(name), grammar::unescape_unreserved(value)});
  }
  return out;
}

void Parameters::write_in_uri(std::string& out) const {
  const auto write_text = [&out](std::string_view text) {
    for (const char c : text) {
      if (kEscapedUriParameterChars.has(c)) {
        out.push_back(c);
      } else {
        grammar::write_escape(out, c);
      }
    }
  };
  for (const Parameter& parameter : list_) {
    out.push_back(';');
    write_text(parameter.name);
    if (parameter.value.empty()) continue;
    out.push_back('=');
    write_text(parameter.value);
  }
}

std::optional<std::string_view> Parameters::get(std::string_view name) const {
  const Parameter* parameter = find(name);
  return parameter == nullptr ? std::nullopt : std::optional<std::string_view>(parameter->value);
}

void Parameters::set(std::string_view name, std::string_view value) { put({std::string(name), std::string(value)}); }

void Parameters::set_quoted(std::string_view name, std::string_view value) {
  put({std::string(name), std::string(value), true});
}

void Parameters::put(Parameter parameter) {
  const auto same = [&](const Parameter& p) { return ascii::equals_ignoring_case(p.name, parameter.name); };
  const auto found = std::find_if(list_.begin(), list_.end(), same);
  if (found == list_.end()) {
    list_.push_back(std::move(parameter));
  } else {
    parameter.name = found->name;
    *found = std::move(parameter);
  }
}

void Parameters::remove(std::string_view name) {
  std::erase_if(list_, [name](const Parameter& p) { return ascii::equals_ignoring_case(p.name, name); });
}

const Parameters::Parameter* Parameters::find(std::string_view name) const {
  const auto same = [name](const Parameter& p) { return ascii::equals_ignoring_case(p.name, name); };
  const auto found = std::find_if(list_.begin(), list_.end(), same);
  return found == list_.end() ? nullptr : &*found;
}

}  // namespace webcalling::sip
