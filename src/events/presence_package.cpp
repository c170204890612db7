#include "events/presence_package.hpp"

#include "events/xml_writer.hpp"

namespace webcalling::events {

std::string PresencePackage::describe(const Subject& subject, std::uint32_t /*version*/) const {
  const auto published = published_.find(subject.extension);
  const auto said = published ? published->open : std::nullopt;
  const bool open = said ? *said : !registrar_.find(subject.extension).empty();
  XmlWriter xml;
  xml.open("presence").attribute("xmlns", "urn:ietf:params:xml:ns:pidf");
  xml.attribute("xmlns:dm", "urn:ietf:params:xml:ns:pidf:data-model");
  xml.attribute("xmlns:rpid", "urn:ietf:params:xml:ns:pidf:rpid");
  xml.attribute("entity", subject.entity.text());
  xml.open("tuple").attribute("id", "extension");
  xml.open("status").element("basic", open ? "open" : "closed").close();
  xml.element("contact", subject.entity.text());
  if (published && !published->note.empty()) xml.element("note", published->note);
  xml.close();
  if (dialogs_.is_talking(subject.extension)) {
    xml.open("dm:person").attribute("id", "person");
    xml.open("rpid:activities").open("rpid:on-the-phone").close().close().close();
  }
  return xml.finish();
}

}  // namespace webcalling::events
