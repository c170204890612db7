#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace webcalling::events {

/// Reads one small XML document from the outside, piece by piece (ATTACKS S24): elements and text. Attributes are
/// checked and left out, prefixes of names as well. Strict: tags must match, there is one root, and what a document of
/// ours would never need is refused: DTDs, entities of its own, CDATA, elements deeper than kMostDepth.
class XmlReader {
 public:
  static constexpr std::size_t kMostDepth = 16;

  enum class Kind { Start, End, Text };
  struct Piece {
    Kind kind;
    /// Of Start and End: the name without its prefix; points into the document.
    std::string_view name{};
    /// Of Text: unescaped.
    std::string text{};
  };

  /// The document must outlive the reader.
  explicit XmlReader(std::string_view document) : rest_(document) {}

  /// Nothing at the end. After an error nothing more is to be asked.
  [[nodiscard]] Result<std::optional<Piece>> next();

 private:
  [[nodiscard]] Result<void> skip_what_says_nothing();
  [[nodiscard]] Result<std::optional<Piece>> read_text();
  [[nodiscard]] Result<std::optional<Piece>> read_end_tag();
  [[nodiscard]] Result<std::optional<Piece>> read_start_tag();
  [[nodiscard]] Result<void> skip_attributes();
  [[nodiscard]] Result<std::string_view> take_name();
  bool take(std::string_view literal);
  void skip_blanks();

  std::string_view rest_;
  std::vector<std::string_view> open_;
  bool root_is_over_ = false;
  /// The element opened last was empty (`<a/>`): its end is the next piece.
  bool end_is_due_ = false;
};

}  // namespace webcalling::events
