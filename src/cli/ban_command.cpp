#include "cli/ban_command.hpp"

#include <fmt/chrono.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include "base/ascii.hpp"
#include "base/network.hpp"
#include "server/ban_keeper.hpp"
#include "server/server.hpp"
#include "store/ban_file.hpp"

namespace webcalling::cli {
namespace {

using guard::Ban;

Result<std::unique_ptr<store::BanFile>> open_file(const config::Settings& settings) {
  if (auto made = server::make_data_directory(settings); !made) return Failure(std::move(made.error()));
  return store::BanFile::open(server::ban_file(settings));
}

/// What is banned when this address is: an IPv6 address means its whole /64. Other networks are none.
Result<Network> parse_source(const std::string& text) {
  const auto network = Network::parse(text);
  if (!network) return Failure(network.error());
  const Network source = site_of(network->address());
  const bool is_one_address = network->text() == network->address().text();
  if (is_one_address || *network == source) return source;
  return refused("{}: single IPv4 addresses and IPv6 /64 networks are banned, no others", text);
}

std::optional<std::chrono::seconds> parse_time(std::string_view text) {
  constexpr std::int64_t kMost = 10 * 365 * 24 * 3600LL;
  if (text.empty()) return std::nullopt;
  const char unit = text.back();
  text.remove_suffix(1);
  const std::int64_t factor = unit == 's' ? 1 : unit == 'm' ? 60 : unit == 'h' ? 3600 : unit == 'd' ? 24 * 3600 : 0;
  const auto number = ascii::parse_number<std::int64_t>(text);
  if (factor == 0 || !number || *number < 1 || *number > kMost / factor) return std::nullopt;
  return std::chrono::seconds(*number * factor);
}

std::string in_utc(WallTime time) {
  return fmt::format("{:%Y-%m-%d %H:%M:%S}", fmt::gmtime(std::chrono::floor<std::chrono::seconds>(time)));
}

}  // namespace

Result<std::string> list_bans(const config::Settings& settings, WallTime now) {
  auto file = open_file(settings);
  if (!file) return Failure(std::move(file.error()));
  auto bans = (*file)->read();
  if (!bans) return Failure(std::move(bans.error()));
  std::erase_if(*bans, [now](const Ban& ban) { return ban.until <= now; });
  std::sort(bans->begin(), bans->end(), [](const Ban& a, const Ban& b) { return a.since < b.since; });
  std::string lines;
  for (const Ban& ban : *bans) {
    lines += fmt::format("{}\tuntil {} UTC\tsince {} UTC\tban number {}\t{}\n", ban.source.text(), in_utc(ban.until),
                         in_utc(ban.since), ban.count, ban.reason);
  }
  return lines.empty() ? "nobody is banned\n" : lines;
}

Result<std::string> add_ban(const config::Settings& settings, WallTime now, const std::string& address,
                            const std::string& time) {
  const auto source = parse_source(address);
  if (!source) return Failure(source.error());
  if (contains(settings.guard.trusted_networks, source->address())) {
    return refused("{} is in guard.trusted_networks, which are never banned", source->text());
  }
  const auto length = parse_time(time);
  if (!length) return refused("--for {}: a time is a number with s, m, h or d, such as 90m or 7d", time);
  auto file = open_file(settings);
  if (!file) return Failure(std::move(file.error()));
  const Ban ban{.source = *source, .reason = "by hand", .since = now, .until = now + *length, .count = 1};
  if (auto written = (*file)->write({.put = {ban}}); !written) return Failure(std::move(written.error()));
  return fmt::format("{} is banned until {} UTC\n", source->text(), in_utc(ban.until));
}

Result<std::string> remove_ban(const config::Settings& settings, const std::string& address) {
  const auto source = parse_source(address);
  if (!source) return Failure(source.error());
  auto file = open_file(settings);
  if (!file) return Failure(std::move(file.error()));
  const auto bans = (*file)->read();
  if (!bans) return Failure(bans.error());
  const bool is_there = std::any_of(bans->begin(), bans->end(), [&](const Ban& ban) { return ban.source == *source; });
  if (!is_there) return missing("{} is not banned", source->text());
  if (auto written = (*file)->write({.removed = {*source}}); !written) return Failure(std::move(written.error()));
  return fmt::format("the ban of {} is lifted\n", source->text());
}

}  // namespace webcalling::cli
