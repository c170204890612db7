#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/strong.hpp"
#include "base/time.hpp"
#include "sip/message/header_name.hpp"
#include "sip/message/method.hpp"
#include "sip/message/parameters.hpp"
#include "sip/message/uri.hpp"

namespace webcalling::sip {

// Typed headers. Each has kName, parse(value of one element) and write(out), and is made for Message::get/add/set.

/// RFC 3261 section 20.42: `SIP/2.0/UDP host:port;branch=...`, as views of the text that was read: every message is
/// asked for its own half a dozen times.
struct Via {
  static constexpr HeaderName kName = HeaderName::Via;
  std::string_view transport;  ///< "UDP", "TCP", "TLS", "WS", "WSS", in any case
  std::string_view host;       ///< of sent-by; IPv6 without brackets
  std::optional<std::uint16_t> port;
  ParametersView parameters;
  std::string_view branch;  ///< one of them; empty if there is none

  /// "host:port" or "host": part of the transaction key.
  [[nodiscard]] std::string sent_by() const;
  static Result<Via> parse(std::string_view value);
};

/// What NameAddress reads, as views of the text; all of it is well formed.
struct NameAddressView {
  std::string_view display_name;  ///< of a quoted-string what it quotes, its escapes included
  std::string_view uri;
  ParametersView parameters;

  static Result<NameAddressView> parse(std::string_view value);
};

/// `"Display" <uri>;params`, the shape of From, To, Contact, Route, Refer-To ... (RFC 3261 section 20.10). Without
/// angle brackets parameters belong to the header, not to the URI.
struct NameAddress {
  std::string display_name;  ///< unquoted
  Uri uri;
  Parameters parameters;

  [[nodiscard]] std::string_view tag() const { return parameters.get("tag").value_or(""); }
  static Result<NameAddress> parse(std::string_view value);
  /// The same for one that is fresh.
  Result<void> read(std::string_view value);
  void write(std::string& out) const;
};

/// The tag of such a value, which is asked for ten times as often as all the rest; empty if there is none.
[[nodiscard]] std::string tag_of(std::string_view name_address);

template <HeaderName Name>
struct AddressHeader : NameAddress {
  static constexpr HeaderName kName = Name;
  AddressHeader() = default;
  explicit AddressHeader(NameAddress address) : NameAddress(std::move(address)) {}
  static Result<AddressHeader> parse(std::string_view value) {
    Result<AddressHeader> out(tl::in_place);
    if (auto done = out->read(value); !done) return Failure(std::move(done.error()));
    return out;
  }
};
using From = AddressHeader<HeaderName::From>;
using To = AddressHeader<HeaderName::To>;
using Route = AddressHeader<HeaderName::Route>;
using RecordRoute = AddressHeader<HeaderName::RecordRoute>;
using Path = AddressHeader<HeaderName::Path>;
using ServiceRoute = AddressHeader<HeaderName::ServiceRoute>;
using ReferTo = AddressHeader<HeaderName::ReferTo>;
using PAssertedIdentity = AddressHeader<HeaderName::PAssertedIdentity>;

/// How much an address is preferred to others (RFC 3261 section 20.10): thousandths, 0 to 1000.
using QValue = Strong<struct QValueTag, std::uint16_t>;

/// One element of Contact: an address or "*" (RFC 3261 section 20.10).
struct Contact : NameAddress {
  static constexpr HeaderName kName = HeaderName::Contact;
  bool is_star = false;

  /// The expires parameter; nothing if absent or malformed (then it counts as absent, RFC 3261 section 10.3 step 7).
  [[nodiscard]] std::optional<std::chrono::seconds> expires() const;
  /// The q parameter; nothing if absent or malformed.
  [[nodiscard]] std::optional<QValue> q() const;
  static Result<Contact> parse(std::string_view value);
  void write(std::string& out) const;
};

/// RFC 3261 section 20.16; the number is below 2^31 (section 8.1.1.5).
struct CSeq {
  static constexpr HeaderName kName = HeaderName::CSeq;
  std::uint32_t number = 0;
  Method method = Method::Other;
  std::string method_text;
  static Result<CSeq> parse(std::string_view value);
  void write(std::string& out) const;
};

/// 0 … 255 (RFC 3261 section 20.22).
struct MaxForwards {
  static constexpr HeaderName kName = HeaderName::MaxForwards;
  std::uint8_t value = 70;
  static Result<MaxForwards> parse(std::string_view value);
  void write(std::string& out) const;
};

/// Delta seconds (RFC 3261 section 20.19); values above 2^31 are clamped.
struct Expires {
  static constexpr HeaderName kName = HeaderName::Expires;
  std::chrono::seconds value{0};
  static Result<Expires> parse(std::string_view value);
  void write(std::string& out) const;
};

/// `Digest name=value, ...` (RFC 7616): challenges and credentials share the shape. Names compare without case;
/// unbalanced quotes, odd parameters and more than 32 of them are malformed.
struct DigestFields {
  /// The unquoted value; nothing if absent.
  [[nodiscard]] std::optional<std::string_view> get(std::string_view name) const;
  /// Replaces or appends. `quoted` says how it is written (RFC 7616 section 3.4 prescribes it per field).
  void set(std::string_view name, std::string_view value, bool quoted);
  static Result<DigestFields> parse(std::string_view value);
  void write(std::string& out) const;

  struct Field {
    std::string name;
    std::string value;
    bool quoted = true;
  };
  std::vector<Field> list;
};

template <HeaderName Name>
struct DigestHeader : DigestFields {
  static constexpr HeaderName kName = Name;
  DigestHeader() = default;
  explicit DigestHeader(DigestFields fields) : DigestFields(std::move(fields)) {}
  static Result<DigestHeader> parse(std::string_view value) {
    auto fields = DigestFields::parse(value);
    if (!fields) return Failure(std::move(fields.error()));
    return DigestHeader(std::move(*fields));
  }
};
using Authorization = DigestHeader<HeaderName::Authorization>;
using ProxyAuthorization = DigestHeader<HeaderName::ProxyAuthorization>;
using WwwAuthenticate = DigestHeader<HeaderName::WwwAuthenticate>;
using ProxyAuthenticate = DigestHeader<HeaderName::ProxyAuthenticate>;

/// A token with parameters: Event, Subscription-State, Content-Type, Content-Disposition, Reason.
template <HeaderName Name>
struct TokenHeader {
  static constexpr HeaderName kName = Name;
  std::string token;
  Parameters parameters;
  static Result<TokenHeader> parse(std::string_view value);
  void write(std::string& out) const;
};
using Event = TokenHeader<HeaderName::Event>;
using SubscriptionState = TokenHeader<HeaderName::SubscriptionState>;
using ContentType = TokenHeader<HeaderName::ContentType>;
using ContentDisposition = TokenHeader<HeaderName::ContentDisposition>;
using Reason = TokenHeader<HeaderName::Reason>;

/// `Sat, 09 Nov 2024 14:16:35 GMT` (RFC 3261 section 20.17)
[[nodiscard]] std::string http_date(WallTime time);

}  // namespace webcalling::sip
