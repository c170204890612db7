#include "registrar/binding.hpp"

#include "base/ascii.hpp"

namespace webcalling::registrar {

bool is_same_instance(const Binding& a, const Binding& b) {
  return !a.instance.empty() && ascii::equals_ignoring_case(a.instance, b.instance);
}

bool is_same_binding(const Binding& a, const Binding& b) {
  // Two devices at home may well have the same private address.
  const bool both_have_names = !a.instance.empty() && !b.instance.empty();
  if (both_have_names && !is_same_instance(a, b)) return false;
  if (!a.reg_id.empty() && !b.reg_id.empty()) return a.reg_id == b.reg_id;
  return a.contact.equivalent(b.contact);
}

}  // namespace webcalling::registrar
