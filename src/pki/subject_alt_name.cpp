#include "pki/subject_alt_name.hpp"

#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>

#include "base/ascii.hpp"
#include "pki/certificate.hpp"

namespace webcalling::pki {
namespace {

struct NamesDeleter {
  void operator()(GENERAL_NAMES* names) const { GENERAL_NAMES_free(names); }
};
using NamesPointer = std::unique_ptr<GENERAL_NAMES, NamesDeleter>;

Bytes bytes_of(const ASN1_STRING& text) {
  return {ASN1_STRING_get0_data(&text), static_cast<std::size_t>(ASN1_STRING_length(&text))};
}

std::optional<IpAddress> address_of(Bytes bytes) {
  if (bytes.size() == 4) {
    ByteReader reader(bytes);
    return IpAddress::v4(reader.u32());
  }
  std::array<std::uint8_t, 16> network_order{};
  if (bytes.size() != network_order.size()) return std::nullopt;
  std::copy(bytes.begin(), bytes.end(), network_order.begin());
  return IpAddress::v6(network_order);
}

/// RFC 5922 section 7.1: a SIP URI without user names a domain.
std::optional<std::string> domain_of(std::string_view uri) {
  constexpr std::string_view kScheme = "sip:";
  if (!ascii::starts_with_ignoring_case(uri, kScheme) || uri.find('@') != std::string_view::npos) return std::nullopt;
  uri.remove_prefix(kScheme.size());
  return ascii::lower(uri.substr(0, uri.find_first_of(":;?")));
}

void read(const GENERAL_NAME& entry, Names& names) {
  int type = 0;
  const void* value = GENERAL_NAME_get0_value(&entry, &type);
  if (value == nullptr) return;
  if (type != GEN_DNS && type != GEN_IPADD && type != GEN_URI) return;
  const Bytes bytes = bytes_of(*static_cast<const ASN1_STRING*>(value));
  if (type == GEN_DNS) names.hosts.push_back(ascii::lower(as_text(bytes)));
  if (type == GEN_IPADD) {
    if (const auto address = address_of(bytes)) names.addresses.push_back(*address);
  }
  if (type == GEN_URI) {
    if (auto domain = domain_of(as_text(bytes))) names.hosts.push_back(std::move(*domain));
  }
}

bool add(GENERAL_NAMES& all, int type, int string_type, Bytes bytes) {
  ASN1_STRING* text = ASN1_STRING_type_new(string_type);
  GENERAL_NAME* name = GENERAL_NAME_new();
  const bool made =
      text != nullptr && name != nullptr && ASN1_STRING_set(text, bytes.data(), static_cast<int>(bytes.size())) == 1;
  if (made) {
    GENERAL_NAME_set0_value(name, type, text);
    if (sk_GENERAL_NAME_push(&all, name) > 0) return true;
  } else {
    ASN1_STRING_free(text);
  }
  GENERAL_NAME_free(name);
  return false;
}

}  // namespace

bool add_names(x509_st& certificate, const Names& names) {
  const NamesPointer all(sk_GENERAL_NAME_new_null());
  if (!all) return false;
  const bool added =
      std::all_of(names.hosts.begin(), names.hosts.end(),
                  [&](const auto& host) { return add(*all, GEN_DNS, V_ASN1_IA5STRING, as_bytes(host)); }) &&
      std::all_of(names.addresses.begin(), names.addresses.end(),
                  [&](const IpAddress& address) { return add(*all, GEN_IPADD, V_ASN1_OCTET_STRING, address.bytes()); });
  return added && X509_add1_ext_i2d(&certificate, NID_subject_alt_name, all.get(), 0, X509V3_ADD_DEFAULT) == 1;
}

Names names_of(const x509_st& certificate) {
  Names names;
  const NamesPointer all(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; all && i < sk_GENERAL_NAME_num(all.get()); ++i) read(*sk_GENERAL_NAME_value(all.get(), i), names);
  return names;
}

}  // namespace webcalling::pki
