#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace webcalling::sip {

/// One parameter as views of the text in which it stands.
struct ParameterView {
  std::string_view name;
  std::string_view value;  ///< empty for a flag; of a quoted-string what it quotes, its escapes included
  bool quoted = false;
};
/// Cuts the parameter in front of `text`; one without a name stands behind the last.
[[nodiscard]] Result<ParameterView> take_parameter(std::string_view& text);
/// As it was, with its ';'.
void write(std::string& out, const ParameterView& parameter);

/// Parameters that are read where they stand, in a text that lives longer: nothing is copied.
class ParametersView {
 public:
  static Result<ParametersView> parse(std::string_view text);
  [[nodiscard]] bool has(std::string_view name) const { return get(name).has_value(); }
  [[nodiscard]] std::optional<std::string_view> get(std::string_view name) const;
  /// From the first ';' on.
  [[nodiscard]] std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

/// The `;name=value` parameters behind a URI or a header value (RFC 3261 sections 7.3.1 and 25.1), in their order.
/// Names compare without case; if
/// one is given twice the first counts. A parameter without '=' is a flag: present, value empty. Quoted values are kept
/// unquoted and are quoted again on the wire when they are not tokens.
class Parameters {
 public:
  /// Parses what stands behind the value, beginning at the first ';' (or nothing at all).
  static Result<Parameters> parse(std::string_view text);
  void write(std::string& out) const;

  /// The same behind a URI: no quotes, no blanks. Escapes (%HH) are kept, but for those of unreserved characters:
  /// "%6C%72" is "lr".
  static Result<Parameters> parse_in_uri(std::string_view text);
  /// Whether it could.
  static Result<void> check_in_uri(std::string_view text);
  void write_in_uri(std::string& out) const;

  [[nodiscard]] bool has(std::string_view name) const { return find(name) != nullptr; }
  /// The value; empty for a flag, nothing if the parameter is absent.
  [[nodiscard]] std::optional<std::string_view> get(std::string_view name) const;
  /// Replaces or appends.
  void set(std::string_view name, std::string_view value = {});
  /// The same for a value that is a quoted-string by its grammar, even if it could be a token.
  void set_quoted(std::string_view name, std::string_view value);
  void remove(std::string_view name);
  [[nodiscard]] bool empty() const { return list_.empty(); }

  struct Parameter {
    std::string name;
    std::string value;
    /// Came in quotes, and goes out so even if the value is a token.
    bool quoted = false;
    bool operator==(const Parameter&) const = default;
  };
  [[nodiscard]] const std::vector<Parameter>& list() const { return list_; }
  bool operator==(const Parameters&) const = default;

 private:
  [[nodiscard]] const Parameter* find(std::string_view name) const;
  void put(Parameter parameter);
  std::vector<Parameter> list_;
};

}  // namespace webcalling::sip
