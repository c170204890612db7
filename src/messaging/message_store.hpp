#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/strong.hpp"
#include "base/time.hpp"
#include "messaging/instant_message.hpp"

namespace webcalling::messaging {

/// Names a kept message, over restarts of the server; later ones have greater numbers.
using MessageId = Strong<struct MessageIdTag, std::uint64_t>;

struct KeptMessage {
  MessageId id;
  InstantMessage message;
  WallTime expires;
};

/// A kept message without its words.
struct KeptEntry {
  MessageId id;
  std::string recipient;
  WallTime expires;
};

/// Where messages are kept, as signalling sees it: nothing waits for a disk. Calls take effect in their order, and what
/// they have to tell comes in that order too, later and on the same thread; never from inside a call. Implemented by
/// server/.
class MessageKeeper {
 public:
  using OnWritten = std::function<void(const Result<void>&)>;
  using OnRead = std::function<void(const Result<std::optional<InstantMessage>>&)>;

  virtual ~MessageKeeper() = default;
  /// Tells when it would outlive a crash, or why it will not.
  virtual void put(KeptMessage message, OnWritten on_written) = 0;
  virtual void remove(MessageId id) = 0;
  /// Nothing if there is no such message.
  virtual void read(MessageId id, OnRead on_read) = 0;
};

/// The same with a disk: its calls may take their time. Implemented by store/.
class MessageStore {
 public:
  struct Changes {
    std::vector<KeptMessage> put;
    std::vector<MessageId> removed;
  };

  virtual ~MessageStore() = default;
  [[nodiscard]] virtual Result<std::vector<KeptEntry>> list() = 0;
  [[nodiscard]] virtual Result<std::optional<InstantMessage>> read(MessageId id) = 0;
  /// All of it or nothing; first what is put, then what is removed.
  [[nodiscard]] virtual Result<void> write(const Changes& changes) = 0;
};

}  // namespace webcalling::messaging
