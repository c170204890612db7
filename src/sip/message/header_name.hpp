#pragma once

#include <string_view>

namespace webcalling::sip {

/// Headers that we read or write. Any other header is Other and is known by its text alone; the text of every header is
/// kept.
enum class HeaderName {
  Accept,
  Allow,
  AllowEvents,
  AuthenticationInfo,
  Authorization,
  CallId,
  Contact,
  ContentDisposition,
  ContentEncoding,
  ContentLength,
  ContentType,
  CSeq,
  Date,
  Event,
  Expires,
  From,
  MaxForwards,
  MinExpires,
  Path,
  Privacy,
  PAssertedIdentity,
  ProxyAuthenticate,
  ProxyAuthorization,
  ProxyRequire,
  RAck,
  Reason,
  RecordRoute,
  ReferTo,
  ReferredBy,
  Replaces,
  Require,
  RetryAfter,
  Route,
  RSeq,
  Server,
  ServiceRoute,
  SessionExpires,
  MinSe,
  SubscriptionState,
  Supported,
  To,
  Unsupported,
  UserAgent,
  Via,
  Warning,
  WwwAuthenticate,
  Other,
};

/// Case-insensitive; knows the compact forms (RFC 3261 section 7.3.3).
[[nodiscard]] HeaderName parse_header_name(std::string_view text);
/// The full form as written in the RFC; empty for Other.
[[nodiscard]] std::string_view text(HeaderName name);

}  // namespace webcalling::sip
