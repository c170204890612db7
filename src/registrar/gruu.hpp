#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/random.hpp"
#include "registrar/binding.hpp"
#include "sip/message/uri.hpp"
#include "sip/token/seal.hpp"

namespace webcalling::registrar {

// Addresses of one instance (RFC 5627): a URI with the parameter `gr`.

/// The address of record with the instance in `gr`. Nothing if the instance is not a URN in angle brackets.
[[nodiscard]] std::optional<sip::Uri> public_gruu(const Binding& binding);

/// An address that says neither whose it is nor which device: each one is different, all are good until the
/// incarnation is over. `binding` must have one.
[[nodiscard]] sip::Uri temporary_gruu(const Binding& binding, const sip::Seal& seal, Random& random);

/// True if the public GRUU `uri` is that of this binding's instance, whatever the extension.
[[nodiscard]] bool names_instance_of(const sip::Uri& uri, const Binding& binding);

/// The incarnation that a temporary GRUU is for; nothing if it is no GRUU that temporary_gruu() made.
[[nodiscard]] std::optional<std::uint64_t> read_temporary_gruu(const sip::Uri& uri, const sip::Seal& seal);

}  // namespace webcalling::registrar
