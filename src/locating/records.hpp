#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/endpoint.hpp"
#include "base/time.hpp"

namespace webcalling::locating {

/// RFC 3403 section 4.1. The regular expression is left out: SIP uses none (RFC 3263 section 4.1).
struct NaptrRecord {
  std::uint16_t order = 0;
  std::uint16_t preference = 0;
  std::string flags;
  std::string service;
  std::string replacement;
  bool operator==(const NaptrRecord&) const = default;
};

/// RFC 2782. The target "." means that there is decidedly no such service.
struct SrvRecord {
  std::uint16_t priority = 0;
  std::uint16_t weight = 0;
  std::uint16_t port = 0;
  std::string target;
  bool operator==(const SrvRecord&) const = default;
};

using Record = std::variant<NaptrRecord, SrvRecord, IpAddress>;

enum class RecordType { Naptr, Srv, A, Aaaa };

struct Question {
  RecordType type = RecordType::A;
  /// A host or service name in lower case, without the dot at its end.
  std::string name;
  friend auto operator<=>(const Question&, const Question&) = default;
};

/// Without records the name, or this type of it, does not exist.
struct Answer {
  std::vector<Record> records;
  /// How long this may be believed.
  Duration ttl{};
};

}  // namespace webcalling::locating
