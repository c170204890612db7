#pragma once

#include <string>
#include <vector>

#include "registrar/binding.hpp"

namespace webcalling::registrar {

/// Something that rings once however many ways lead to it. A request goes the first way, and the next only if that
/// fails: 430 (Flow Failed), a broken connection, no response at all (RFC 5626 section 7).
struct Device {
  /// Devices with the same value ring together, those with less only if none of these answers (RFC 3261 section 16.6).
  sip::QValue q{1000};
  /// At least one; refreshed last first.
  std::vector<Binding> flows;
};

/// Puts the bindings of one extension, refreshed last first, together to devices: those of one instance are one. The
/// preferred ones come first.
[[nodiscard]] std::vector<Device> group_by_device(std::vector<Binding> bindings);

}  // namespace webcalling::registrar
