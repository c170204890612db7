#include "events/pidf.hpp"

#include <string>
#include <vector>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "events/xml_reader.hpp"
#include "events/xml_writer.hpp"

namespace webcalling::events {
namespace {

/// A note is for the display of a phone.
constexpr std::size_t kMostOfANote = 160;

/// Where in the document we are: the names of the elements that are open, outermost first.
using Place = std::vector<std::string_view>;

bool is_basic(const Place& place) { return place == Place{"presence", "tuple", "status", "basic"}; }

/// Of the document, of a tuple, or of the person (RFC 4479).
bool is_note(const Place& place) {
  return (place.size() == 2 || place.size() == 3) && place.front() == "presence" && place.back() == "note";
}

Result<void> take_text(const Place& place, std::string_view text, PublishedPresence& presence) {
  text = ascii::trim(text);
  if (is_note(place) && presence.note.empty()) presence.note = shortened(text, kMostOfANote);
  if (!is_basic(place)) return {};
  if (text != "open" && text != "closed") return malformed("PIDF: basic is neither open nor closed");
  presence.open = presence.open.value_or(false) || text == "open";
  return {};
}

}  // namespace

Result<PublishedPresence> read_pidf(std::string_view document) {
  if (!is_utf8(document)) return malformed("PIDF: the document is not UTF-8");
  XmlReader reader(document);
  PublishedPresence presence;
  Place place;
  while (true) {
    auto piece = reader.next();
    if (!piece) return Failure(std::move(piece.error()));
    if (!*piece) return presence;
    switch ((*piece)->kind) {
      case XmlReader::Kind::Start:
        if (place.empty() && (*piece)->name != "presence") {
          return malformed("PIDF: <{}> is no presence", (*piece)->name);
        }
        place.push_back((*piece)->name);
        break;
      case XmlReader::Kind::End: place.pop_back(); break;
      case XmlReader::Kind::Text:
        if (auto taken = take_text(place, (*piece)->text, presence); !taken) return Failure(std::move(taken.error()));
        break;
    }
  }
}

}  // namespace webcalling::events
