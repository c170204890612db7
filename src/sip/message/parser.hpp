#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "base/result.hpp"
#include "sip/message/message.hpp"

namespace webcalling::sip {

/// What a message may cost us at most; beyond it is refused (ATTACKS S13, S16, S18).
struct Limits {
  std::size_t message_bytes = 64 * 1024;
  std::size_t headers = 128;
  std::size_t header_line_bytes = 8 * 1024;
};

/// Parses one whole message as it came in a datagram or a WebSocket message. Without Content-Length the body reaches to
/// the end; a shorter Content-Length cuts it, a longer one is malformed (RFC 3261 section 18.3). Only the start line
/// and the shape of header lines are checked here; validate() looks inside.
[[nodiscard]] Result<AnyMessage> parse(std::string_view bytes, const Limits& limits = {});

/// Why a request cannot be served, with the response that says so.
struct Rejection {
  int status = 400;
  std::string reason;
  bool operator==(const Rejection&) const = default;
};

/// RFC 3261 sections 8.1.1 and 8.2: mandatory headers present, once, and well formed (Via, From, To, Call-ID, CSeq;
/// Contact where a dialog needs it), CSeq method equal to the request's, Max-Forwards, Content-Length, version, scheme,
/// no headers in the Request-URI.
/// Nothing if all is well.
[[nodiscard]] std::optional<Rejection> validate(const Request& request);
/// The same for a response: false means drop.
[[nodiscard]] bool is_valid(const Response& response);

/// What a request that parse() refuses deserves: 400, or 513 for one over the limits (section 21.5.14).
[[nodiscard]] Rejection rejection_for(const Error& error);
/// Tries to find enough in a malformed request to answer it: the headers of the response are taken from whatever lines
/// do parse. Nothing if it is not a request, or lacks the Via and the CSeq by which its sender would know the answer
/// (section 17.1.3): then only silence is possible.
[[nodiscard]] std::optional<Response> response_to_malformed(std::string_view bytes, const Rejection& rejection);

}  // namespace webcalling::sip
