#pragma once

#include "events/dialog_states.hpp"
#include "events/package.hpp"
#include "events/published_presence.hpp"
#include "registrar/registrar.hpp"

namespace webcalling::events {

/// Whether an extension can be reached (RFC 3856, PIDF: RFC 3863): as it has published itself, else open as long as a
/// phone of it is registered; and whether it talks (RFC 4480).
class PresencePackage final : public Package {
 public:
  PresencePackage(const registrar::Registrar& registrar, const DialogStates& dialogs, const PresenceSource& published)
      : registrar_(registrar), dialogs_(dialogs), published_(published) {}

  [[nodiscard]] std::string_view event() const override { return "presence"; }
  [[nodiscard]] std::string_view body_type() const override { return "application/pidf+xml"; }
  [[nodiscard]] Audience audience() const override { return Audience::Everybody; }
  /// RFC 3856 section 6.10.
  [[nodiscard]] Duration pace() const override { return 5s; }
  [[nodiscard]] std::string describe(const Subject& subject, std::uint32_t version) const override;

 private:
  const registrar::Registrar& registrar_;
  const DialogStates& dialogs_;
  const PresenceSource& published_;
};

}  // namespace webcalling::events
