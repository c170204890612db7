#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "media/stun/message.hpp"

/// Whatever arrives, parsing stays inside the datagram and the cheap look at USERNAME agrees with the whole parse.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace webcalling;
  const Bytes datagram(data, size);
  const auto ufrag = media::stun::receiver_ufrag(datagram);
  const auto message = media::stun::Message::parse(datagram);
  if (!message) return 0;
  if (message->username && ufrag && !message->username->starts_with(*ufrag)) std::abort();
  static_cast<void>(message->check_integrity("VOkJxbRl1RmTxUk/WvJxBt"));
  return 0;
}
