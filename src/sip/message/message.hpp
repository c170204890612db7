#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "sip/message/header_name.hpp"
#include "sip/message/method.hpp"
#include "sip/message/uri.hpp"

namespace webcalling::sip {

/// What requests and responses share: headers in their order and a body. All text lives in one buffer, headers are
/// slices of it; a typed header is parsed when it is asked for, so that absent, malformed and present are three
/// different answers. Knows nothing of start lines, transports or transactions.
class Message {
 public:
  struct Header {
    HeaderName name;
    std::string_view name_text;  ///< as received, or the full form
    std::string_view value;      ///< unfolded, trimmed; may hold several comma-separated values
  };

  /// The raw value of the first header of that name.
  [[nodiscard]] std::optional<std::string_view> header(HeaderName name) const;
  /// Case-insensitive by text, for headers outside HeaderName.
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
  [[nodiscard]] bool has(HeaderName name) const { return header(name).has_value(); }
  [[nodiscard]] std::vector<Header> headers() const;
  /// On how many lines it stands.
  [[nodiscard]] std::size_t count(HeaderName name) const;
  /// All values of a header whose grammar is a comma-separated list, over all its lines, split outside quotes and <>.
  [[nodiscard]] std::vector<std::string_view> values(HeaderName name) const;
  /// The first of them.
  [[nodiscard]] std::optional<std::string_view> first_value(HeaderName name) const;
  /// True if one of the comma-separated values is this token (case-insensitive): Supported, Require, Allow.
  [[nodiscard]] bool lists(HeaderName name, std::string_view token) const;

  /// The first header of type H: Error::Kind::Missing or Malformed otherwise. H has `static constexpr HeaderName kName`
  /// and `static Result<H> parse(std::string_view value)`. For list headers this is the first element.
  template <typename H>
  [[nodiscard]] Result<H> get() const;
  /// Every element of a list header; one malformed element fails the whole.
  template <typename H>
  [[nodiscard]] Result<std::vector<H>> get_all() const;

  /// Appends one header line at the end.
  void add(HeaderName name, std::string_view value);
  void add(std::string_view name, std::string_view value);
  template <typename H>
  void add(const H& header);
  /// Appends all lines of that name that `other` has.
  void copy_all(HeaderName name, const Message& other);
  /// Puts one header line before all others of its name (Via, Record-Route).
  void add_first(HeaderName name, std::string_view value);
  /// Replaces all lines of that name by one, in the place of the first.
  void set(HeaderName name, std::string_view value);
  template <typename H>
  void set(const H& header);
  void remove(HeaderName name);
  /// Replaces the element on top of a list header only, e.g. the topmost Via; nothing happens if there is none.
  void replace_first(HeaderName name, std::string_view value);

  [[nodiscard]] std::string_view body() const;
  /// Content-Type is set with it; Content-Length is always derived when writing.
  void set_body(std::string_view content_type, std::string_view body);

  // The fields every message is routed by; empty if absent. Of a header that cannot be read a tag may be anything:
  // validate() refuses the message.
  [[nodiscard]] std::string_view call_id() const;
  [[nodiscard]] std::string from_tag() const;
  [[nodiscard]] std::string to_tag() const;

  /// Makes room for so many more lines, and so many bytes of their values.
  void reserve(std::size_t lines, std::size_t bytes);

 protected:
  friend class MessageParser;
  void write_headers_and_body(std::string& out) const;
  /// How many bytes that will be.
  [[nodiscard]] std::size_t headers_and_body_size() const;

 private:
  struct Slice {
    std::uint32_t offset = 0;
    std::uint32_t length = 0;
  };
  struct Line {
    HeaderName name = HeaderName::Other;
    Slice name_text;
    Slice value;
  };
  [[nodiscard]] std::string_view view(Slice slice) const;
  /// Appends a text that clean() has made safe.
  Slice store(std::string_view text);
  /// Line breaks and other controls become blanks: no value, wherever it came from, can end its line. Blanks at both
  /// ends go.
  Slice clean(Slice slice);

  std::string buffer_;
  std::vector<Line> lines_;
  Slice body_;
};

class Request : public Message {
 public:
  Request() = default;
  Request(Method method, Uri uri) : method_(method), method_text_(sip::text(method)), uri_(std::move(uri)) {}

  [[nodiscard]] Method method() const { return method_; }
  [[nodiscard]] std::string_view method_text() const { return method_text_; }
  [[nodiscard]] const Uri& uri() const { return uri_; }
  void set_uri(Uri uri) { uri_ = std::move(uri); }

  /// A start line that can be read but not served: another SIP version, another URI scheme. uri() is empty then, and
  /// validate() has the response.
  enum class Foreign { Nothing, Version, Scheme };
  [[nodiscard]] Foreign foreign() const { return foreign_; }
  [[nodiscard]] std::string write() const;
  /// How many bytes write() gives.
  [[nodiscard]] std::size_t written_size() const;

 private:
  friend class MessageParser;
  Method method_ = Method::Other;
  std::string method_text_;
  Uri uri_;
  Foreign foreign_ = Foreign::Nothing;
};

class Response : public Message {
 public:
  Response() = default;
  /// An empty reason takes the default phrase of the status.
  explicit Response(int status, std::string_view reason = {});

  /// 100 … 699
  [[nodiscard]] int status() const { return status_; }
  [[nodiscard]] std::string_view reason() const { return reason_; }
  [[nodiscard]] bool is_provisional() const { return status_ < 200; }
  [[nodiscard]] bool is_success() const { return status_ >= 200 && status_ < 300; }
  [[nodiscard]] bool is_final() const { return status_ >= 200; }
  [[nodiscard]] std::string write() const;

 private:
  friend class MessageParser;
  int status_ = 0;
  std::string reason_;
};

using AnyMessage = std::variant<Request, Response>;

/// RFC 3261 section 21; empty for an unknown status.
[[nodiscard]] std::string_view reason_phrase(int status);

/// The response to a request as RFC 3261 section 8.2.6.2 builds it: all Vias, From, Call-ID, CSeq and To are copied;
/// `to_tag` is added to To if it has none (pass empty for 100). Timestamp is copied into a 100.
[[nodiscard]] Response make_response(const Request& request, int status, std::string_view to_tag,
                                     std::string_view reason = {});

}  // namespace webcalling::sip

#include "sip/message/message_templates.hpp"
