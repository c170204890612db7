#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "base/strong.hpp"
#include "base/time.hpp"

namespace webcalling::history {

/// Names an entry for good; later ones have greater numbers.
using EntryId = Strong<struct EntryIdTag, std::uint64_t>;

/// The part that one extension had in a call, as it will look for it afterwards.
struct Entry {
  enum class Direction {
    In,   ///< it was called
    Out,  ///< it has called
  };

  /// Given by the store.
  EntryId id;
  /// Whose it is.
  std::string extension;
  Direction direction = Direction::Out;
  /// Who was at the other end, and was the first to talk if several were; empty if that one is not to be known.
  std::string peer_number;
  std::string peer_name;
  WallTime began;
  /// Nothing if this extension did not talk.
  std::optional<WallTime> answered;
  WallTime ended;
  /// call::code(Cause).
  std::string cause;
  /// It was called, and nobody of it took notice.
  bool missed = false;
  /// The Call-ID by which its own phone knows the call.
  std::string call_id;
  /// What its phone has noted, as JSON; empty if nothing.
  std::string note;
  friend bool operator==(const Entry&, const Entry&) = default;
};

/// Which entries somebody wants to see, the newest first.
struct Query {
  enum class Filter { All, In, Out, Missed };

  std::string extension;
  Filter filter = Filter::All;
  /// Older than this one.
  std::optional<EntryId> before;
  std::size_t limit = 50;
  /// Part of the number or of the name of the other end, in any case; empty: all.
  std::string search;
  /// The call of this name alone; empty: all.
  std::string call_id;
};

}  // namespace webcalling::history
