#include "story/redaction.hpp"

#include <algorithm>
#include <array>

#include "base/ascii.hpp"
#include "sip/message/headers.hpp"
#include "story/message_sketch.hpp"

namespace webcalling::story {
namespace {

constexpr std::string_view kRemoved = "(removed)";
/// Shorter names stand in other words by chance.
constexpr std::size_t kLeastName = 8;
/// Enough to tell them apart.
constexpr std::size_t kShownOfTag = 3;

template <std::size_t size>
bool is_one_of(std::string_view name, const std::array<std::string_view, size>& names) {
  return std::any_of(names.begin(), names.end(),
                     [name](std::string_view each) { return ascii::equals_ignoring_case(name, each); });
}

bool has_credentials(std::string_view name) {
  constexpr std::array<std::string_view, 4> kNames{"Authorization", "Proxy-Authorization", "Authentication-Info",
                                                   "Proxy-Authentication-Info"};
  return is_one_of(name, kNames);
}
bool names_the_dialog(std::string_view name) {
  constexpr std::array<std::string_view, 4> kNames{"From", "f", "To", "t"};
  return is_one_of(name, kNames);
}
bool names_another_dialog(std::string_view name) {
  constexpr std::array<std::string_view, 4> kNames{"Replaces", "Join", "Target-Dialog", "In-Reply-To"};
  return is_one_of(name, kNames);
}
bool is_call_id(std::string_view name) {
  return ascii::equals_ignoring_case(name, "Call-ID") || ascii::equals_ignoring_case(name, "i");
}
bool is_refer(std::string_view name) {
  constexpr std::array<std::string_view, 4> kNames{"Refer-To", "r", "Referred-By", "b"};
  return is_one_of(name, kNames);
}

/// Who it was, and no more.
std::string credentials_without_response(std::string_view value) {
  std::string out;
  if (const auto fields = sip::DigestFields::parse(value)) {
    sip::DigestFields shown;
    for (const std::string_view name : {"username", "realm", "algorithm"}) {
      if (const auto field = fields->get(name)) shown.set(name, *field, true);
    }
    shown.write(out);
    out += ", ";
  }
  return out += kRemoved;
}

/// Each ;tag=VALUE is cut to its beginning.
std::string with_short_tags(std::string_view value) {
  constexpr std::string_view kTag = ";tag=";
  std::string out;
  while (!value.empty()) {
    if (!ascii::starts_with_ignoring_case(value, kTag)) {
      out.push_back(value.front());
      value.remove_prefix(1);
      continue;
    }
    value.remove_prefix(kTag.size());
    const std::string_view tag = value.substr(0, value.find_first_of(";, >?\t"));
    out += std::string(kTag) + std::string(tag.substr(0, kShownOfTag)) + "...";
    value.remove_prefix(tag.size());
  }
  return out;
}

/// Up to where a URI has headers, among which Replaces may be.
std::string without_uri_headers(std::string_view value) {
  const auto at = value.find('?');
  if (at == std::string_view::npos) return std::string(value);
  return std::string(value.substr(0, at + 1)) + std::string(kRemoved) + (value.find('>', at) < value.size() ? ">" : "");
}

/// One line of a body; of those that are no description nothing is lost but what looks like one.
std::string without_keys(std::string_view line) {
  const auto until = [&](std::string_view beginning) { return std::string(line.substr(0, beginning.size())); };
  for (const std::string_view secret : {"a=ice-pwd:", "a=key-mgmt:", "k="}) {
    if (ascii::starts_with_ignoring_case(line, secret)) return until(secret) + std::string(kRemoved);
  }
  if (!ascii::starts_with_ignoring_case(line, "a=crypto:")) return std::string(line);
  // "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:KEY": the tag and the suite say what was agreed on.
  std::string_view rest = line;
  const std::string_view tag = ascii::take_until(rest, ' ');
  const std::string_view suite = ascii::take_until(rest, ' ');
  return fmt::format("{} {} {}", tag, suite, kRemoved);
}

class Redactor {
 public:
  Redactor(std::string_view message, bool for_other_end) : message_(message), for_other_end_(for_other_end) {}

  std::string redact() {
    std::string_view rest = message_;
    copy(take_line(rest));
    while (!rest.empty()) {
      const std::string_view line = take_line(rest);
      if (line.empty()) {
        copy(line);
        break;
      }
      // RFC 3261 section 7.3.1: a line that begins with a blank goes on with the header before.
      std::string header(line);
      while (!rest.empty() && (rest.front() == ' ' || rest.front() == '\t')) {
        header += ' ';
        header += ascii::trim(take_line(rest));
      }
      copy(redact_header(header));
    }
    while (!rest.empty()) copy(without_keys(take_line(rest)));
    return std::move(out_);
  }

 private:
  static std::string_view take_line(std::string_view& rest) {
    std::string_view line = ascii::take_until(rest, '\n');
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
  }

  void copy(std::string_view line) { out_.append(line).append("\r\n"); }

  [[nodiscard]] std::string redact_header(const std::string& header) const {
    std::string_view value = header;
    const std::string_view name = ascii::trim(ascii::take_until(value, ':'));
    value = ascii::trim(value);
    const auto with = [&](std::string_view instead) { return fmt::format("{}: {}", name, instead); };
    if (has_credentials(name)) return with(credentials_without_response(value));
    if (!for_other_end_) return header;
    if (is_call_id(name) || names_another_dialog(name)) return with(kRemoved);
    if (names_the_dialog(name)) return with(with_short_tags(value));
    if (is_refer(name)) return with(without_uri_headers(value));
    return header;
  }

  std::string_view message_;
  bool for_other_end_;
  std::string out_;
};

void replace_all(std::string& text, std::string_view what, std::string_view by) {
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size())) {
    text.replace(at, what.size(), by);
  }
}

}  // namespace

std::string without_secrets(std::string_view message) { return Redactor(message, false).redact(); }

std::string for_the_other_end(std::string_view message) {
  std::string out = Redactor(message, true).redact();
  const std::string_view call_id = sketch(message).call_id;
  if (call_id.size() >= kLeastName) replace_all(out, call_id, kRemoved);
  return out;
}

}  // namespace webcalling::story
