// Any presence document: what is taken of it is small and readable, and says the same when we write it ourselves.
#include <cstdint>
#include <cstdlib>

#include "base/bytes.hpp"
#include "base/utf8.hpp"
#include "events/pidf.hpp"
#include "events/xml_writer.hpp"

namespace {

using namespace webcalling;

void must(bool fact) {
  if (!fact) std::abort();
}

std::string written(const events::PublishedPresence& presence) {
  events::XmlWriter xml;
  xml.open("presence");
  if (presence.open)
    xml.open("tuple").open("status").element("basic", *presence.open ? "open" : "closed").close().close();
  if (!presence.note.empty()) xml.element("note", presence.note);
  return xml.finish();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto presence = events::read_pidf(as_text({data, size}));
  if (!presence) return 0;
  must(presence->note.size() <= 160 && is_utf8(presence->note));
  const auto again = events::read_pidf(written(*presence));
  must(again.has_value() && again->open == presence->open);
  // What XML does not have was replaced, and blanks at an end are gone: once.
  must(again->note.size() <= presence->note.size());
  must(events::read_pidf(written(*again)).value() == *again);
  return 0;
}
