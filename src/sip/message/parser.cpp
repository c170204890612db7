#include "sip/message/parser.hpp"

#include "base/ascii.hpp"
#include "sip/message/grammar.hpp"
#include "sip/message/header_lines.hpp"

namespace webcalling::sip {

namespace {

constexpr std::string_view kVersion = "SIP/2.0";

/// "SIP/" and digits on both sides of the dot.
bool is_sip_version(std::string_view text) {
  if (!ascii::starts_with_ignoring_case(text, "SIP/")) return false;
  text.remove_prefix(4);
  const auto major = ascii::take_until(text, '.');
  return ascii::parse_number<std::uint32_t>(major) && ascii::parse_number<std::uint32_t>(text);
}

/// A received message in its three parts.
struct Sections {
  std::string_view start_line;
  std::string_view header_lines;  ///< each with its CRLF
  std::string_view rest;          ///< what stands behind the empty line
};

Result<Sections> split_sections(std::string_view bytes, const Limits& limits) {
  // RFC 3261 section 7.5: CRLFs before the start line are ignored.
  while (bytes.starts_with("\r\n")) bytes.remove_prefix(2);
  if (bytes.empty()) return malformed("the message is empty");
  if (bytes.size() > limits.message_bytes) {
    return refused("the message has {} bytes, more than {}", bytes.size(), limits.message_bytes);
  }
  const auto head_end = bytes.find("\r\n\r\n");
  if (head_end == std::string_view::npos) return malformed("no empty line ends the headers");
  const auto start_end = bytes.find("\r\n");
  Sections out;
  out.start_line = bytes.substr(0, start_end);
  out.header_lines = bytes.substr(start_end + 2, head_end - start_end);
  out.rest = bytes.substr(head_end + 4);
  for (const char c : out.start_line) {
    if (grammar::is_control(c)) return malformed("control character in the start line");
  }
  return out;
}

Result<std::string_view> cut_body(std::string_view rest, const std::vector<HeaderLine>& lines) {
  const auto length = find_content_length(lines);
  if (!length) return Failure(length.error());
  if (!*length) return rest;
  if (**length > rest.size()) {
    return malformed("Content-Length is {}, but only {} bytes follow", **length, rest.size());
  }
  return rest.substr(0, static_cast<std::size_t>(**length));
}

}  // namespace

/// Fills messages from their wire form; the only one who may.
class MessageParser {
 public:
  static Result<Request> request(const Sections& sections, const Limits& limits) {
    Request out;
    if (auto parsed = request_line(sections.start_line, out); !parsed) return Failure(std::move(parsed.error()));
    if (auto parsed = content(sections, limits, out); !parsed) return Failure(std::move(parsed.error()));
    return out;
  }

  static Result<Response> response(const Sections& sections, const Limits& limits) {
    Response out;
    if (auto parsed = status_line(sections.start_line, out); !parsed) return Failure(std::move(parsed.error()));
    if (auto parsed = content(sections, limits, out); !parsed) return Failure(std::move(parsed.error()));
    return out;
  }

 private:
  /// Method SP Request-URI SP SIP-Version: single blanks, nothing more (RFC 3261 section 7.1).
  static Result<void> request_line(std::string_view line, Request& out) {
    const auto method = ascii::take_until(line, ' ');
    const auto uri = ascii::take_until(line, ' ');
    if (!grammar::is_method(method)) return malformed("the method is not a token");
    if (!is_sip_version(line)) return malformed("the start line is not 'method URI SIP/2.0'");
    out.method_ = parse_method(method);
    out.method_text_ = method;
    if (!ascii::equals_ignoring_case(line, kVersion)) {
      out.foreign_ = Request::Foreign::Version;
      return {};
    }
    auto parsed = Uri::parse(uri);
    if (parsed) {
      out.uri_ = std::move(*parsed);
      return {};
    }
    if (parsed.error().kind != Error::Kind::Unsupported) return in_context("Request-URI", std::move(parsed.error()));
    out.foreign_ = Request::Foreign::Scheme;
    return {};
  }

  /// SIP-Version SP Status-Code SP Reason-Phrase (section 7.2); the blank before an empty phrase may lack.
  static Result<void> status_line(std::string_view line, Response& out) {
    const auto version = ascii::take_until(line, ' ');
    const auto code = ascii::take_until(line, ' ');
    if (!ascii::equals_ignoring_case(version, kVersion)) return malformed("the response is not of SIP/2.0");
    const auto status = ascii::parse_number<int>(code);
    if (code.size() != 3 || !status || *status < 100 || *status > 699) return malformed("'{}' is not a status", code);
    out.status_ = *status;
    out.reason_ = line;
    return {};
  }

  static Result<void> content(const Sections& sections, const Limits& limits, Message& out) {
    const auto lines = split_header_lines(sections.header_lines, limits);
    if (!lines) return Failure(lines.error());
    const auto body = cut_body(sections.rest, *lines);
    if (!body) return Failure(body.error());

    // The lines are stored as they stand there, so that all of them are copied at once.
    out.buffer_.reserve(sections.header_lines.size() + body->size());
    out.buffer_ = sections.header_lines;
    out.body_ = {static_cast<std::uint32_t>(out.buffer_.size()), static_cast<std::uint32_t>(body->size())};
    out.buffer_.append(*body);
    out.lines_.reserve(lines->size() + 2);
    const auto copied = [&](std::string_view text) {
      return Message::Slice{static_cast<std::uint32_t>(text.data() - sections.header_lines.data()),
                            static_cast<std::uint32_t>(text.size())};
    };
    for (const HeaderLine& line : *lines) {
      const auto value = copied(line.value);
      // Unfolding: a fold is a blank (section 7.3.1).
      out.lines_.push_back({line.name, copied(line.name_text), line.has_controls ? out.clean(value) : value});
    }
    return {};
  }
};

Result<AnyMessage> parse(std::string_view bytes, const Limits& limits) {
  const auto sections = split_sections(bytes, limits);
  if (!sections) return Failure(sections.error());
  if (ascii::starts_with_ignoring_case(sections->start_line, "SIP/")) {
    auto response = MessageParser::response(*sections, limits);
    if (!response) return Failure(std::move(response.error()));
    return AnyMessage(std::move(*response));
  }
  auto request = MessageParser::request(*sections, limits);
  if (!request) return Failure(std::move(request.error()));
  return AnyMessage(std::move(*request));
}

}  // namespace webcalling::sip
