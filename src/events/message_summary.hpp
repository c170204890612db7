#pragma once

#include <cstdint>

#include "events/package.hpp"

namespace webcalling::events {

/// How many voice messages lie in a mailbox.
struct MailboxCounts {
  std::uint32_t unheard = 0;
  std::uint32_t heard = 0;
  std::uint32_t urgent_unheard = 0;
  std::uint32_t urgent_heard = 0;
};

/// Who knows the mailboxes. Implemented where the messages are kept.
class Mailboxes {
 public:
  virtual ~Mailboxes() = default;
  [[nodiscard]] virtual MailboxCounts count(const std::string& extension) const = 0;
};

/// There is no voicemail yet, hence never a message.
class NoMailboxes final : public Mailboxes {
 public:
  [[nodiscard]] MailboxCounts count(const std::string& /*extension*/) const override { return {}; }
};

/// Whether messages wait for an extension (RFC 3842).
class MessageSummary final : public Package {
 public:
  explicit MessageSummary(const Mailboxes& mailboxes) : mailboxes_(mailboxes) {}

  [[nodiscard]] std::string_view event() const override { return "message-summary"; }
  [[nodiscard]] std::string_view body_type() const override { return "application/simple-message-summary"; }
  [[nodiscard]] Audience audience() const override { return Audience::Oneself; }
  /// RFC 3842 section 3.9.
  [[nodiscard]] Duration pace() const override { return 1s; }
  [[nodiscard]] std::string describe(const Subject& subject, std::uint32_t version) const override;

 private:
  const Mailboxes& mailboxes_;
};

}  // namespace webcalling::events
