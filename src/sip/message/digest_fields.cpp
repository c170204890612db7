#include <algorithm>

#include "base/ascii.hpp"
#include "sip/message/grammar.hpp"
#include "sip/message/headers.hpp"

namespace webcalling::sip {

namespace {

constexpr std::size_t kMaxFields = 32;
/// What credentials have.
constexpr std::size_t kUsualFields = 9;

/// A token, and more leniently what some clients leave unquoted: URIs and base64.
bool is_bare_value(std::string_view text) {
  const auto allowed = [](char c) { return c > ' ' && c < 0x7f && c != '"' && c != ',' && c != '\\'; };
  return !text.empty() && std::all_of(text.begin(), text.end(), allowed);
}

/// Cuts `name "=" ( token / quoted-string )`; `text` keeps what stands behind, trimmed.
Result<DigestFields::Field> take_field(std::string_view& text) {
  const auto equals = ascii::find_any<'=', ',', '"'>(text);
  const auto name = ascii::trim(text.substr(0, equals));
  if (equals == std::string_view::npos || text[equals] != '=' || !grammar::is_token(name)) {
    return malformed("'{}' is not followed by a value", name);
  }
  text = ascii::trim(text.substr(equals + 1));
  DigestFields::Field out{std::string(name), {}, text.starts_with('"')};
  if (out.quoted) {
    auto value = grammar::take_quoted(text);
    if (!value) return in_context(out.name, std::move(value.error()));
    out.value = std::move(*value);
  } else {
    const auto end = std::min(text.find(','), text.size());
    out.value = ascii::trim(text.substr(0, end));
    text.remove_prefix(end);
    if (!is_bare_value(out.value)) return malformed("{}: '{}' is not a value", out.name, out.value);
  }
  text = ascii::trim(text);
  return out;
}

}  // namespace

std::optional<std::string_view> DigestFields::get(std::string_view name) const {
  for (const Field& field : list) {
    if (ascii::equals_ignoring_case(field.name, name)) return field.value;
  }
  return std::nullopt;
}

void DigestFields::set(std::string_view name, std::string_view value, bool quoted) {
  for (Field& field : list) {
    if (!ascii::equals_ignoring_case(field.name, name)) continue;
    field.value = value;
    field.quoted = quoted;
    return;
  }
  if (list.empty()) list.reserve(kUsualFields);
  list.push_back({std::string(name), std::string(value), quoted});
}

Result<DigestFields> DigestFields::parse(std::string_view value) {
  auto text = ascii::trim(value);
  const auto scheme = text.substr(0, ascii::find_any<' ', '\t'>(text));
  if (!grammar::is_token(scheme)) return malformed("no authentication scheme");
  if (!ascii::equals_ignoring_case(scheme, "Digest")) return unsupported("scheme '{}' is not Digest", scheme);
  text = ascii::trim(text.substr(scheme.size()));
  DigestFields out;
  out.list.reserve(kUsualFields);
  for (;;) {
    auto field = take_field(text);
    if (!field) return Failure(std::move(field.error()));
    // Which of two responses or user names counts must not depend on who reads them.
    if (out.get(field->name)) return malformed("{} stands there twice", field->name);
    if (out.list.size() == kMaxFields) return malformed("more than {} fields", kMaxFields);
    out.list.push_back(std::move(*field));
    if (text.empty()) return out;
    if (text.front() != ',') return malformed("'{}' stands where ',' is expected", text.front());
    text = ascii::trim(text.substr(1));
  }
}

void DigestFields::write(std::string& out) const {
  out += "Digest ";
  bool first = true;
  for (const Field& field : list) {
    if (!first) out += ", ";
    first = false;
    out += field.name;
    out.push_back('=');
    if (field.quoted || !is_bare_value(field.value)) {
      grammar::write_quoted(out, field.value);
    } else {
      out += field.value;
    }
  }
}

}  // namespace webcalling::sip
