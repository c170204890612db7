#include "sip/message/message.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "sip/message/grammar.hpp"
#include "sip/message/headers.hpp"

namespace webcalling::sip {

namespace {

constexpr std::string_view kContentLength = "Content-Length: ";
constexpr std::string_view kEndOfHeaders = "\r\n\r\n";
constexpr std::string_view kEndOfRequestLine = " SIP/2.0\r\n";

/// RFC 3261 section 19.1.1, table 1: a Request-URI has no headers.
void write_request_uri(std::string& out, const Uri& uri) {
  if (uri.headers.empty()) return uri.write(out);
  Uri bare = uri;
  bare.headers.clear();
  bare.write(out);
}

/// Appends the elements of one header line; what an empty line means depends on the header.
void append_elements(std::vector<std::string_view>& out, HeaderName name, std::string_view value) {
  const auto shape = list_shape(name);
  const bool is_one = shape == ListShape::Single || (!value.empty() && value.find(',') == std::string_view::npos);
  // All values of headers are trimmed.
  if (is_one) return out.push_back(value);
  for (const auto element : grammar::split_list(value)) {
    if (shape == ListShape::Values || !element.empty()) out.push_back(element);
  }
}

}  // namespace

std::optional<std::string_view> Message::header(HeaderName name) const {
  for (const Line& line : lines_) {
    if (line.name == name) return view(line.value);
  }
  return std::nullopt;
}

std::optional<std::string_view> Message::header(std::string_view name) const {
  if (const auto known = parse_header_name(name); known != HeaderName::Other) return header(known);
  for (const Line& line : lines_) {
    if (ascii::equals_ignoring_case(view(line.name_text), name)) return view(line.value);
  }
  return std::nullopt;
}

std::vector<Message::Header> Message::headers() const {
  std::vector<Header> out;
  out.reserve(lines_.size());
  for (const Line& line : lines_) {
    const bool as_received = line.name_text.length > 0;
    out.push_back({line.name, as_received ? view(line.name_text) : sip::text(line.name), view(line.value)});
  }
  return out;
}

std::size_t Message::count(HeaderName name) const {
  const auto same = [name](const Line& line) { return line.name == name; };
  return static_cast<std::size_t>(std::count_if(lines_.begin(), lines_.end(), same));
}

std::vector<std::string_view> Message::values(HeaderName name) const {
  std::vector<std::string_view> out;
  for (const Line& line : lines_) {
    if (line.name == name) append_elements(out, name, view(line.value));
  }
  return out;
}

std::optional<std::string_view> Message::first_value(HeaderName name) const {
  const auto line = header(name);
  const bool is_list = line && list_shape(name) != ListShape::Single;
  if (!is_list || (!line->empty() && line->find(',') == std::string_view::npos)) return line;
  const auto all = values(name);
  return all.empty() ? std::nullopt : std::optional(all.front());
}

bool Message::lists(HeaderName name, std::string_view token) const {
  const auto all = values(name);
  return std::any_of(all.begin(), all.end(),
                     [token](std::string_view value) { return ascii::equals_ignoring_case(value, token); });
}

void Message::add(HeaderName name, std::string_view value) { lines_.push_back({name, {}, store(value)}); }

void Message::add(std::string_view name, std::string_view value) {
  if (const auto known = parse_header_name(name); known != HeaderName::Other) return add(known, value);
  // A copy: storing one text may move the buffer from under a view of the other.
  const std::string name_copy(name);
  const Slice value_slice = store(value);
  lines_.push_back({HeaderName::Other, store(name_copy), value_slice});
}

void Message::copy_all(HeaderName name, const Message& other) {
  for (const Line& line : other.lines_) {
    if (line.name == name) add(name, other.view(line.value));
  }
}

void Message::reserve(std::size_t lines, std::size_t bytes) {
  lines_.reserve(lines_.size() + lines);
  buffer_.reserve(buffer_.size() + bytes);
}

void Message::add_first(HeaderName name, std::string_view value) {
  const auto same = [name](const Line& line) { return line.name == name; };
  const auto found = std::find_if(lines_.begin(), lines_.end(), same);
  lines_.insert(found == lines_.end() ? lines_.begin() : found, {name, {}, store(value)});
}

void Message::set(HeaderName name, std::string_view value) {
  const auto same = [name](const Line& line) { return line.name == name; };
  const auto first = std::find_if(lines_.begin(), lines_.end(), same);
  if (first == lines_.end()) return add(name, value);
  first->value = store(value);
  lines_.erase(std::remove_if(first + 1, lines_.end(), same), lines_.end());
}

void Message::remove(HeaderName name) {
  std::erase_if(lines_, [name](const Line& line) { return line.name == name; });
}

void Message::replace_first(HeaderName name, std::string_view value) {
  const auto same = [name](const Line& line) { return line.name == name; };
  const auto line = std::find_if(lines_.begin(), lines_.end(), same);
  if (line == lines_.end()) return;
  const bool is_list = list_shape(name) != ListShape::Single && view(line->value).find(',') != std::string_view::npos;
  std::string replaced(value);
  if (is_list) {
    const auto all = grammar::split_list(view(line->value));
    for (std::size_t i = 1; i < all.size(); ++i) replaced.append(", ").append(all[i]);
  }
  line->value = store(replaced);
}

std::string_view Message::body() const { return view(body_); }

void Message::set_body(std::string_view content_type, std::string_view given_body) {
  const std::string body(given_body);  // may be a view of the buffer that set() is about to move
  if (content_type.empty()) {
    remove(HeaderName::ContentType);
  } else {
    set(HeaderName::ContentType, content_type);
  }
  body_ = {static_cast<std::uint32_t>(buffer_.size()), static_cast<std::uint32_t>(body.size())};
  buffer_.append(body);
}

std::string_view Message::call_id() const { return header(HeaderName::CallId).value_or(""); }

std::string Message::from_tag() const { return tag_of(header(HeaderName::From).value_or("")); }

std::string Message::to_tag() const { return tag_of(header(HeaderName::To).value_or("")); }

void Message::write_headers_and_body(std::string& out) const {
  for (const Line& line : lines_) {
    if (line.name == HeaderName::ContentLength) continue;
    out += line.name == HeaderName::Other ? view(line.name_text) : sip::text(line.name);
    out += ": ";
    out += view(line.value);
    out += "\r\n";
  }
  out += kContentLength;
  ascii::append_number(out, body_.length);
  out += kEndOfHeaders;
  out += body();
}

std::size_t Message::headers_and_body_size() const {
  constexpr std::string_view kAroundAValue = ": \r\n";
  std::size_t size = 0;
  for (const Line& line : lines_) {
    if (line.name == HeaderName::ContentLength) continue;
    const std::size_t name = line.name == HeaderName::Other ? line.name_text.length : sip::text(line.name).size();
    size += name + kAroundAValue.size() + line.value.length;
  }
  return size + kContentLength.size() + std::to_string(body_.length).size() + kEndOfHeaders.size() + body_.length;
}

std::string_view Message::view(Slice slice) const {
  return std::string_view(buffer_).substr(slice.offset, slice.length);
}

Message::Slice Message::store(std::string_view text) {
  const auto begin = static_cast<std::uint32_t>(buffer_.size());
  buffer_.append(text);
  return clean({begin, static_cast<std::uint32_t>(text.size())});
}

Message::Slice Message::clean(Slice slice) {
  if (grammar::has_control(view(slice))) {
    const auto begin = buffer_.begin() + slice.offset;
    std::replace_if(begin, begin + slice.length, grammar::is_control, ' ');
  }
  const auto text = ascii::trim(view(slice));
  return {static_cast<std::uint32_t>(text.data() - buffer_.data()), static_cast<std::uint32_t>(text.size())};
}

std::string Request::write() const {
  std::string out;
  constexpr std::size_t kUsualUri = 64;
  out.reserve(method_text_.size() + kUsualUri + kEndOfRequestLine.size() + headers_and_body_size());
  out += method_text_;
  out.push_back(' ');
  write_request_uri(out, uri_);
  out += kEndOfRequestLine;
  write_headers_and_body(out);
  return out;
}

std::size_t Request::written_size() const {
  std::string uri;
  write_request_uri(uri, uri_);
  return method_text_.size() + 1 + uri.size() + kEndOfRequestLine.size() + headers_and_body_size();
}

Response::Response(int status, std::string_view reason)
    : status_(status), reason_(reason.empty() ? reason_phrase(status) : reason) {
  std::replace_if(reason_.begin(), reason_.end(), grammar::is_control, ' ');
}

std::string Response::write() const {
  constexpr std::string_view kVersion = "SIP/2.0 ";
  constexpr std::string_view kStatusAndBreaks = "200 \r\n";
  std::string out;
  out.reserve(kVersion.size() + kStatusAndBreaks.size() + reason_.size() + headers_and_body_size());
  out += kVersion;
  ascii::append_number(out, static_cast<unsigned>(status_));
  out.push_back(' ');
  out += reason_;
  out += "\r\n";
  write_headers_and_body(out);
  return out;
}

Response make_response(const Request& request, int status, std::string_view to_tag, std::string_view reason) {
  Response response(status, reason);
  // What a challenge has, the longest of those that most requests are answered with.
  constexpr std::size_t kLines = 14;
  constexpr std::size_t kBytes = 1024;
  response.reserve(kLines, kBytes);
  const auto copy = [&](HeaderName name) {
    if (const auto value = request.header(name)) response.add(name, *value);
  };
  response.copy_all(HeaderName::Via, request);
  copy(HeaderName::From);
  if (const auto to = request.header(HeaderName::To)) {
    std::string value(*to);
    if (!to_tag.empty() && request.to_tag().empty()) value.append(";tag=").append(to_tag);
    response.add(HeaderName::To, value);
  }
  copy(HeaderName::CallId);
  copy(HeaderName::CSeq);
  if (status == 100) {
    if (const auto timestamp = request.header("Timestamp")) response.add("Timestamp", *timestamp);
  }
  return response;
}

}  // namespace webcalling::sip
