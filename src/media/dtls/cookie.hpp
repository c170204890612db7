#pragma once

#include <array>
#include <cstdint>

struct ssl_ctx_st;
struct ssl_st;

namespace webcalling::media::dtls {

/// What a client has to repeat before a server does anything for it: only the owner of its address can have received it
/// (RFC 6347 §4.2.1). Without it one forged datagram would make us send many to somebody else, and compute for nobody.
using Cookie = std::array<std::uint8_t, 16>;

/// A cookie that nobody can guess. False if there is no randomness.
[[nodiscard]] bool fill(Cookie& cookie);

/// Teaches all associations of the context to ask for the cookie of demand_cookie().
void teach_cookies(ssl_ctx_st& context);
/// `cookie` must outlive `ssl`.
void demand_cookie(ssl_st& ssl, Cookie& cookie);

}  // namespace webcalling::media::dtls
