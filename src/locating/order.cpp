#include "locating/order.hpp"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "base/ascii.hpp"

namespace webcalling::locating {
namespace {

std::optional<sip::TransportKind> transport_of(std::string_view service) {
  if (ascii::equals_ignoring_case(service, "SIP+D2U")) return sip::TransportKind::Udp;
  if (ascii::equals_ignoring_case(service, "SIP+D2T")) return sip::TransportKind::Tcp;
  if (ascii::equals_ignoring_case(service, "SIPS+D2T")) return sip::TransportKind::Tls;
  return std::nullopt;
}

/// Takes one of the records of one priority.
SrvRecord draw(std::vector<SrvRecord>& candidates, Random& random) {
  std::uint64_t sum = 0;
  for (const SrvRecord& record : candidates) sum += record.weight;
  // "choose a uniform random number between 0 and the sum computed (inclusive), and select the RR whose running sum
  // value is the first in the selected order which is greater than or equal to the random number selected."
  const std::uint64_t drawn = random.below(sum + 1);
  std::uint64_t running = 0;
  auto chosen = candidates.begin();
  for (; chosen + 1 != candidates.end(); ++chosen) {
    running += chosen->weight;
    if (running >= drawn) break;
  }
  SrvRecord record = std::move(*chosen);
  candidates.erase(chosen);
  return record;
}

}  // namespace

std::vector<SrvRecord> order_by_weight(std::vector<SrvRecord> records, Random& random) {
  std::erase_if(records, [](const SrvRecord& record) { return record.target.empty() || record.target == "."; });
  // "all those with weight 0 are placed at the beginning of the list", where they have a small chance.
  std::stable_sort(records.begin(), records.end(), [](const SrvRecord& a, const SrvRecord& b) {
    return std::tuple(a.priority, a.weight != 0) < std::tuple(b.priority, b.weight != 0);
  });
  std::vector<SrvRecord> ordered;
  for (auto first = records.begin(); first != records.end();) {
    const auto last = std::find_if(first, records.end(),
                                   [&](const SrvRecord& record) { return record.priority != first->priority; });
    std::vector<SrvRecord> equals(std::make_move_iterator(first), std::make_move_iterator(last));
    while (!equals.empty()) ordered.push_back(draw(equals, random));
    first = last;
  }
  return ordered;
}

std::vector<Service> choose_services(std::vector<NaptrRecord> records, bool secure, const Abilities& abilities) {
  std::stable_sort(records.begin(), records.end(), [](const NaptrRecord& a, const NaptrRecord& b) {
    return std::tie(a.order, a.preference) < std::tie(b.order, b.preference);
  });
  std::vector<Service> services;
  for (const NaptrRecord& record : records) {
    const auto kind = transport_of(record.service);
    // "s": what stands in the record is the name of SRV records.
    if (!kind || !ascii::equals_ignoring_case(record.flags, "s")) continue;
    const auto& ours = abilities.transports;
    const bool is_usable = std::find(ours.begin(), ours.end(), *kind) != ours.end();
    if (!is_usable || (secure && *kind != sip::TransportKind::Tls)) continue;
    std::string name = ascii::lower(record.replacement);
    if (name.ends_with('.')) name.pop_back();
    if (is_domain_name(name)) services.push_back({*kind, std::move(name)});
  }
  return services;
}

}  // namespace webcalling::locating
