#pragma once

#include <memory>
#include <string_view>

#include "sip/transport/flow.hpp"

namespace webcalling {

/// Whom the PBX asks before it serves somebody, and tells what it found out about him. The server puts its guard there.
/// A flow says who it is: the server knows who is behind a proxy.
class Gate {
 public:
  enum class Offence {
    WrongPassword,     ///< credentials that do not fit, whether the extension exists or not
    UnknownExtension,  ///< a registration or call in the name of an extension that does not exist
    UnknownNumber,     ///< an extension dialled a number that leads nowhere
  };
  /// For as long as something lasts.
  using Ticket = std::shared_ptr<const void>;

  virtual ~Gate() = default;
  /// False for the programs of attackers: they are not answered at all.
  [[nodiscard]] virtual bool admit_agent(const sip::Flow& flow, std::string_view user_agent) = 0;
  /// One more server transaction for somebody who has authenticated.
  [[nodiscard]] virtual bool admit_transaction(const sip::Flow& flow) = 0;
  /// One more call for him; null if there are too many.
  [[nodiscard]] virtual Ticket admit_call(const sip::Flow& flow) = 0;
  virtual void on_authenticated(const sip::Flow& flow) = 0;
  /// `who` was tried. `is_there`: the sender has read what we sent to this address, so that he did not invent it.
  virtual void on_offence(const sip::Flow& flow, Offence offence, std::string_view who, bool is_there) = 0;
};

/// Lets everybody in.
class OpenGate final : public Gate {
 public:
  bool admit_agent(const sip::Flow& /*flow*/, std::string_view /*user_agent*/) override { return true; }
  bool admit_transaction(const sip::Flow& /*flow*/) override { return true; }
  Ticket admit_call(const sip::Flow& /*flow*/) override { return std::make_shared<const int>(0); }
  void on_authenticated(const sip::Flow& /*flow*/) override {}
  void on_offence(const sip::Flow& /*flow*/, Offence /*offence*/, std::string_view /*who*/,
                  bool /*is_there*/) override {}
};

}  // namespace webcalling
