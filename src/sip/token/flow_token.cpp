#include "sip/token/flow_token.hpp"

#include <algorithm>

namespace webcalling::sip {
namespace {

constexpr std::string_view kPrefix = "flow-";
constexpr std::string_view kPurpose = "flow token";

void write(ByteWriter& out, const Endpoint& endpoint) {
  const Bytes address = endpoint.address.bytes();
  out.u8(address.size()).bytes(address).u16(endpoint.port);
}

std::optional<IpAddress> read_address(ByteReader& in) {
  const std::size_t size = in.u8();
  const Bytes bytes = in.take(size);
  if (size == 4) return IpAddress::v4(ByteReader(bytes).u32());
  std::array<std::uint8_t, 16> address{};
  if (size != address.size() || !in.ok()) return std::nullopt;
  std::copy(bytes.begin(), bytes.end(), address.begin());
  return IpAddress::v6(address);
}

std::optional<Endpoint> read_endpoint(ByteReader& in) {
  const auto address = read_address(in);
  const std::uint16_t port = in.u16();
  if (!address || !in.ok()) return std::nullopt;
  return Endpoint{*address, port};
}

}  // namespace

std::string write_flow_token(const Seal& seal, const Flow& flow) {
  ByteVector content;
  ByteWriter out(content);
  out.u8(static_cast<std::uint64_t>(flow.kind));
  write(out, flow.local);
  write(out, flow.remote);
  return std::string(kPrefix) + seal.close(kPurpose, content);
}

bool looks_like_flow_token(std::string_view user) { return user.starts_with(kPrefix); }

std::optional<Flow> read_flow_token(const Seal& seal, std::string_view user) {
  if (!looks_like_flow_token(user)) return std::nullopt;
  const auto content = seal.open(kPurpose, user.substr(kPrefix.size()));
  if (!content) return std::nullopt;
  ByteReader in(*content);
  const std::uint8_t kind = in.u8();
  const auto local = read_endpoint(in);
  const auto remote = read_endpoint(in);
  if (kind > static_cast<std::uint8_t>(TransportKind::Wss) || !local || !remote) return std::nullopt;
  return Flow{.kind = static_cast<TransportKind>(kind), .local = *local, .remote = *remote};
}

}  // namespace webcalling::sip
