#pragma once

#include <set>

#include "sip/message/message.hpp"

namespace webcalling::call {

/// What a peer says of itself in Allow and Supported. Before it has said anything it can do nothing special.
class PeerAbilities {
 public:
  /// From an INVITE, or a response to one; a message that says nothing changes nothing.
  void learn(const sip::Message& message) {
    if (message.has(sip::HeaderName::Allow)) {
      methods_.clear();
      for (const auto method : message.values(sip::HeaderName::Allow)) methods_.insert(sip::parse_method(method));
    }
    if (message.has(sip::HeaderName::Supported)) is_reliable_ = message.lists(sip::HeaderName::Supported, "100rel");
    // RFC 3262 section 3: what is required is supported as well.
    if (message.lists(sip::HeaderName::Require, "100rel")) is_reliable_ = true;
  }

  [[nodiscard]] bool allows(sip::Method method) const { return methods_.contains(method); }
  /// It acknowledges provisional responses (RFC 3262).
  [[nodiscard]] bool acknowledges_provisionals() const { return is_reliable_; }

 private:
  std::set<sip::Method> methods_;
  bool is_reliable_ = false;
};

}  // namespace webcalling::call
