#pragma once

#include <optional>
#include <string>

namespace webcalling::events {

/// What somebody says of the own presence.
struct PublishedPresence {
  /// Ready to communicate (RFC 3863 section 4.1.4); nothing if it leaves that to whoever knows.
  std::optional<bool> open{};
  /// For people; may be empty.
  std::string note{};
  bool operator==(const PublishedPresence&) const = default;
};

/// Where the presence package finds what was published. Implemented by Publications.
class PresenceSource {
 public:
  virtual ~PresenceSource() = default;
  /// Nothing if the extension says nothing of itself.
  [[nodiscard]] virtual std::optional<PublishedPresence> find(const std::string& extension) const = 0;
};

}  // namespace webcalling::events
