#include "call/leg/info_digit.hpp"

#include <algorithm>
#include <optional>

#include "base/ascii.hpp"
#include "sip/message/headers.hpp"

namespace webcalling::call {
namespace {

constexpr Duration kShortest = 40ms;
constexpr Duration kLongest = 5s;

std::optional<char> parse_key(std::string_view text) {
  if (text == "10") return '*';
  if (text == "11") return '#';
  if (text.size() != 1) return std::nullopt;
  const char key = text.front();
  if (ascii::is_digit(key) || key == '*' || key == '#' || (key >= 'A' && key <= 'D')) return key;
  if (key >= 'a' && key <= 'd') return static_cast<char>(key - 32);
  return std::nullopt;
}

/// The value of `name=value` on a line of its own; blanks around either do not count.
std::optional<std::string_view> find_line(std::string_view body, std::string_view name) {
  while (!body.empty()) {
    auto value = ascii::take_until(body, '\n');
    const auto found = ascii::trim(ascii::take_until(value, '='));
    if (ascii::equals_ignoring_case(found, name)) return ascii::trim(value);
  }
  return std::nullopt;
}

Duration parse_duration(std::string_view text) {
  const auto milliseconds = ascii::parse_number<std::uint16_t>(text);
  if (!milliseconds) return InfoDigit{}.duration;
  return std::clamp<Duration>(std::chrono::milliseconds(*milliseconds), kShortest, kLongest);
}

}  // namespace

Result<InfoDigit> read_info_digit(const sip::Request& info) {
  const auto type = info.get<sip::ContentType>();
  if (!type) return unsupported("INFO: no content that we know");
  const bool is_relay = ascii::equals_ignoring_case(type->token, kDtmfRelay);
  if (!is_relay && !ascii::equals_ignoring_case(type->token, "application/dtmf")) {
    return unsupported("INFO: '{}' is no content that we know", type->token);
  }
  const auto key = parse_key(is_relay ? find_line(info.body(), "Signal").value_or("") : ascii::trim(info.body()));
  if (!key) return malformed("INFO: there is no key in it");
  InfoDigit digit{.digit = *key};
  if (is_relay) digit.duration = parse_duration(find_line(info.body(), "Duration").value_or(""));
  return digit;
}

std::string write_info_digit(const InfoDigit& digit) {
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(digit.duration).count();
  return fmt::format("Signal={}\r\nDuration={}\r\n", digit.digit, milliseconds);
}

}  // namespace webcalling::call
