#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "api/message.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

namespace webcalling::api {

namespace json = boost::json;

/// Of a body.
inline constexpr std::size_t kMaxBody = 16 * 1024;

/// The object in a body of at most kMaxBody bytes and a few levels (ATTACKS S24). What is wrong with it is said to
/// whoever wrote the page.
[[nodiscard]] Result<json::object> parse_object(std::string_view body);
/// The text at this name; nothing if there is none, or one longer than `most` bytes.
[[nodiscard]] std::optional<std::string_view> find_text(const json::object& object, std::string_view name,
                                                        std::size_t most);

/// Words that came from a phone: JSON is UTF-8 (RFC 8259 section 8.1), whatever bytes they are.
[[nodiscard]] json::string text(std::string_view words);
/// Milliseconds since 1970.
[[nodiscard]] std::int64_t milliseconds(WallTime time);

[[nodiscard]] Response respond_with(const json::value& value, unsigned status = 200);
/// `sentence` says to a person what was wrong.
[[nodiscard]] Response refusal(unsigned status, std::string_view sentence);
[[nodiscard]] Response no_content();

}  // namespace webcalling::api
