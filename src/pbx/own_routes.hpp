#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sip/message/headers.hpp"
#include "sip/message/message.hpp"
#include "sip/message/parser.hpp"
#include "sip/token/seal.hpp"
#include "sip/transport/flow.hpp"

namespace webcalling {

/// Knows which Route headers mean ourselves: phones name their outbound proxy in one, or repeat our Service-Route. We
/// are the end of every route: one that leads further is refused, we are no proxy (ATTACKS S35).
class OwnRoutes {
 public:
  /// `names` are hosts by which we are known, beside the address that a request reached and the name by which its
  /// sender calls us.
  OwnRoutes(const sip::Seal::Key& key, std::vector<std::string> names) : seal_(key), names_(std::move(names)) {}

  /// Takes all Routes off the request (RFC 3261 section 16.4), or gives the refusal: 400, or 403 if one of them names
  /// somebody else or bears a flow token that we have not made.
  [[nodiscard]] std::optional<sip::Rejection> take_off(sip::Request& request, const sip::Flow& flow) const;

 private:
  [[nodiscard]] bool is_ours(const sip::Uri& hop, const sip::Request& request, const sip::Flow& flow) const;

  sip::Seal seal_;
  std::vector<std::string> names_;
};

}  // namespace webcalling
