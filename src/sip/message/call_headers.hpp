#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "sip/message/headers.hpp"
#include "sip/message/message.hpp"

namespace webcalling::sip {

// Typed headers of the extensions that calls use. Each has kName, parse() and write(), and is made for
// Message::get/add/set.

/// RFC 3262 section 7.1: counts the reliable provisional responses to one INVITE, from 1 to 2^32 - 1.
struct RSeq {
  static constexpr HeaderName kName = HeaderName::RSeq;
  std::uint32_t value = 1;
  static Result<RSeq> parse(std::string_view text);
  void write(std::string& out) const;
};

/// RFC 3262 section 7.2: which response a PRACK acknowledges: its RSeq, and the CSeq of its request.
struct RAck {
  static constexpr HeaderName kName = HeaderName::RAck;
  std::uint32_t rseq = 0;
  CSeq cseq;
  static Result<RAck> parse(std::string_view text);
  void write(std::string& out) const;
};

/// Who keeps a session alive (RFC 4028 section 4).
enum class Refresher { Uac, Uas };

/// RFC 4028 section 4.
struct SessionExpires {
  static constexpr HeaderName kName = HeaderName::SessionExpires;
  std::chrono::seconds interval{0};
  /// Nothing in a request that leaves the choice to the other side; another word than uac or uas counts as nothing.
  std::optional<Refresher> refresher{};
  static Result<SessionExpires> parse(std::string_view text);
  void write(std::string& out) const;
};

/// RFC 4028 section 5: the shortest interval that its sender takes.
struct MinSe {
  static constexpr HeaderName kName = HeaderName::MinSe;
  std::chrono::seconds value{0};
  static Result<MinSe> parse(std::string_view text);
  void write(std::string& out) const;
};

/// RFC 3891 section 6.1: the dialog that an INVITE wants to take the place of, named by its receiver's own tag (to-tag)
/// and that of the other side (from-tag).
struct Replaces {
  static constexpr HeaderName kName = HeaderName::Replaces;
  std::string call_id;
  std::string to_tag;
  std::string from_tag;
  bool early_only = false;
  /// Malformed without call-id or either tag.
  static Result<Replaces> parse(std::string_view text);
  void write(std::string& out) const;
};

using ReferredBy = AddressHeader<HeaderName::ReferredBy>;
using Diversion = AddressHeader<HeaderName::Diversion>;
using HistoryInfo = AddressHeader<HeaderName::HistoryInfo>;
using RemotePartyId = AddressHeader<HeaderName::RemotePartyId>;
using PPreferredIdentity = AddressHeader<HeaderName::PPreferredIdentity>;

/// True if the sender asks that its identity be withheld: one of the values id, user, header of Privacy (RFC 3323
/// section 4.2, RFC 3325 section 9.3).
[[nodiscard]] bool wants_privacy(const Message& message);

}  // namespace webcalling::sip
