#include "api/json.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
// The library as a header: compiled here, and nowhere else.
#include <boost/json/src.hpp>

#include "base/utf8.hpp"

namespace webcalling::api {
namespace {

constexpr std::size_t kMaxDepth = 8;

}  // namespace

Result<json::object> parse_object(std::string_view body) {
  if (body.size() > kMaxBody) return refused("The body has more than {} bytes.", kMaxBody);
  json::parse_options options;
  options.max_depth = kMaxDepth;
  json::error_code error;
  json::value value = json::parse(json::string_view(body.data(), body.size()), error, {}, options);
  if (error) return malformed("The body is no JSON that can be read: {}.", error.message());
  if (!value.is_object()) return malformed("The body must be a JSON object.");
  return std::move(value.get_object());
}

std::optional<std::string_view> find_text(const json::object& object, std::string_view name, std::size_t most) {
  const json::value* value = object.if_contains(json::string_view(name.data(), name.size()));
  const json::string* text = value != nullptr ? value->if_string() : nullptr;
  if (text == nullptr || text->size() > most) return std::nullopt;
  return std::string_view(text->data(), text->size());
}

json::string text(std::string_view words) {
  json::string out(words.data(), words.size());
  if (!is_utf8(words)) {
    std::replace_if(
        out.begin(), out.end(), [](unsigned char c) { return c >= 0x80; }, '?');
  }
  return out;
}

std::int64_t milliseconds(WallTime time) { return time.time_since_epoch().count(); }

Response respond_with(const json::value& value, unsigned status) {
  return {.status = status,
          .headers = {{"Content-Type", "application/json"},
                      {"Cache-Control", "no-store"},
                      {"X-Content-Type-Options", "nosniff"}},
          .body = json::serialize(value)};
}

Response refusal(unsigned status, std::string_view sentence) {
  return respond_with(json::object{{"error", text(sentence)}}, status);
}

Response no_content() { return {.status = 204, .headers = {{"Cache-Control", "no-store"}}, .body = {}}; }

}  // namespace webcalling::api
