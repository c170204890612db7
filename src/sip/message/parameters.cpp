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

/// Cuts one that take_parameter() has found well formed: nothing is checked again.
ParameterView skip_parameter(std::string_view& text) {
  ParameterView out;
  while (text.starts_with(';') || (!text.empty() && ascii::is_space(text.front()))) text.remove_prefix(1);
  const auto name_end = std::min(ascii::find_any<';', '='>(text), text.size());
  out.name = ascii::trim(text.substr(0, name_end));
  text.remove_prefix(name_end);
  if (!text.starts_with('=')) return out;
  text = ascii::trim(text.substr(1));
  out.quoted = text.starts_with('"');
  if (out.quoted) {
    out.value = grammar::take_raw_quoted(text).value_or("");
  } else {
    out.value = ascii::trim(text.substr(0, text.find(';')));
    text.remove_prefix(out.value.size());
  }
  return out;
}

}  // namespace

Result<ParameterView> take_parameter(std::string_view& text) {
  // ";;" and a last ';' are not in the grammar, but they say nothing wrong either.
  bool is_behind_semicolon = false;
  for (text = ascii::trim(text); text.starts_with(';'); text = ascii::trim(text.substr(1))) is_behind_semicolon = true;
  ParameterView out;
  if (text.empty()) return out;
  if (!is_behind_semicolon) return malformed("'{}' stands where ';' is expected", text.front());

  out.name = text.substr(0, grammar::kTokenChars.count_front(text));
  auto rest = ascii::trim(text.substr(out.name.size()));
  if (out.name.empty() || (!rest.empty() && rest.front() != ';' && rest.front() != '=')) {
    const auto name_end = std::min(ascii::find_any<';', '=', '"'>(text), text.size());
    return malformed("'{}' is not a parameter name", ascii::trim(text.substr(0, name_end)));
  }
  text = rest;
  if (!text.starts_with('=')) return out;

  text = ascii::trim(text.substr(1));
  out.quoted = text.starts_with('"');
  if (out.quoted) {
    const auto raw = grammar::take_raw_quoted(text);
    if (!raw) return in_context(fmt::format("parameter {}", out.name), raw.error());
    out.value = *raw;
    return out;
  }
  out.value = text.substr(0, kBareValueChars.count_front(text));
  rest = ascii::trim(text.substr(out.value.size()));
  if (!rest.empty() && rest.front() != ';') {
    return malformed("parameter {}: '{}' is not a value", out.name, ascii::trim(text.substr(0, text.find(';'))));
  }
  text = rest;
  return out;
}

void write(std::string& out, const ParameterView& parameter) {
  out.push_back(';');
  out += parameter.name;
  if (!parameter.quoted && parameter.value.empty()) return;
  out.push_back('=');
  if (parameter.quoted) out.push_back('"');
  out += parameter.value;
  if (parameter.quoted) out.push_back('"');
}

Result<ParametersView> ParametersView::parse(std::string_view text) {
  ParametersView out;
  out.text_ = text;
  while (!text.empty()) {
    if (const auto parameter = take_parameter(text); !parameter) return Failure(parameter.error());
  }
  return out;
}

std::optional<std::string_view> ParametersView::get(std::string_view name) const {
  for (std::string_view rest = text_; !rest.empty();) {
    const auto parameter = skip_parameter(rest);
    if (ascii::equals_ignoring_case(parameter.name, name)) return parameter.value;
  }
  return std::nullopt;
}

Result<Parameters> Parameters::parse(std::string_view text) {
  Parameters out;
  while (!text.empty()) {
    const auto parameter = take_parameter(text);
    if (!parameter) return Failure(parameter.error());
    if (parameter->name.empty()) break;
    // Most have up to three (a Contact: +sip.instance, reg-id, expires).
    if (out.list_.empty()) out.list_.reserve(3);
    out.list_.push_back({std::string(parameter->name),
                         parameter->quoted ? grammar::unquote(parameter->value) : std::string(parameter->value),
                         parameter->quoted});
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

Result<void> Parameters::check_in_uri(std::string_view text) {
  if (text.empty()) return {};
  if (text.front() != ';') return malformed("'{}' stands where ';' is expected", text.front());
  while (!text.empty()) {
    const auto whole = ascii::take_until(text, ';');
    auto value = whole;
    const auto name = ascii::take_until(value, '=');
    const bool fits = !name.empty() && is_uri_parameter_text(name) && is_uri_parameter_text(value);
    if (!whole.empty() && !fits) return malformed("'{}' is not a URI parameter", whole);
  }
  return {};
}

Result<Parameters> Parameters::parse_in_uri(std::string_view text) {
  if (auto checked = check_in_uri(text); !checked) return Failure(std::move(checked.error()));
  Parameters out;
  while (!text.empty()) {
    auto value = ascii::take_until(text, ';');
    if (value.empty()) continue;
    const auto name = ascii::take_until(value, '=');
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
