#include "sdp/candidate.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "base/ascii.hpp"
#include "sdp/tokens.hpp"

namespace webcalling::sdp {
namespace {

constexpr std::array<std::pair<Candidate::Type, std::string_view>, 4> kTypes{{
    {Candidate::Type::Host, "host"},
    {Candidate::Type::ServerReflexive, "srflx"},
    {Candidate::Type::PeerReflexive, "prflx"},
    {Candidate::Type::Relay, "relay"},
}};

constexpr std::size_t kMaxFoundation = 32;
constexpr std::uint16_t kMaxComponent = 256;
constexpr std::size_t kMaxHost = 255;

std::optional<Candidate::Type> parse_type(std::string_view text) {
  for (const auto& [type, name] : kTypes) {
    if (text == name) return type;
  }
  return std::nullopt;
}

std::string_view text(Candidate::Type type) {
  for (const auto& [known, name] : kTypes) {
    if (type == known) return name;
  }
  return "host";
}

// raddr, rport, tcptype and extensions come in pairs of name and value.
bool take_extensions(Candidate& candidate, std::string_view rest) {
  while (!ascii::trim(rest).empty()) {
    const auto name = take_word(rest);
    const auto value = take_word(rest);
    if (value.empty()) return false;
    if (name == "raddr") candidate.related_address = std::string(value.substr(0, kMaxHost));
    if (name == "tcptype") candidate.tcp_type = std::string(value);
    if (name == "rport") {
      candidate.related_port = ascii::parse_number<std::uint16_t>(value);
      if (!candidate.related_port) return false;
    }
  }
  return true;
}

}  // namespace

std::optional<Endpoint> Candidate::endpoint() const {
  const auto ip = IpAddress::parse(address);
  return ip ? std::optional(Endpoint{*ip, port}) : std::nullopt;
}

std::optional<Candidate> parse_candidate(std::string_view value) {
  Candidate candidate;
  candidate.foundation = take_word(value);
  const auto component = ascii::parse_number<std::uint16_t>(take_word(value));
  candidate.transport = ascii::lower(take_word(value));
  const auto priority = ascii::parse_number<std::uint32_t>(take_word(value));
  candidate.address = take_word(value);
  const auto port = ascii::parse_number<std::uint16_t>(take_word(value));
  const bool has_type = take_word(value) == "typ";
  const auto type = parse_type(take_word(value));

  if (candidate.foundation.empty() || candidate.foundation.size() > kMaxFoundation) return std::nullopt;
  if (!component || *component == 0 || *component > kMaxComponent) return std::nullopt;
  if (candidate.address.empty() || candidate.address.size() > kMaxHost) return std::nullopt;
  if (!priority || !port || !has_type || !type) return std::nullopt;
  if (!take_extensions(candidate, value)) return std::nullopt;
  candidate.component = *component;
  candidate.priority = *priority;
  candidate.port = *port;
  candidate.type = *type;
  return candidate;
}

std::string text(const Candidate& candidate) {
  auto out = fmt::format("{} {} {} {} {} {} typ {}", candidate.foundation, candidate.component, candidate.transport,
                         candidate.priority, candidate.address, candidate.port, text(candidate.type));
  if (candidate.related_address) out += " raddr " + *candidate.related_address;
  if (candidate.related_port) out += fmt::format(" rport {}", *candidate.related_port);
  if (candidate.tcp_type) out += " tcptype " + *candidate.tcp_type;
  return out;
}

Candidate host_candidate(const Endpoint& endpoint, std::uint16_t rank) {
  constexpr std::uint32_t kHostTypePreference = 126;
  constexpr std::uint16_t kComponent = 1;  // RTP and RTCP share one, by rtcp-mux
  const std::uint32_t local_preference = 65535u - rank;
  Candidate candidate;
  candidate.foundation = std::to_string(rank + 1);
  candidate.component = kComponent;
  candidate.priority = (kHostTypePreference << 24) + (local_preference << 8) + (256u - kComponent);
  candidate.address = endpoint.address.text();
  candidate.port = endpoint.port;
  return candidate;
}

}  // namespace webcalling::sdp
