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
  Diversion,
  Event,
  Expires,
  From,
  HistoryInfo,
  MaxForwards,
  MinExpires,
  Path,
  Privacy,
  PAssertedIdentity,
  PPreferredIdentity,
  ProxyAuthenticate,
  ProxyAuthorization,
  ProxyRequire,
  RAck,
  Reason,
  RecordRoute,
  ReferSub,
  ReferTo,
  ReferredBy,
  RemotePartyId,
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

/// What a comma outside quotes and brackets means in a header's value.
enum class ListShape {
  Single,  ///< nothing: one value per line (From, Date, Authorization)
  Values,  ///< separates values, none of which may be empty (Via, Contact, Route)
  Tokens,  ///< separates tokens, and the list may be empty (Supported, Allow)
};
[[nodiscard]] ListShape list_shape(HeaderName name);

}  // namespace webcalling::sip
