#include "events/dialog_package.hpp"

#include "events/xml_writer.hpp"

namespace webcalling::events {
namespace {

std::string_view text(DialogState::State state) {
  switch (state) {
    case DialogState::State::Trying: return "trying";
    case DialogState::State::Proceeding: return "proceeding";
    case DialogState::State::Early: return "early";
    case DialogState::State::Confirmed: return "confirmed";
    case DialogState::State::Terminated: return "terminated";
  }
  return "terminated";
}

std::string_view text(DialogState::Direction direction) {
  return direction == DialogState::Direction::Initiator ? "initiator" : "recipient";
}

std::string address_of(const DialogParty& party, const sip::Uri& entity) {
  if (party.withheld) return "sip:anonymous@anonymous.invalid";
  sip::Uri uri;
  uri.user = party.extension;
  uri.host = entity.host;
  return uri.text();
}

/// RFC 4235 section 4.1.6.
void write_party(XmlWriter& xml, std::string_view end, const DialogParty& party, const sip::Uri& entity,
                 const std::string& target = {}) {
  const std::string address = address_of(party, entity);
  xml.open(end).open("identity");
  if (!party.display_name.empty() && !party.withheld) xml.attribute("display", party.display_name);
  xml.text(address).close();
  xml.open("target").attribute("uri", target.empty() ? address : target).close();
  xml.close();
}

/// Where a phone is reached is for the phones of the same extension only: others call the extension.
void write_dialog(XmlWriter& xml, const DialogState& dialog, const Subject& subject) {
  const sip::Uri& entity = subject.entity;
  xml.open("dialog").attribute("id", dialog.id);
  if (!dialog.call_id.empty()) {
    xml.attribute("call-id", dialog.call_id);
    xml.attribute("local-tag", dialog.local_tag).attribute("remote-tag", dialog.remote_tag);
  }
  xml.attribute("direction", text(dialog.direction));
  xml.element("state", text(dialog.state));
  write_party(xml, "local", dialog.local, entity, subject.is_own ? dialog.contact : std::string{});
  write_party(xml, "remote", dialog.remote, entity);
  xml.close();
}

}  // namespace

std::string DialogPackage::describe(const Subject& subject, std::uint32_t version) const {
  XmlWriter xml;
  xml.open("dialog-info").attribute("xmlns", "urn:ietf:params:xml:ns:dialog-info");
  xml.attribute("version", std::to_string(version)).attribute("state", "full");
  xml.attribute("entity", subject.entity.text());
  for (const DialogState& dialog : dialogs_.find(subject.extension)) write_dialog(xml, dialog, subject);
  return xml.finish();
}

}  // namespace webcalling::events
