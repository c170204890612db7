#include "sip/message/session_description.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "base/ascii.hpp"
#include "sip/message/headers.hpp"
#include "sip/message/multipart.hpp"

namespace webcalling::sip {

namespace {

/// What to do with a part: RFC 3261 section 20.11 and RFC 5621 section 8.
struct Disposition {
  std::string type;
  bool optional = false;
};

Result<Disposition> parse_disposition(std::string_view value, bool is_sdp) {
  if (value.empty()) return Disposition{is_sdp ? "session" : "render"};
  const auto parsed = ContentDisposition::parse(value);
  if (!parsed) return in_context("Content-Disposition", parsed.error());
  const auto handling = parsed->parameters.get("handling").value_or("required");
  return Disposition{ascii::lower(parsed->token), ascii::equals_ignoring_case(handling, "optional")};
}

/// A body without a type is read as what a call needs: nobody else sends any.
Result<ContentType> parse_type(std::string_view value) {
  if (value.empty()) return ContentType{"application/sdp", {}};
  auto parsed = ContentType::parse(value);
  if (!parsed) return in_context("Content-Type", std::move(parsed.error()));
  parsed->token = ascii::lower(parsed->token);
  return parsed;
}

bool is_one_of(std::string_view value, std::initializer_list<std::string_view> names) {
  return std::any_of(names.begin(), names.end(),
                     [value](std::string_view name) { return ascii::equals_ignoring_case(value, name); });
}

/// RFC 5621 section 4.2: between SIP elements everything is binary.
bool is_readable_encoding(const BodyPart& part) {
  return is_one_of(part.content_encoding, {"", "identity"}) &&
         is_one_of(part.transfer_encoding, {"", "binary", "8bit", "7bit"});
}

Result<std::string_view> find_in(const BodyPart& part, int depth);

/// The last alternative is the best (RFC 2046 section 5.1.4); those that we cannot read do no harm.
Result<std::string_view> find_in_alternatives(const std::vector<BodyPart>& parts, int depth) {
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    auto found = find_in(*part, depth);
    const bool passed_over = found ? found->empty() : found.error().kind == Error::Kind::Unsupported;
    if (!passed_over) return found;
  }
  return unsupported("multipart/alternative: there is no application/sdp among the parts");
}

Result<std::string_view> find_in_all(const std::vector<BodyPart>& parts, int depth) {
  std::string_view description;
  for (const BodyPart& part : parts) {
    auto found = find_in(part, depth);
    if (!found) return found;
    if (description.empty()) description = *found;
  }
  return description;
}

Result<std::string_view> find_in_parts(const BodyPart& whole, const ContentType& type, int depth) {
  if (depth == kMaxBodyDepth) return malformed("multipart body: the parts are nested more than {} deep", kMaxBodyDepth);
  const auto parts = split_multipart(whole.content, type.parameters.get("boundary").value_or(""));
  if (!parts) return Failure(parts.error());
  // Of a subtype that one does not know all parts count (RFC 2046 section 5.1.7).
  return type.token == "multipart/alternative" ? find_in_alternatives(*parts, depth + 1)
                                               : find_in_all(*parts, depth + 1);
}

Result<std::string_view> find_required(const BodyPart& part, const ContentType& type, const Disposition& disposition,
                                       int depth) {
  if (!is_readable_encoding(part)) {
    return unsupported("a body with Content-Encoding '{}{}' cannot be read", part.content_encoding,
                       part.transfer_encoding);
  }
  if (type.token.starts_with("multipart/")) return find_in_parts(part, type, depth);
  if (type.token != "application/sdp") return unsupported("a body of type {} is not understood", type.token);
  if (disposition.type != "session") return unsupported("a description for '{}' is not understood", disposition.type);
  return part.content;
}

/// Empty: nothing for us, and nothing to worry about.
Result<std::string_view> find_in(const BodyPart& part, int depth) {
  const auto type = parse_type(part.content_type);
  if (!type) return Failure(type.error());
  const auto disposition = parse_disposition(part.content_disposition, type->token == "application/sdp");
  if (!disposition) return Failure(disposition.error());
  auto found = find_required(part, *type, *disposition, depth);
  const bool is_foreign = !found && found.error().kind == Error::Kind::Unsupported;
  if (is_foreign && disposition->optional) return std::string_view{};
  return found;
}

int depth_of(std::string_view content_type, std::string_view content, int around) {
  const auto type = ContentType::parse(content_type);
  const bool is_multipart = type && ascii::starts_with_ignoring_case(type->token, "multipart/");
  if (!is_multipart || around > kMaxBodyDepth) return around;
  int deepest = around + 1;
  const auto parts = split_multipart(content, type->parameters.get("boundary").value_or(""));
  if (!parts) return deepest;
  for (const BodyPart& part : *parts) {
    deepest = std::max(deepest, depth_of(part.content_type, part.content, around + 1));
  }
  return deepest;
}

}  // namespace

int body_depth(const Message& message) {
  if (message.body().empty()) return 0;
  return depth_of(message.header(HeaderName::ContentType).value_or(""), message.body(), 0);
}

Result<std::string_view> session_description(const Message& message) {
  if (message.body().empty()) return std::string_view{};
  BodyPart whole;
  whole.content_type = message.header(HeaderName::ContentType).value_or("");
  whole.content_disposition = message.header(HeaderName::ContentDisposition).value_or("");
  whole.content_encoding = message.header(HeaderName::ContentEncoding).value_or("");
  whole.content = message.body();
  return find_in(whole, 0);
}

int refusal_of_body(const Error& error) { return error.kind == Error::Kind::Unsupported ? 415 : 400; }

}  // namespace webcalling::sip
