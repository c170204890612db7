#include "registrar/gruu.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/bytes.hpp"
#include "sip/message/grammar.hpp"

namespace webcalling::registrar {
namespace {

constexpr std::string_view kPrefix = "tgruu.";
constexpr std::string_view kPurpose = "temporary GRUU";

/// What stands in `+sip.instance` between the angle brackets; empty if it is no URN (RFC 5626 section 4.1).
std::string_view urn_of(const Binding& binding) {
  std::string_view instance = binding.instance;
  if (!instance.starts_with('<') || !instance.ends_with('>')) return {};
  instance = instance.substr(1, instance.size() - 2);
  const bool is_urn = ascii::starts_with_ignoring_case(instance, "urn:") && sip::grammar::unescape(instance) &&
                      std::none_of(instance.begin(), instance.end(), sip::grammar::is_control);
  return is_urn ? instance : std::string_view{};
}

/// The address by which the device registered, without what else its URI said.
sip::Uri bare(const sip::Uri& aor) {
  sip::Uri uri;
  uri.scheme = aor.scheme;
  uri.user = aor.user;
  uri.host = aor.host;
  uri.port = aor.port;
  return uri;
}

}  // namespace

std::optional<sip::Uri> public_gruu(const Binding& binding) {
  const std::string_view urn = urn_of(binding);
  if (urn.empty()) return std::nullopt;
  sip::Uri uri = bare(binding.aor);
  uri.parameters.set("gr", urn);
  return uri;
}

sip::Uri temporary_gruu(const Binding& binding, const sip::Seal& seal, Random& random) {
  ByteVector content;
  ByteWriter(content).u64(random.u64()).u64(binding.incarnation);
  sip::Uri uri = bare(binding.aor);
  uri.user = std::string(kPrefix) + seal.close(kPurpose, content);
  uri.parameters.set("gr");
  return uri;
}

bool names_instance_of(const sip::Uri& uri, const Binding& binding) {
  const auto named = sip::grammar::unescape(uri.parameters.get("gr").value_or(""));
  const auto own = sip::grammar::unescape(urn_of(binding));
  return named && own && !named->empty() && ascii::equals_ignoring_case(*named, *own);
}

std::optional<std::uint64_t> read_temporary_gruu(const sip::Uri& uri, const sip::Seal& seal) {
  if (!uri.parameters.has("gr") || !uri.user.starts_with(kPrefix)) return std::nullopt;
  const auto content = seal.open(kPurpose, std::string_view(uri.user).substr(kPrefix.size()));
  if (!content || content->size() != 16) return std::nullopt;
  ByteReader reader(*content);
  reader.u64();
  return reader.u64();
}

}  // namespace webcalling::registrar
