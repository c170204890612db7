#include "sdp/direction.hpp"

namespace webcalling::sdp {

std::string_view text(Direction direction) {
  switch (direction) {
    case Direction::SendRecv: return "sendrecv";
    case Direction::SendOnly: return "sendonly";
    case Direction::RecvOnly: return "recvonly";
    case Direction::Inactive: return "inactive";
  }
  return "inactive";
}

std::optional<Direction> parse_direction(std::string_view text) {
  for (const auto direction : {Direction::SendRecv, Direction::SendOnly, Direction::RecvOnly, Direction::Inactive}) {
    if (text == sdp::text(direction)) return direction;
  }
  return std::nullopt;
}

}  // namespace webcalling::sdp
