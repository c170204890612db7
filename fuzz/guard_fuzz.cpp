#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "guard/forwarded_for.hpp"
#include "guard/guard.hpp"

using namespace webcalling;
using guard::Guard;

namespace {

const std::vector<Network> kProxies{Network(IpAddress::v4(0x0a000000), 8)};

guard::Settings small_settings() {
  guard::Settings settings;
  settings.trusted_proxies = kProxies;
  settings.remembered_sources = 16;
  settings.remembered_bans = 4;
  settings.burst = 4;
  settings.connections_per_address = 2;
  settings.failures_before_ban = 2;
  settings.scanner_user_agents = {"sipvicious"};
  return settings;
}

/// What is written reads as the same, and a network contains itself.
void check_network(std::string_view text) {
  const auto network = Network::parse(text);
  if (!network) return;
  if (!network->contains(network->address())) __builtin_trap();
  if (Network::parse(network->text()).value() != *network) __builtin_trap();
}

}  // namespace

/// The input is a list of lines. One that begins with '#' is a network, one with '@' an X-Forwarded-For, any other a
/// list of deeds in twos: who (0 is trusted, 1 a proxy), and what. Neither of those is ever banned, and no table
/// exceeds its size.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  TimerQueue timers{TimePoint{1000s}};
  SeededRandom random{1};
  const Log log{Log::Level::Info, [](Log::Level, std::string_view) {}};
  const auto wall = [&timers] {
    return WallTime{std::chrono::duration_cast<WallTime::duration>(timers.now().time_since_epoch())};
  };
  Guard guard({.timers = timers, .random = random, .wall_clock = wall, .log = log}, small_settings());
  std::vector<Guard::Ticket> open;
  const auto address = [](std::uint8_t who) {
    return who == 0   ? IpAddress::v4(0x7f000001)
           : who == 1 ? IpAddress::v4(0x0a000001)
                      : IpAddress::v4(0xc0000200u + who);
  };
  const auto act = [&](const IpAddress& who, std::uint8_t what) {
    const auto proof = (what & 8) != 0 ? guard::Proof::Address : guard::Proof::None;
    switch (what & 7) {
      case 0: (void)guard.admit(who); break;
      case 1: open.push_back(guard.admit_connection(who)); break;
      case 2: open.clear(); break;
      case 3: (void)guard.admit_agent(who, "sipvicious", proof); break;
      case 4: guard.on_offence(who, guard::Offence::WrongPassword, "1001", proof); break;
      case 5: guard.on_authenticated(who); break;
      case 6: timers.advance(timers.now() + std::chrono::seconds(1u << (what >> 4))); break;
      case 7: guard.replace(guard.bans(), [](const Network&) { return false; }); break;
    }
  };
  std::string_view rest = as_text(Bytes(data, size));
  while (!rest.empty()) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (line.starts_with('#')) {
      check_network(line.substr(1));
    } else if (line.starts_with('@')) {
      // What a proxy says leads to somebody who is none, or to the last of them.
      (void)guard::find_client(IpAddress::v4(0x0a000001), line.substr(1), kProxies);
      if (guard::find_client(IpAddress::v4(0xc0000201), line.substr(1), kProxies) != IpAddress::v4(0xc0000201)) {
        __builtin_trap();
      }
    } else {
      for (std::size_t i = 0; i + 1 < line.size(); i += 2) {
        act(address(static_cast<std::uint8_t>(line[i])), static_cast<std::uint8_t>(line[i + 1]));
      }
    }
    if (guard.is_banned(address(0)) || guard.is_banned(address(1)) || guard.bans().size() > 4) __builtin_trap();
  }
  return 0;
}
