#include "support/outbound_device.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace webcalling::sim {

OutboundDevice::OutboundDevice(SimNetwork& network, std::string extension)
    : network_(network),
      extension_(std::move(extension)),
      instance_(fmt::format("<urn:uuid:00000000-0000-0000-0000-{:012x}>", network.random().below(1ULL << 48))) {}

SimPhone& OutboundDevice::add_flow(sip::TransportKind transport) {
  SimPhone& flow = network_.add_phone(
      {.extension = extension_,
       .password = std::string(SimNetwork::kPassword),
       .transport = transport,
       .address = {},
       .contact_parameters = fmt::format(";+sip.instance=\"{}\";reg-id={}", instance_, flows_.size() + 1),
       .supported = "outbound, path, gruu"});
  flows_.push_back(&flow);
  flow.sign_in();
  network_.run_until_idle();
  if (!flow.is_signed_in())
    throw std::runtime_error("a flow of " + extension_ + " could not register\n" + network_.ladder());
  return flow;
}

std::size_t OutboundDevice::ringing() const {
  return static_cast<std::size_t>(
      std::count_if(flows_.begin(), flows_.end(), [](const SimPhone* flow) { return flow->ringing(); }));
}

}  // namespace webcalling::sim
