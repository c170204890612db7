#include "sip/message/grammar.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>

#include "base/ascii.hpp"
#include "base/endpoint.hpp"

namespace webcalling::sip::grammar {

namespace {

constexpr std::size_t kMaxHostLength = 255;
constexpr std::uint32_t kMaxDeltaSeconds = 0x7fff'ffff;

constexpr CharSet kHostNameChars = CharSet::alnum_and("-._");

/// `byte` in each of the eight bytes of a word.
constexpr std::uint64_t repeated(std::uint8_t byte) { return 0x0101'0101'0101'0101U * byte; }

/// Subtracting borrows from the highest bit of a byte that is less than `limit`; bytes of 0x80 and more have that bit
/// set already, and do not count. Exact as to whether there is one.
constexpr bool has_byte_below(std::uint64_t word, std::uint8_t limit) {
  return ((word - repeated(limit)) & ~word & repeated(0x80)) != 0;
}

std::optional<int> hex_value(char c) {
  if (ascii::is_digit(c)) return c - '0';
  const char lower = ascii::to_lower(c);
  if (lower >= 'a' && lower <= 'f') return lower - 'a' + 10;
  return std::nullopt;
}

/// What the %HH at the front of `text` stands for; nothing if there is none.
std::optional<char> escaped_char(std::string_view text) {
  if (text.size() < 3 || text.front() != '%') return std::nullopt;
  const auto high = hex_value(text[1]);
  const auto low = hex_value(text[2]);
  if (!high || !low) return std::nullopt;
  return static_cast<char>(*high << 4 | *low);
}

/// More lenient than `hostname`: names with underscores and all-digit labels (container names) are in daily use.
bool is_host_name(std::string_view text) {
  return !text.empty() && text.size() <= kMaxHostLength && text.front() != '.' && text.front() != '-' &&
         kHostNameChars.has_all(text);
}

/// What stands between the brackets.
bool is_ipv6(std::string_view text) {
  return text.find(':') != std::string_view::npos && IpAddress::parse(corrected_host(text)).has_value();
}

Result<std::uint16_t> parse_port(std::string_view text) {
  const auto all_digits = !text.empty() && std::all_of(text.begin(), text.end(), ascii::is_digit);
  if (!all_digits) return malformed("port '{}' is not a number", text);
  const auto port = ascii::parse_number<std::uint16_t>(text);
  if (!port) return malformed("port {} is above 65535", text);
  if (*port == 0) return malformed("port 0 cannot be reached");
  return *port;
}

}  // namespace

bool has_control(std::string_view text) {
  constexpr char kDelete = 0x7f;
  std::uint64_t word = 0;
  for (; text.size() >= sizeof word; text.remove_prefix(sizeof word)) {
    std::memcpy(&word, text.data(), sizeof word);
    if (has_byte_below(word, 0x20) || has_byte_below(word ^ repeated(kDelete), 1)) return true;
  }
  return std::any_of(text.begin(), text.end(), is_control);
}

bool is_token(std::string_view text) { return !text.empty() && kTokenChars.has_all(text); }

bool is_method(std::string_view text) { return text.size() <= 64 && is_token(text); }

Result<std::string_view> take_raw_quoted(std::string_view& text) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '"') {
      const auto raw = text.substr(1, i - 1);
      text.remove_prefix(i + 1);
      return raw;
    }
    if (text[i] == '\\') ++i;
  }
  return malformed("a quote is not closed");
}

std::string unquote(std::string_view raw) {
  if (raw.find('\\') == std::string_view::npos) return std::string(raw);
  std::string out;
  out.reserve(raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) {
    if (raw[i] == '\\') ++i;
    if (i < raw.size()) out.push_back(raw[i]);
  }
  return out;
}

Result<std::string> take_quoted(std::string_view& text) {
  const auto raw = take_raw_quoted(text);
  if (!raw) return Failure(raw.error());
  return unquote(*raw);
}

