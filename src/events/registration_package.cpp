#include "events/registration_package.hpp"

#include <fmt/format.h>

#include "events/xml_writer.hpp"

namespace webcalling::events {
namespace {

// RFC 3680 section 5.3. What is another with every refresh (expires, cseq) is not said: nobody is told of those.
void write_contact(XmlWriter& xml, const registrar::Binding& binding) {
  xml.open("contact").attribute("id", fmt::format("contact{}", binding.id.value()));
  xml.attribute("state", "active").attribute("event", "registered");
  xml.element("uri", binding.contact.text());
  if (!binding.instance.empty()) {
    xml.open("unknown-param").attribute("name", "+sip.instance").text(fmt::format("\"{}\"", binding.instance)).close();
  }
  xml.close();
}

}  // namespace

std::string RegistrationPackage::describe(const Subject& subject, std::uint32_t version) const {
  const auto bindings = registrar_.find(subject.extension);
  XmlWriter xml;
  xml.open("reginfo").attribute("xmlns", "urn:ietf:params:xml:ns:reginfo");
  xml.attribute("version", std::to_string(version)).attribute("state", "full");
  xml.open("registration").attribute("aor", subject.entity.text()).attribute("id", "extension");
  xml.attribute("state", bindings.empty() ? "terminated" : "active");
  for (const registrar::Binding& binding : bindings) write_contact(xml, binding);
  xml.close();
  return xml.finish();
}

}  // namespace webcalling::events
