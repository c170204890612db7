#pragma once

#include <optional>
#include <string_view>

namespace webcalling::sip {

/// What can be seen of a request without reading it, at a tenth of the cost: all texts are views of the message, and as
/// they stand there. For decisions that must cost nothing; whatever is believed of it must be harmless if it is wrong.
struct Glance {
  std::string_view method;
  /// The topmost, up to a comma.
  std::string_view via;
  bool has_to_tag = false;
  /// Authorization or Proxy-Authorization, right or wrong.
  bool has_credentials = false;

  /// Nothing if it is no request, or has no Via.
  static std::optional<Glance> at(std::string_view message);
  /// It wants something that was not there before: a call, a registration, a subscription. What belongs to a dialog,
  /// ACK and CANCEL do not.
  [[nodiscard]] bool begins_something() const;
};

}  // namespace webcalling::sip
