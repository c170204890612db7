#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "sip/message/uri.hpp"

namespace webcalling::events {

/// Whom a subscription is about.
struct Subject {
  std::string extension;
  /// Its address as the subscriber wrote it, without port and parameters.
  sip::Uri entity;
  /// It is the subscriber itself.
  bool is_own = false;
};

/// Who may subscribe to what a package tells of an extension (ATTACKS S2).
enum class Audience {
  Everybody,  ///< every extension of the office
  Oneself,    ///< only the extension itself
};

/// An event package (RFC 6665 section 7): what it tells of an extension, in which form, and how often. Knows nothing of
/// subscriptions.
class Package {
 public:
  virtual ~Package() = default;
  /// As in Event: "presence".
  [[nodiscard]] virtual std::string_view event() const = 0;
  /// As in Content-Type.
  [[nodiscard]] virtual std::string_view body_type() const = 0;
  [[nodiscard]] virtual Audience audience() const = 0;
  /// The least time between two notifications, if changes are the reason.
  [[nodiscard]] virtual Duration pace() const = 0;
  /// The whole state of the subject at present. `version` counts the notifications of one subscription from 0.
  [[nodiscard]] virtual std::string describe(const Subject& subject, std::uint32_t version) const = 0;
};

}  // namespace webcalling::events
