#pragma once

#include <string>
#include <vector>

#include "support/sim_network.hpp"

namespace webcalling::sim {

/// A phone with several flows to the PBX (RFC 5626), each of which registers, rings and talks as a SimPhone. The person
/// who uses it does not care which.
class OutboundDevice {
 public:
  OutboundDevice(SimNetwork& network, std::string extension);

  /// One more flow, registered.
  SimPhone& add_flow(sip::TransportKind transport);

  [[nodiscard]] SimPhone& flow(std::size_t index) { return *flows_.at(index); }
  /// Over how many flows it rings at present.
  [[nodiscard]] std::size_t ringing() const;

 private:
  SimNetwork& network_;
  std::string extension_;
  std::string instance_;
  std::vector<SimPhone*> flows_;
};

}  // namespace webcalling::sim
