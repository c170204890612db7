#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/strong.hpp"
#include "sip/message/glance.hpp"
#include "sip/message/message.hpp"
#include "sip/transport/flow.hpp"

namespace webcalling::sip {

/// What a branch begins with when it is unique (RFC 3261 section 8.1.1.7).
inline constexpr std::string_view kMagicCookie = "z9hG4bK";

/// By what a message finds its transaction: two messages of one transaction have equal keys.
using TransactionKey = Strong<struct TransactionKeyTag, std::string>;

/// RFC 3261 section 17.2.3. An ACK has the key of its INVITE. The connection belongs to the key, and for datagrams the
/// source address: browsers draw branches from only ten million and all say ".invalid" (a stranger's CANCEL must not
/// meet somebody else's INVITE). Without magic cookie (RFC 2543) Request-URI, From tag, Call-ID, CSeq number and Via
/// count; the To tag does not, since an ACK has one that its INVITE has not.
[[nodiscard]] TransactionKey server_key(const Request& request, const Flow& flow);
/// The same of a request that has not been read yet; nothing if its branch is not unique.
[[nodiscard]] std::optional<TransactionKey> server_key(const Glance& request, const Flow& flow);
/// The key of the INVITE that this CANCEL wants to end (section 9.2).
[[nodiscard]] TransactionKey cancelled_key(const Request& cancel, const Flow& flow);

/// RFC 3261 section 17.1.3: our branch and the method of CSeq.
[[nodiscard]] TransactionKey client_key(std::string_view branch, std::string_view method);
/// Nothing if the response has not exactly one Via: then it is not for us (section 8.1.3.3).
[[nodiscard]] std::optional<TransactionKey> client_key(const Response& response);

}  // namespace webcalling::sip
