#pragma once

#include <optional>
#include <string_view>

namespace webcalling::sdp {

/// Who may send, seen from the side that wrote the description (RFC 8866 §6.7).
enum class Direction { SendRecv, SendOnly, RecvOnly, Inactive };

[[nodiscard]] constexpr bool sends(Direction direction) {
  return direction == Direction::SendRecv || direction == Direction::SendOnly;
}

[[nodiscard]] constexpr bool receives(Direction direction) {
  return direction == Direction::SendRecv || direction == Direction::RecvOnly;
}

[[nodiscard]] constexpr Direction direction_of(bool sends, bool receives) {
  if (sends) return receives ? Direction::SendRecv : Direction::SendOnly;
  return receives ? Direction::RecvOnly : Direction::Inactive;
}

/// The same flow seen from the other end.
[[nodiscard]] constexpr Direction mirrored(Direction direction) {
  return direction_of(receives(direction), sends(direction));
}

/// What remains of `ours` when the other side says `theirs` (RFC 3264 §6.1): we send only what they receive, and
/// receive only what they send.
[[nodiscard]] constexpr Direction limited_by(Direction theirs, Direction ours) {
  return direction_of(sends(ours) && receives(theirs), receives(ours) && sends(theirs));
}

/// "sendrecv", "sendonly", "recvonly" or "inactive".
[[nodiscard]] std::string_view text(Direction direction);
[[nodiscard]] std::optional<Direction> parse_direction(std::string_view text);

}  // namespace webcalling::sdp
