#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "tls/tls_endpoint.hpp"

using namespace webcalling;
using tls::TlsEndpoint;

namespace {

const tls::Context& context() {
  static const tls::Context shared = *tls::Context::create(
      *pki::Certificate::generate({.common_name = "pbx", .names = {.hosts = {"pbx"}, .addresses = {}}},
                                  std::chrono::days(1), WallTime{std::chrono::days(20000)}),
      {});
  return shared;
}

}  // namespace

/// The first byte chooses the end, the rest is a list of what comes from the network, each piece behind its length in
/// two bytes. Nobody can write a handshake that way: no end opens, nothing of the application gets out, and what was
/// given to be sent stays inside.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ByteReader reader(Bytes(data, size));
  const bool accepts = reader.u8() % 2 == 0;
  TlsEndpoint endpoint = accepts ? TlsEndpoint::accept(context(), tls::Application::Http)
                                 : TlsEndpoint::connect(context(), "pbx.example.com");
  endpoint.send(as_bytes("secret"));
  ByteVector heard;
  while (reader.ok() && reader.remaining() > 0) {
    endpoint.receive(reader.take(reader.u16()), heard);
    if (endpoint.take_output().find("secret") != std::string::npos) __builtin_trap();
  }
  endpoint.close();
  if (!heard.empty() || endpoint.state() == TlsEndpoint::State::Open) __builtin_trap();
  return 0;
}
