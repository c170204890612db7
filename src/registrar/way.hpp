#pragma once

#include <optional>
#include <vector>

#include "registrar/binding.hpp"

namespace webcalling::registrar {

/// Where requests to a device go whose REGISTER came over `flow`. Behind a NAT its Contact names an address of no use
/// here: the source of its REGISTER is the way. A next hop (the first proxy of the path, else the Contact) with the
/// very address that the REGISTER came from is true, port included: it sends from one port and listens on another.
[[nodiscard]] sip::Flow way_to(const sip::Uri& contact, const std::vector<sip::Path>& path, sip::Flow flow);

/// The way once the connection is gone, by our restart or because a proxy closed it; nothing for who can only connect
/// to us: browsers, and phones behind NAT or without a port to listen on. Datagrams need no connection.
[[nodiscard]] std::optional<sip::Flow> way_without_connection(const Binding& binding);

}  // namespace webcalling::registrar
