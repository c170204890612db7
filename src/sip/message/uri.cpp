#include "sip/message/uri.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/ascii.hpp"
#include "base/endpoint.hpp"
#include "sip/message/grammar.hpp"

namespace webcalling::sip {

namespace {

/// `user-unreserved`, and '#', which phones put into numbers without escaping it.
constexpr CharSet kUserChars = grammar::kUnreservedChars.with("&=+$,;?/#");

constexpr CharSet kPasswordChars = grammar::kUnreservedChars.with("&=+$,");

/// `hnv-unreserved`, '=' and '&' between the headers, and '@', which phones do not escape in Replaces.
constexpr CharSet kHeadersChars = grammar::kUnreservedChars.with("[]/?:+$=&@%");

/// What Uri::parse() has found, as views of the text; all of it is well formed.
struct UriParts {
  Uri::Scheme scheme = Uri::Scheme::Sip;
  std::string_view user;      ///< escaped; of tel: with its visual separators
  std::string_view password;  ///< escaped
  grammar::HostPort host_port;
  std::string_view parameters;
  std::string_view headers;
};

bool is_escaped_text(std::string_view text, const CharSet& allowed) {
  if (allowed.has_all(text)) return true;
  const auto fits = [&allowed](char c) { return c == '%' || allowed.has(c); };
  return std::all_of(text.begin(), text.end(), fits) && grammar::unescape(text).has_value();
}

void write_escaped(std::string& out, std::string_view text, const CharSet& allowed) {
  for (const char c : text) {
    if (allowed.has(c) && c != '#') {
      out.push_back(c);
    } else {
      grammar::write_escape(out, c);
    }
  }
}

/// RFC 3261 section 25.1 `userinfo`, without the '@'.
Result<void> split_user_info(std::string_view text, UriParts& out) {
  out.user = ascii::take_until(text, ':');
  out.password = text;
  if (!is_escaped_text(out.user, kUserChars)) return malformed("'{}' is not a user", out.user);
  if (out.user.empty()) return malformed("no user stands before '@'");
  if (!is_escaped_text(out.password, kPasswordChars)) return malformed("'{}' is not a password", out.password);
  return {};
}

Result<void> split_sip(std::string_view rest, UriParts& out) {
  // '@' cannot stand unescaped in any part but between user and host, while the user may contain ';' and '?'.
  if (const auto at = rest.find('@'); at != std::string_view::npos) {
    if (auto split = split_user_info(rest.substr(0, at), out); !split) return split;
    rest.remove_prefix(at + 1);
  }
  const auto headers_at = rest.find('?');
  if (headers_at != std::string_view::npos) {
    out.headers = rest.substr(headers_at + 1);
    rest = rest.substr(0, headers_at);
    if (out.headers.empty() || !kHeadersChars.has_all(out.headers) || !grammar::unescape(out.headers)) {
      return malformed("'{}' is not the headers part of a URI", out.headers);
    }
  }
  const auto parameters_at = std::min(rest.find(';'), rest.size());
  const auto host_port = rest.substr(0, parameters_at);
  if (std::any_of(host_port.begin(), host_port.end(), ascii::is_space)) return malformed("blank in '{}'", host_port);
  auto parsed_host = grammar::parse_host_port(host_port);
  if (!parsed_host) return Failure(std::move(parsed_host.error()));
  out.host_port = *parsed_host;
  out.parameters = rest.substr(parameters_at);
  return Parameters::check_in_uri(out.parameters);
}

bool is_visual_separator(char c) { return std::string_view("-.()").find(c) != std::string_view::npos; }

/// RFC 3966 section 3.
Result<void> split_tel(std::string_view rest, UriParts& out) {
  const auto parameters_at = std::min(rest.find(';'), rest.size());
  out.user = rest.substr(0, parameters_at);
  bool has_digit = false;
  for (std::size_t i = 0; i < out.user.size(); ++i) {
    const char c = out.user[i];
    const bool is_digit = std::string_view("0123456789*#abcdefABCDEF").find(c) != std::string_view::npos;
    const bool is_leading_plus = i == 0 && c == '+';
    if (!is_digit && !is_leading_plus && !is_visual_separator(c)) {
      return malformed("'{}' is not a telephone number", out.user);
    }
    has_digit = has_digit || is_digit;
  }
  if (!has_digit) return malformed("'{}' is not a telephone number", out.user);
  out.parameters = rest.substr(parameters_at);
  return Parameters::check_in_uri(out.parameters);
}

bool is_scheme(std::string_view text) {
  const auto allowed = [](char c) { return ascii::is_alnum(c) || c == '+' || c == '-' || c == '.'; };
  return !text.empty() && ascii::is_alpha(text.front()) && std::all_of(text.begin(), text.end(), allowed);
}

std::optional<Uri::Scheme> parse_scheme(std::string_view text) {
  if (ascii::equals_ignoring_case(text, "sip")) return Uri::Scheme::Sip;
  if (ascii::equals_ignoring_case(text, "sips")) return Uri::Scheme::Sips;
  if (ascii::equals_ignoring_case(text, "tel")) return Uri::Scheme::Tel;
  return std::nullopt;
}

/// RFC 5954 section 4.2: the same IPv6 address is the same host however it is written.
bool same_host(std::string_view a, std::string_view b) {
  if (ascii::equals_ignoring_case(a, b)) return true;
  const auto address_a = IpAddress::parse(a);
  const auto address_b = IpAddress::parse(b);
  return address_a && address_b && *address_a == *address_b;
}

bool same_parameter_value(std::string_view a, std::string_view b) {
  return ascii::equals_ignoring_case(grammar::unescape(a).value_or(""), grammar::unescape(b).value_or(""));
}

/// One direction of the parameter rules of RFC 3261 section 19.1.4.
bool parameters_agree(const Uri& a, const Uri& b) {
  for (const auto& parameter : a.parameters.list()) {
    const auto other = b.parameters.get(parameter.name);
    if (other) {
      if (!same_parameter_value(*a.parameters.get(parameter.name), *other)) return false;
      continue;
    }
    if (a.scheme == Uri::Scheme::Tel) return false;
    // `transport` is not in the rule's words, but in its examples: without it another protocol may be resolved.
    for (const std::string_view never_ignored : {"user", "ttl", "method", "maddr", "transport"}) {
      if (ascii::equals_ignoring_case(parameter.name, never_ignored)) return false;
    }
  }
  return true;
}

/// The headers in an order that does not depend on how they were written.
std::vector<std::pair<std::string, std::string>> sorted_headers(std::string_view text) {
  std::vector<std::pair<std::string, std::string>> out;
  while (!text.empty()) {
    auto value = ascii::take_until(text, '&');
    const auto name = ascii::take_until(value, '=');
    out.emplace_back(ascii::lower(name), grammar::unescape(value).value_or(""));
  }
  std::sort(out.begin(), out.end());
  return out;
}

Result<UriParts> split_uri(std::string_view text) {
  const auto colon = text.find(':');
  const auto scheme_text = text.substr(0, colon);
  if (colon == std::string_view::npos || !is_scheme(scheme_text)) return malformed("'{}' is not a URI", text);
  const auto scheme = parse_scheme(scheme_text);
  if (!scheme) return unsupported("URI scheme '{}' is not one we call", scheme_text);
  const auto rest = text.substr(colon + 1);
  UriParts out;
  out.scheme = *scheme;
  auto done = *scheme == Uri::Scheme::Tel ? split_tel(rest, out) : split_sip(rest, out);
  if (!done) return Failure(std::move(done.error()));
  return out;
}

}  // namespace

Result<void> Uri::check(std::string_view text) {
  auto parts = split_uri(text);
  if (!parts) return Failure(std::move(parts.error()));
  return {};
}

Result<Uri> Uri::parse(std::string_view text) {
  auto parts = split_uri(text);
  if (!parts) return Failure(std::move(parts.error()));
  Result<Uri> out(tl::in_place);
  out->scheme = parts->scheme;
  if (parts->scheme == Scheme::Tel) {
    out->user = parts->user;
    std::erase_if(out->user, is_visual_separator);
  } else {
    out->user = *grammar::unescape(parts->user);
    out->password = *grammar::unescape(parts->password);
    out->host = ascii::lower(grammar::corrected_host(parts->host_port.host));
    out->port = parts->host_port.port;
    out->headers = parts->headers;
  }
  // Empty for most.
  if (!parts->parameters.empty()) out->parameters = *Parameters::parse_in_uri(parts->parameters);
  return out;
}

void Uri::write(std::string& out) const {
  if (scheme == Scheme::Tel) {
    out += "tel:";
    out += user;
    parameters.write_in_uri(out);
    return;
  }
  out += scheme == Scheme::Sips ? "sips:" : "sip:";
  if (!user.empty()) {
    write_escaped(out, user, kUserChars);
    if (!password.empty()) {
      out.push_back(':');
      write_escaped(out, password, kPasswordChars);
    }
    out.push_back('@');
  }
  grammar::write_host_port(out, host, port);
  parameters.write_in_uri(out);
  if (!headers.empty()) {
    out.push_back('?');
    out += headers;
  }
}

std::string Uri::text() const {
  std::string out;
  write(out);
  return out;
}

std::optional<std::string> Uri::find_header(std::string_view name) const {
  std::string_view rest = headers;
  while (!rest.empty()) {
    auto value = ascii::take_until(rest, '&');
    const auto found = grammar::unescape(ascii::take_until(value, '='));
    if (found && ascii::equals_ignoring_case(*found, name)) return grammar::unescape(value);
  }
  return std::nullopt;
}

std::string Uri::aor() const {
  if (host.empty()) return user;
  return user.empty() ? host : user + "@" + host;
}

bool Uri::equivalent(const Uri& other) const {
  return scheme == other.scheme && user == other.user && password == other.password && same_host(host, other.host) &&
         port == other.port && parameters_agree(*this, other) && parameters_agree(other, *this) &&
         sorted_headers(headers) == sorted_headers(other.headers);
}

}  // namespace webcalling::sip
