#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "sip/message/parameters.hpp"

namespace webcalling::sip {

/// A sip: or sips: URI (RFC 3261 section 19.1), or a tel: URI, whose number then is `user` (without
/// visual separators, RFC 3966 section 3) and whose host is empty.
/// User and host are unescaped where the grammar allows; the host is lower case, IPv6 hosts are without brackets.
struct Uri {
  enum class Scheme { Sip, Sips, Tel };

  Scheme scheme = Scheme::Sip;
  std::string user;
  std::string host;
  std::optional<std::uint16_t> port;
  Parameters parameters;
  /// What stood behind '?', raw; never used to build a request from the outside (RFC 3261 section 19.1.5 would allow
  /// header injection).
  std::string headers;
  /// `user:password@`: deprecated (RFC 3261 section 19.1.1), kept so that a Contact is addressed exactly as it was
  /// given.
  std::string password;

  /// Unsupported for another scheme, Malformed for everything else. The user may hold any character, NUL and line
  /// breaks too (RFC 4475 section 3.1.1.4): it is text for comparisons and for write(), which escapes it again. Accepts
  /// exactly one URI without angle brackets and surrounding blanks.
  static Result<Uri> parse(std::string_view text);
  /// Whether it could, at a third of the cost.
  static Result<void> check(std::string_view text);
  void write(std::string& out) const;
  [[nodiscard]] std::string text() const;

  /// The unescaped value of one header behind '?', e.g. Replaces in a Refer-To (RFC 3891 section 3); nothing if it is
  /// not there. Hostile like everything from outside: parse it, never write it.
  [[nodiscard]] std::optional<std::string> find_header(std::string_view name) const;

  /// "user@host" as address of record: the port and all parameters do not count (INTEROP: clients put ":5060" into
  /// their AOR).
  [[nodiscard]] std::string aor() const;
  /// The comparison of RFC 3261 section 19.1.4.
  [[nodiscard]] bool equivalent(const Uri& other) const;
  bool operator==(const Uri&) const = default;
};

}  // namespace webcalling::sip
