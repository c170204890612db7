#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "call/leg/outgoing_leg.hpp"
#include "call/leg/party.hpp"
#include "sip/message/message.hpp"

namespace webcalling::messaging {

/// What one extension writes to another (RFC 3428): the words byte for byte, and of the headers only what belongs to
/// them. Everything else of the sender's request stays behind.
struct InstantMessage {
  struct Field {
    std::string name;
    std::string value;

    friend bool operator==(const Field&, const Field&) = default;
  };

  call::Party sender;
  /// The extension that it is for.
  std::string recipient;
  /// Content-Type and its like, Subject, and Date: when it was sent, said by the sender or by us.
  std::vector<Field> fields;
  std::string body;

  /// Only means something now, such as "is typing" (RFC 3994): not to be kept.
  [[nodiscard]] bool is_momentary() const;

  friend bool operator==(const InstantMessage&, const InstantMessage&) = default;
};

/// Malformed if there is content of which nobody says what it is (RFC 3261 section 20.15).
[[nodiscard]] Result<InstantMessage> read_message(const sip::Request& request, const call::Party& sender,
                                                  const std::string& recipient, WallTime now);

/// How long the sender says that it is worth something (RFC 3428 section 4); nothing if it does not say.
[[nodiscard]] std::optional<std::chrono::seconds> lifetime(const sip::Request& request);

/// A request of our own that carries it to a device: From is the sender as we know it, in our domain. Without Contact,
/// as RFC 3428 section 4 demands.
[[nodiscard]] sip::Request make_request(const InstantMessage& message, const call::Destination& device, Random& random,
                                        const std::string& product);

}  // namespace webcalling::messaging
