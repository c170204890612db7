#pragma once

#include <string>
#include <vector>

#include "base/network.hpp"
#include "base/time.hpp"

namespace webcalling::guard {

/// What a source may do. A source is what one subscriber has: an IPv4 address, or an IPv6 /64.
struct Settings {
  /// Never limited and never banned.
  std::vector<Network> trusted_networks{Network(IpAddress::v4(0x7f000000), 8),
                                        Network(IpAddress::v6({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}), 128)};
  /// Reverse proxies, whose X-Forwarded-For is believed; never limited and never banned themselves.
  std::vector<Network> trusted_proxies;

  double requests_per_second = 40;
  /// That many at once, when it was quiet before.
  double burst = 200;
  std::size_t connections_per_address = 100;
  std::size_t calls_per_source = 100;
  std::size_t transactions_per_source = 1000;
  /// A source from which somebody has authenticated has that many times as much patience, requests and connections...
  unsigned known_factor = 10;
  /// ...for this long.
  Duration known_for = 1h;

  /// So many wrong passwords or extensions at once lead to a ban. They are forgiven one by one, all of them in the
  /// course of the window: a phone that has been forgotten somewhere with an old password is no attack.
  double failures_before_ban = 10;
  Duration failure_window = 10min;
  Duration first_ban = 5min;
  /// Each ban is four times as long as the one before, up to this; and as long a good conduct makes it the first again.
  Duration longest_ban = 7 * 24h;
  /// Beginnings of the User-Agent of programs that only attackers use; in any case. Who runs the server knows them.
  std::vector<std::string> scanner_user_agents;

  // How much is remembered, whatever comes.
  std::size_t remembered_sources = 32 * 1024;
  std::size_t remembered_bans = 64 * 1024;
};

}  // namespace webcalling::guard
