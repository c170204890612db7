#pragma once

#include "events/package.hpp"
#include "registrar/registrar.hpp"

namespace webcalling::events {

/// By which contacts an extension is registered (RFC 3680): for itself alone, since it tells where its phones are.
class RegistrationPackage final : public Package {
 public:
  explicit RegistrationPackage(const registrar::Registrar& registrar) : registrar_(registrar) {}

  [[nodiscard]] std::string_view event() const override { return "reg"; }
  [[nodiscard]] std::string_view body_type() const override { return "application/reginfo+xml"; }
  [[nodiscard]] Audience audience() const override { return Audience::Oneself; }
  /// RFC 3680 section 4.10.
  [[nodiscard]] Duration pace() const override { return 5s; }
  [[nodiscard]] std::string describe(const Subject& subject, std::uint32_t version) const override;

 private:
  const registrar::Registrar& registrar_;
};

}  // namespace webcalling::events
