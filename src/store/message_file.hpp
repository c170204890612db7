#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "messaging/message_store.hpp"

namespace webcalling::store {

/// The kept messages in an SQLite file of their own. What write() has taken survives a crash of the machine: its sender
/// is told so. Used by one thread at a time.
class MessageFile final : public messaging::MessageStore {
 public:
  /// Opens or makes the file and its table.
  static Result<std::unique_ptr<MessageFile>> open(const std::string& path);
  ~MessageFile() override;

  [[nodiscard]] Result<std::vector<messaging::KeptEntry>> list() override;
  [[nodiscard]] Result<std::optional<messaging::InstantMessage>> read(messaging::MessageId id) override;
  [[nodiscard]] Result<void> write(const Changes& changes) override;

 private:
  class Database;
  MessageFile(std::string path, std::unique_ptr<Database> database);

  std::string path_;
  std::unique_ptr<Database> database_;
};

}  // namespace webcalling::store
