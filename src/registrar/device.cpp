#include "registrar/device.hpp"

#include <algorithm>

namespace webcalling::registrar {
namespace {

sip::QValue q_of(const Binding& binding) {
  sip::Contact contact;
  contact.parameters = binding.parameters;
  return contact.q().value_or(sip::QValue(1000));
}

}  // namespace

std::vector<Device> group_by_device(const std::vector<Binding>& bindings) {
  std::vector<Device> devices;
  for (const Binding& binding : bindings) {
    const auto known = std::find_if(devices.begin(), devices.end(), [&](const Device& device) {
      return is_same_instance(device.flows.front(), binding);
    });
    if (known == devices.end()) {
      devices.push_back({.q = q_of(binding), .flows = {binding}});
    } else {
      known->flows.push_back(binding);
    }
  }
  std::stable_sort(devices.begin(), devices.end(), [](const Device& a, const Device& b) { return a.q > b.q; });
  return devices;
}

}  // namespace webcalling::registrar
