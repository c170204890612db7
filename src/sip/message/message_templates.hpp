#pragma once

// The templates of message.hpp; included by it alone.

#include "sip/message/message.hpp"

namespace webcalling::sip {

/// Few headers are longer when they are written.
inline constexpr std::size_t kUsualValueBytes = 96;

template <typename H>
Result<H> Message::get() const {
  const auto first = first_value(H::kName);
  // Not by a format: many headers are asked for that few messages have.
  if (!first) return Failure(Error{Error::Kind::Missing, std::string(text(H::kName)).append(": not there")});
  auto parsed = H::parse(*first);
  if (!parsed) return in_context(text(H::kName), parsed.error());
  return parsed;
}

template <typename H>
Result<std::vector<H>> Message::get_all() const {
  std::vector<H> out;
  for (const std::string_view value : values(H::kName)) {
    auto parsed = H::parse(value);
    if (!parsed) return in_context(text(H::kName), parsed.error());
    out.push_back(std::move(*parsed));
  }
  return out;
}

template <typename H>
void Message::add(const H& header) {
  std::string value;
  value.reserve(kUsualValueBytes);
  header.write(value);
  add(H::kName, value);
}

template <typename H>
void Message::set(const H& header) {
  std::string value;
  value.reserve(kUsualValueBytes);
  header.write(value);
  set(H::kName, value);
}

}  // namespace webcalling::sip
