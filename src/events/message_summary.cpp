#include "events/message_summary.hpp"

#include <fmt/format.h>

namespace webcalling::events {

// RFC 3842 section 5.2.
std::string MessageSummary::describe(const Subject& subject, std::uint32_t /*version*/) const {
  const MailboxCounts counts = mailboxes_.count(subject.extension);
  return fmt::format(
      "Messages-Waiting: {}\r\n"
      "Message-Account: {}\r\n"
      "Voice-Message: {}/{} ({}/{})\r\n",
      counts.unheard > 0 ? "yes" : "no", subject.entity.text(), counts.unheard, counts.heard, counts.urgent_unheard,
      counts.urgent_heard);
}

}  // namespace webcalling::events
