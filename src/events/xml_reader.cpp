#include "events/xml_reader.hpp"

#include <array>
#include <utility>

#include "base/ascii.hpp"

namespace webcalling::events {
namespace {

bool is_name_character(char c) {
  return ascii::is_alnum(c) || c == '_' || c == '-' || c == '.' || c == ':' || static_cast<unsigned char>(c) >= 0x80;
}

std::string_view without_prefix(std::string_view name) {
  const auto colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

void append_utf8(std::string& out, std::uint32_t code) {
  const auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (code < 0x80) return put(code);
  if (code < 0x800) {
    put(0xC0U | code >> 6U);
    return put(0x80U | (code & 0x3FU));
  }
  if (code < 0x10000) {
    put(0xE0U | code >> 12U);
  } else {
    put(0xF0U | code >> 18U);
    put(0x80U | (code >> 12U & 0x3FU));
  }
  put(0x80U | (code >> 6U & 0x3FU));
  put(0x80U | (code & 0x3FU));
}

/// XML 1.0 section 2.2: what `&#...;` may stand for.
bool is_character(std::uint32_t code) {
  if (code < 0x20) return code == 0x9 || code == 0xA || code == 0xD;
  return code <= 0xD7FF || (code >= 0xE000 && code <= 0xFFFD) || (code >= 0x10000 && code <= 0x10FFFF);
}

/// What stands between '&' and ';'.
Result<void> append_reference(std::string& out, std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, char>, 5> kNamed{
      {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}}};
  for (const auto& [known, character] : kNamed) {
    if (name != known) continue;
    out += character;
    return {};
  }
  if (!name.starts_with('#')) return unsupported("XML: &{}; is none of the five entities that XML itself has", name);
  const bool is_hex = name.starts_with("#x");
  const auto code = ascii::parse_number<std::uint32_t>(name.substr(is_hex ? 2 : 1), is_hex ? 16 : 10);
  if (!code || !is_character(*code)) return malformed("XML: &{}; is no character", name);
  append_utf8(out, *code);
  return {};
}

Result<std::string> unescape(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto at = text.find('&');
    out += text.substr(0, at);
    if (at == std::string_view::npos) break;
    const auto end = text.find(';', at);
    if (end == std::string_view::npos) return malformed("XML: a reference without end");
    if (auto appended = append_reference(out, text.substr(at + 1, end - at - 1)); !appended) {
      return Failure(std::move(appended.error()));
    }
    text.remove_prefix(end + 1);
  }
  return out;
}

}  // namespace

Result<std::optional<XmlReader::Piece>> XmlReader::next() {
  if (std::exchange(end_is_due_, false)) {
    const auto name = open_.back();
    open_.pop_back();
    root_is_over_ = open_.empty();
    return Piece{Kind::End, without_prefix(name)};
  }
  if (auto skipped = skip_what_says_nothing(); !skipped) return Failure(std::move(skipped.error()));
  if (rest_.empty()) {
    if (!root_is_over_) return malformed("XML: the document ends too early");
    return std::nullopt;
  }
  if (rest_.front() != '<') return read_text();
  if (take("</")) return read_end_tag();
  if (rest_.starts_with("<!")) return unsupported("XML: neither DTDs nor CDATA are read");
  rest_.remove_prefix(1);
  return read_start_tag();
}

Result<void> XmlReader::skip_what_says_nothing() {
  while (true) {
    // Between the tags of elements blanks belong to the text.
    if (open_.empty()) skip_blanks();
    const bool is_comment = rest_.starts_with("<!--");
    if (!is_comment && !rest_.starts_with("<?")) return {};
    const std::string_view closing = is_comment ? "-->" : "?>";
    const auto end = rest_.find(closing, is_comment ? 4 : 2);
    if (end == std::string_view::npos) return malformed("XML: a comment or an instruction without end");
    rest_.remove_prefix(end + closing.size());
  }
}

Result<std::optional<XmlReader::Piece>> XmlReader::read_text() {
  if (open_.empty()) return malformed("XML: text outside the root element");
  const auto end = rest_.find('<');
  auto text = unescape(rest_.substr(0, end));
  if (!text) return Failure(std::move(text.error()));
  rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end);
  return Piece{Kind::Text, {}, std::move(*text)};
}

Result<std::optional<XmlReader::Piece>> XmlReader::read_end_tag() {
  const auto name = take_name();
  if (!name) return Failure(name.error());
  skip_blanks();
  if (!take(">") || open_.empty() || open_.back() != *name) return malformed("XML: </{}> ends nothing", *name);
  open_.pop_back();
  root_is_over_ = open_.empty();
  return Piece{Kind::End, without_prefix(*name)};
}

Result<std::optional<XmlReader::Piece>> XmlReader::read_start_tag() {
  const auto name = take_name();
  if (!name) return Failure(name.error());
  if (root_is_over_) return malformed("XML: <{}> is a second root element", *name);
  if (open_.size() == kMostDepth) return refused("XML: elements may stand {} deep at most", kMostDepth);
  if (auto skipped = skip_attributes(); !skipped) return Failure(std::move(skipped.error()));
  end_is_due_ = take("/>");
  if (!end_is_due_ && !take(">")) return malformed("XML: <{} has no end", *name);
  open_.push_back(*name);
  return Piece{Kind::Start, without_prefix(*name)};
}

Result<void> XmlReader::skip_attributes() {
  while (true) {
    const bool has_blanks = !rest_.empty() && ascii::is_space(rest_.front());
    skip_blanks();
    if (rest_.empty() || rest_.front() == '>' || rest_.front() == '/') return {};
    const auto name = take_name();
    if (!name) return Failure(name.error());
    if (!has_blanks) return malformed("XML: no blank before the attribute {}", *name);
    skip_blanks();
    if (!take("=")) return malformed("XML: the attribute {} has no value", *name);
    skip_blanks();
    const char quote = rest_.empty() ? '\0' : rest_.front();
    if (quote != '"' && quote != '\'') return malformed("XML: the value of {} is not in quotes", *name);
    const auto end = rest_.find(quote, 1);
    if (end == std::string_view::npos) return malformed("XML: the value of {} has no end", *name);
    const auto value = rest_.substr(1, end - 1);
    if (value.find('<') != std::string_view::npos) return malformed("XML: the value of {} holds a '<'", *name);
    if (auto readable = unescape(value); !readable) return Failure(std::move(readable.error()));
    rest_.remove_prefix(end + 1);
  }
}

Result<std::string_view> XmlReader::take_name() {
  std::size_t length = 0;
  while (length < rest_.size() && is_name_character(rest_[length])) ++length;
  const auto name = rest_.substr(0, length);
  if (name.empty() || ascii::is_digit(name.front()) || name.front() == '-' || name.front() == '.') {
    return malformed("XML: no name where one must stand");
  }
  rest_.remove_prefix(length);
  return name;
}

bool XmlReader::take(std::string_view literal) {
  if (!rest_.starts_with(literal)) return false;
  rest_.remove_prefix(literal.size());
  return true;
}

void XmlReader::skip_blanks() {
  while (!rest_.empty() && ascii::is_space(rest_.front())) rest_.remove_prefix(1);
}

}  // namespace webcalling::events
