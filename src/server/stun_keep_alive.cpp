#include "server/stun_keep_alive.hpp"

#include "media/stun/message.hpp"
#include "media/stun/writer.hpp"

namespace webcalling::server {

namespace stun = media::stun;

ByteVector answer_stun_keep_alive(Bytes datagram, const Endpoint& from) {
  const auto request = stun::Message::parse(datagram);
  if (!request || request->message_class != stun::MessageClass::Request || request->method != stun::kBindingMethod) {
    return {};
  }
  // RFC 8489 section 6.3.1
  if (!request->unknown_required.empty()) {
    return stun::Writer(stun::MessageClass::Error, request->method, request->transaction_id)
        .error(420, "Unknown Attribute")
        .unknown_attributes(request->unknown_required)
        .take();
  }
  return stun::Writer(stun::MessageClass::Success, request->method, request->transaction_id)
      .xor_mapped_address(from)
      .take();
}

}  // namespace webcalling::server
