#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace webcalling::events {

/// Writes one XML document (XML 1.0). Element and attribute names are literals of ours; values may be anything: what
/// has a meaning in XML is escaped, what must not stand in XML at all becomes a blank or a question mark.
class XmlWriter {
 public:
  /// Begins with the declaration.
  XmlWriter();

  XmlWriter& open(std::string_view name);
  /// Of the element just opened, before anything stands in it.
  XmlWriter& attribute(std::string_view name, std::string_view value);
  XmlWriter& text(std::string_view value);
  /// The innermost element that is open.
  XmlWriter& close();
  /// An element with nothing but text.
  XmlWriter& element(std::string_view name, std::string_view value) { return open(name).text(value).close(); }

  /// The document, with whatever is still open closed.
  [[nodiscard]] std::string finish();

 private:
  void end_start_tag();
  void write_line_start();

  std::string out_;
  std::vector<std::string_view> open_;
  /// The '>' of the element opened last is not written yet.
  bool in_start_tag_ = false;
  /// The element opened last has text, so that its end stands on the same line.
  bool has_text_ = false;
};

/// `value` as it stands in text or in an attribute.
[[nodiscard]] std::string escape_xml(std::string_view value);

/// At most the first `most` bytes, cut between two characters.
[[nodiscard]] std::string_view shortened(std::string_view utf8, std::size_t most);

}  // namespace webcalling::events