void write_quoted(std::string& out, std::string_view text) {
  out.push_back('"');
  for (const char c : text) {
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  out.push_back('"');
}

std::vector<std::string_view> split_list(std::string_view text) {
  if (text.find(',') == std::string_view::npos) return {ascii::trim(text)};
  std::vector<std::string_view> out;
  bool in_quotes = false;
  bool in_brackets = false;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_quotes) {
      if (c == '\\') ++i;
      if (c == '"') in_quotes = false;
    } else if (in_brackets) {
      if (c == '>') in_brackets = false;
    } else if (c == '"') {
      in_quotes = true;
    } else if (c == '<') {
      in_brackets = true;
    } else if (c == ',') {
      out.push_back(ascii::trim(text.substr(begin, i - begin)));
      begin = i + 1;
    }
  }
  out.push_back(ascii::trim(text.substr(begin)));
  return out;
}

std::string_view take_word(std::string_view& text) {
  const auto end = std::min(ascii::find_any<' ', '\t'>(text), text.size());
  const auto word = text.substr(0, end);
  text = ascii::trim(text.substr(end));
  return word;
}

std::optional<std::chrono::seconds> parse_delta_seconds(std::string_view text) {
  if (text.empty() || !std::all_of(text.begin(), text.end(), ascii::is_digit)) return std::nullopt;
  const auto number = ascii::parse_number<std::uint32_t>(text).value_or(kMaxDeltaSeconds);
  return std::chrono::seconds(std::min(number, kMaxDeltaSeconds));
}

std::optional<std::string> unescape(std::string_view text) {
  if (text.find('%') == std::string_view::npos) return std::string(text);
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out.push_back(text[i]);
      continue;
    }
    const auto escaped = escaped_char(text.substr(i));
    if (!escaped) return std::nullopt;
    out.push_back(*escaped);
    i += 2;
  }
  return out;
}

std::string unescape_unreserved(std::string_view text) {
  if (text.find('%') == std::string_view::npos) return std::string(text);
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto escaped = escaped_char(text.substr(i));
    if (escaped && kUnreservedChars.has(*escaped)) {
      out.push_back(*escaped);
      i += 2;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

void write_escape(std::string& out, char c) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  out.push_back('%');
  out.push_back(kDigits[byte >> 4]);
  out.push_back(kDigits[byte & 15]);
}

Result<HostPort> parse_host_port(std::string_view text) {
  HostPort out;
  std::string_view rest;
  if (text.starts_with('[')) {
    const auto close = text.find(']');
    out.host = text.substr(1, close == std::string_view::npos ? close : close - 1);
    if (close == std::string_view::npos || !is_ipv6(out.host)) {
      return malformed("'{}' does not begin with an IPv6 address in brackets", text);
    }
    rest = ascii::trim(text.substr(close + 1));
  } else {
    const auto colon = std::min(text.find(':'), text.size());
    out.host = ascii::trim(text.substr(0, colon));
    rest = text.substr(colon);
    if (!is_host_name(out.host)) return malformed("'{}' is not a host name", out.host);
  }
  if (rest.empty()) return out;
  if (rest.front() != ':') return malformed("'{}' stands behind the host", rest);
  const auto port = parse_port(ascii::trim(rest.substr(1)));
  if (!port) return Failure(port.error());
  out.port = *port;
  return out;
}

std::string corrected_host(std::string_view host) {
  std::string out(host);
  const auto colons = host.find(":::");
  if (colons != std::string_view::npos && host.find('.', colons) != std::string_view::npos) out.erase(colons, 1);
  return out;
}

void write_host_port(std::string& out, std::string_view host, std::optional<std::uint16_t> port) {
  const bool is_v6 = host.find(':') != std::string_view::npos;
  if (is_v6) out.push_back('[');
  out += host;
  if (is_v6) out.push_back(']');
  if (!port) return;
  out.push_back(':');
  ascii::append_number(out, *port);
}

}  // namespace webcalling::sip::grammar
