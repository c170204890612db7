#include "registrar/device.hpp"

#include <algorithm>
#include <utility>

namespace webcalling::registrar {
namespace {

sip::QValue q_of(const Binding& binding) {
  if (!binding.parameters.has("q")) return sip::QValue(1000);
  sip::Contact contact;
  contact.parameters = binding.parameters;
  return contact.q().value_or(sip::QValue(1000));
}

}  // namespace

std::vector<Device> group_by_device(std::vector<Binding> bindings) {
  std::vector<Device> devices;
  for (Binding& binding : bindings) {
    const auto known = std::find_if(devices.begin(), devices.end(), [&](const Device& device) {
      return is_same_instance(device.flows.front(), binding);
    });
    Device& device = known == devices.end() ? devices.emplace_back(Device{.q = q_of(binding), .flows = {}}) : *known;
    device.flows.push_back(std::move(binding));
  }
  std::stable_sort(devices.begin(), devices.end(), [](const Device& a, const Device& b) { return a.q > b.q; });
  return devices;
}

}  // namespace webcalling::registrar
