#include "sip/message/header_name.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/ascii.hpp"

namespace webcalling::sip {

namespace {

struct Entry {
  std::string_view text;
  char compact = 0;
  ListShape shape = ListShape::Single;
};

// In the order of the enumeration. Compact forms: RFC 3261 section 20, RFC 6665, RFC 3515, RFC 3892, RFC 4028.
constexpr std::array kEntries{
    Entry{"Accept", 0, ListShape::Tokens},
    Entry{"Allow", 0, ListShape::Tokens},
    Entry{"Allow-Events", 'u', ListShape::Tokens},
    Entry{"Authentication-Info"},
    Entry{"Authorization"},
    Entry{"Call-ID", 'i'},
    Entry{"Contact", 'm', ListShape::Values},
    Entry{"Content-Disposition"},
    Entry{"Content-Encoding", 'e', ListShape::Tokens},
    Entry{"Content-Length", 'l'},
    Entry{"Content-Type", 'c'},
    Entry{"CSeq"},
    Entry{"Date"},
    Entry{"Diversion", 0, ListShape::Values},
    Entry{"Event", 'o'},
    Entry{"Expires"},
    Entry{"From", 'f'},
    Entry{"History-Info", 0, ListShape::Values},
    Entry{"Max-Forwards"},
    Entry{"Min-Expires"},
    Entry{"Path", 0, ListShape::Values},
    Entry{"Privacy"},
    Entry{"P-Asserted-Identity", 0, ListShape::Values},
    Entry{"P-Preferred-Identity"},
    Entry{"Proxy-Authenticate"},
    Entry{"Proxy-Authorization"},
    Entry{"Proxy-Require", 0, ListShape::Tokens},
    Entry{"RAck"},
    Entry{"Reason", 0, ListShape::Values},
    Entry{"Record-Route", 0, ListShape::Values},
    Entry{"Refer-Sub"},
    Entry{"Refer-To", 'r'},
    Entry{"Referred-By", 'b'},
    Entry{"Remote-Party-ID", 0, ListShape::Values},
    Entry{"Replaces"},
    Entry{"Require", 0, ListShape::Tokens},
    Entry{"Retry-After"},
    Entry{"Route", 0, ListShape::Values},
    Entry{"RSeq"},
    Entry{"Server"},
    Entry{"Service-Route", 0, ListShape::Values},
    Entry{"Session-Expires", 'x'},
    Entry{"Min-SE"},
    Entry{"Subscription-State"},
    Entry{"Supported", 'k', ListShape::Tokens},
    Entry{"To", 't'},
    Entry{"Unsupported", 0, ListShape::Tokens},
    Entry{"User-Agent"},
    Entry{"Via", 'v', ListShape::Values},
    Entry{"Warning", 0, ListShape::Values},
    Entry{"WWW-Authenticate"},
};
static_assert(kEntries.size() == static_cast<std::size_t>(HeaderName::Other));

constexpr std::size_t kLongestName = 32;
constexpr std::uint8_t kNone = 255;

/// Names by their length, of which few are the same: the first of each, and the next of the same.
struct ByLength {
  std::array<std::uint8_t, kLongestName + 1> first{};
  std::array<std::uint8_t, kEntries.size()> next{};
};

constexpr ByLength by_length() {
  ByLength out;
  out.first.fill(kNone);
  out.next.fill(kNone);
  for (std::size_t i = kEntries.size(); i-- > 0;) {
    std::uint8_t& first = out.first[kEntries[i].text.size()];
    out.next[i] = first;
    first = static_cast<std::uint8_t>(i);
  }
  return out;
}

constexpr ByLength kByLength = by_length();
static_assert(kEntries.size() < kNone);

HeaderName parse_compact(char letter) {
  const char lower = ascii::to_lower(letter);
  for (std::size_t i = 0; i < kEntries.size(); ++i) {
    if (kEntries[i].compact == lower) return static_cast<HeaderName>(i);
  }
  return HeaderName::Other;
}

}  // namespace

HeaderName parse_header_name(std::string_view text) {
  if (text.size() == 1 && text.front() != 0) return parse_compact(text.front());
  if (text.size() > kLongestName) return HeaderName::Other;
  for (std::uint8_t i = kByLength.first[text.size()]; i != kNone; i = kByLength.next[i]) {
    if (ascii::equals_ignoring_case(kEntries[i].text, text)) return static_cast<HeaderName>(i);
  }
  return HeaderName::Other;
}

std::string_view text(HeaderName name) {
  return name == HeaderName::Other ? std::string_view{} : kEntries[static_cast<std::size_t>(name)].text;
}

ListShape list_shape(HeaderName name) {
  return name == HeaderName::Other ? ListShape::Single : kEntries[static_cast<std::size_t>(name)].shape;
}

}  // namespace webcalling::sip
