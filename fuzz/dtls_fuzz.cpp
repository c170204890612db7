#include <cstddef>
#include <cstdint>

#include "media/dtls/dtls_endpoint.hpp"

using namespace webcalling;
using media::dtls::Certificate;
using media::dtls::Context;
using media::dtls::DtlsEndpoint;

namespace {

const Context& context() {
  static const Context shared = *Context::create(*Certificate::generate(WallTime{std::chrono::days(20000)}));
  return shared;
}

}  // namespace

/// The input is a list of datagrams, each behind its length in two bytes. A server that waits for a handshake takes
/// them all and still waits, or shakes hands; it never closes, and its datagrams never exceed their limit.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  DtlsEndpoint server(context(), DtlsEndpoint::Role::Server);
  TimePoint now{1s};
  ByteReader reader(Bytes(data, size));
  while (reader.ok() && reader.remaining() > 0) {
    const Bytes datagram = reader.take(reader.u16());
    server.receive(datagram, now);
    now += 30ms;
    server.expire(now);
    while (const auto out = server.poll_datagram()) {
      if (out->size() > DtlsEndpoint::kMaxDatagram) __builtin_trap();
    }
    while (server.poll_event()) {
    }
  }
  if (server.state() == DtlsEndpoint::State::Closed) __builtin_trap();
  return 0;
}
