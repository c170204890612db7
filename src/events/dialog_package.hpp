#pragma once

#include "events/dialog_states.hpp"
#include "events/package.hpp"

namespace webcalling::events {

/// What an extension is doing, call by call, for busy lamps and for picking up (RFC 4235). Every document is complete
/// (state="full").
class DialogPackage final : public Package {
 public:
  explicit DialogPackage(const DialogStates& dialogs) : dialogs_(dialogs) {}

  [[nodiscard]] std::string_view event() const override { return "dialog"; }
  [[nodiscard]] std::string_view body_type() const override { return "application/dialog-info+xml"; }
  [[nodiscard]] Audience audience() const override { return Audience::Everybody; }
  /// RFC 4235 section 3.10.
  [[nodiscard]] Duration pace() const override { return 1s; }
  [[nodiscard]] std::string describe(const Subject& subject, std::uint32_t version) const override;

 private:
  const DialogStates& dialogs_;
};

}  // namespace webcalling::events
