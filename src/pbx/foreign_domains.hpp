#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "call/switchboard.hpp"
#include "locating/server_locator.hpp"
#include "sip/message/uri.hpp"
#include "sip/transport/flow.hpp"

namespace webcalling {

/// Which other domains our people may call, and the ways there (RFC 3263). Nobody is let out but where the list says so
/// (ATTACKS S35).
class ForeignDomains {
 public:
  struct Settings {
    /// Domains, or numeric hosts; "*" is every domain with a name.
    std::vector<std::string> allowed;
    /// Hosts by which we are known: never foreign.
    std::vector<std::string> own_names;
  };

  /// `dns` may be null: then nobody can be called.
  ForeignDomains(TimerQueue& timers, Random& random, sip::MessageSender& sender, locating::Resolver* dns,
                 Settings settings);

  /// Whether `target` belongs to another domain that may be called.
  [[nodiscard]] bool is_allowed(const sip::Uri& target) const;
  /// See call::Switchboard.
  [[nodiscard]] std::shared_ptr<call::Lookup> look_up(const call::RingDomain& domain, call::OnLocated on_located);
  void note_dead_way(const call::Destination& destination);

 private:
  [[nodiscard]] bool is_listed(std::string_view host) const;
  [[nodiscard]] tl::expected<call::RingOrder, call::Ending> ways(const call::RingDomain& domain,
                                                                 const Result<std::vector<locating::Target>>& found);
  [[nodiscard]] std::optional<call::Destination> way(const call::RingDomain& domain, const locating::Target& target);

  sip::MessageSender& sender_;
  Settings settings_;
  std::optional<locating::ServerLocator> locator_;
};

}  // namespace webcalling
