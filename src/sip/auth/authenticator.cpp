#include "sip/auth/authenticator.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/ascii.hpp"
#include "sip/auth/nonce_table.hpp"
#include "sip/message/headers.hpp"

namespace webcalling::sip {

/// One Authorization header for our realm, with everything in it that the digest needs.
struct Authenticator::Credentials {
  DigestAlgorithm algorithm = DigestAlgorithm::Md5;
  std::string user;
  std::string nonce;
  std::string uri;
  std::string cnonce;
  std::string nonce_count_text;
  std::uint32_t nonce_count = 0;
  std::string response;
};

namespace {

/// Exactly eight hex digits (RFC 7616 section 3.4).
std::optional<std::uint32_t> parse_nonce_count(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (text.size() != 8 || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// RFC 7616 section 3.3: without a name it is MD5.
std::optional<DigestAlgorithm> parse_algorithm(std::string_view text) {
  if (ascii::equals_ignoring_case(text, "MD5")) return DigestAlgorithm::Md5;
  if (ascii::equals_ignoring_case(text, "SHA-256")) return DigestAlgorithm::Sha256;
  return std::nullopt;
}

/// The header names that may carry credentials for us, best first. A phone that got a 401 for an INVITE answers with
/// Authorization.
std::vector<HeaderName> credential_headers(Method method) {
  if (method == Method::Register) return {HeaderName::Authorization};
  return {HeaderName::ProxyAuthorization, HeaderName::Authorization};
}

bool names_the_target(std::string_view digest_uri, const Uri& target) {
  const auto uri = Uri::parse(digest_uri);
  return uri && uri->aor() == target.aor();
}

/// All Digest credentials of one header; those of other schemes are none of ours.
Result<std::vector<DigestFields>> parse_credentials(const Request& request, HeaderName name) {
  std::vector<DigestFields> out;
  for (const std::string_view value : request.values(name)) {
    auto fields = DigestFields::parse(value);
    if (fields) {
      out.push_back(std::move(*fields));
    } else if (fields.error().kind != Error::Kind::Unsupported) {
      return in_context(text(name), std::move(fields.error()));
    }
  }
  return out;
}

std::string hex_of_random(Random& random, std::size_t digits) {
  std::string out;
  while (out.size() < digits) fmt::format_to(std::back_inserter(out), "{:016x}", random.u64());
  return out;
}

}  // namespace

Authenticator::Authenticator(TimerQueue& timers, Random& random, FindLogin find_login, Settings settings)
    : timers_(timers),
      random_(random),
      find_login_(std::move(find_login)),
      settings_(std::move(settings)),
      nobodys_ha1_{hex_of_random(random, 32), hex_of_random(random, 64)},
      nonces_(std::make_unique<NonceTable>(random, settings_.nonce_lifetime, settings_.remembered_nonces)) {}

Authenticator::~Authenticator() = default;

Authenticator::Verdict Authenticator::verify(const Request& request, const IpAddress& sender) {
  auto read = read_credentials(request);
  if (auto* verdict = std::get_if<Verdict>(&read)) return std::move(*verdict);
  const auto& credentials = std::get<Credentials>(read);

  auto login = find_login_(credentials.user);
  const auto expected = digest_response(credentials.algorithm, ha1_of(login, credentials.algorithm),
                                        {.nonce = credentials.nonce,
                                         .nonce_count = credentials.nonce_count_text,
                                         .cnonce = credentials.cnonce,
                                         .method = request.method_text(),
                                         .uri = credentials.uri});
  if (!equal_in_constant_time(expected, credentials.response) || !login) {
    return Challenge{.stale = false,
                     .failed = true,
                     .user = credentials.user,
                     .nonce_is_ours = nonces_->is_ours(credentials.nonce, sender)};
  }
  if (login->is_over)
    return Challenge{.stale = false, .failed = false, .user = credentials.user, .nonce_is_ours = true};
  // RFC 7616 section 3.3: stale is for those whose digest is right, so that they need not ask for the password again.
  if (!nonces_->use(credentials.nonce, credentials.nonce_count, timers_.now(), sender)) {
    return Challenge{.stale = true, .failed = false, .user = credentials.user, .nonce_is_ours = true};
  }
  return Accepted{std::move(login->user)};
}

std::variant<Authenticator::Credentials, Authenticator::Verdict> Authenticator::read_credentials(
    const Request& request) const {
  const auto for_our_realm = [this](const DigestFields& fields) { return fields.get("realm") == settings_.realm; };
  std::optional<DigestFields> found;
  for (const HeaderName name : credential_headers(request.method())) {
    auto all = parse_credentials(request, name);
    if (!all) return Verdict(Malformed{all.error().text});
    const auto ours = std::find_if(all->begin(), all->end(), for_our_realm);
    if (!found && ours != all->end()) found = std::move(*ours);
  }
  if (!found) return Verdict(Challenge{});

  const auto field = [&found](std::string_view name) { return found->get(name).value_or(""); };
  for (const std::string_view name : {"username", "nonce", "uri", "response"}) {
    if (field(name).empty()) return Verdict(Malformed{fmt::format("Credentials Without {}", name)});
  }
  // RFC 2069 had no qop: nothing counts its uses then, so it is asked again, and not held against anybody.
  if (!found->get("qop")) return Verdict(Challenge{.user = std::string(field("username"))});
  if (!ascii::equals_ignoring_case(field("qop"), "auth")) return Verdict(Malformed{"qop Was Not Offered"});
  const auto algorithm = parse_algorithm(found->get("algorithm").value_or("MD5"));
  if (!algorithm) return Verdict(Malformed{"Algorithm Was Not Offered"});
  const auto nonce_count = parse_nonce_count(field("nc"));
  if (!nonce_count) return Verdict(Malformed{"nc Is Not Eight Hex Digits"});
  if (field("cnonce").empty()) return Verdict(Malformed{"Credentials Without cnonce"});
  // RFC 7616 section 3.4.6: credentials for one target shall not open another.
  if (!names_the_target(field("uri"), request.uri())) return Verdict(Malformed{"Credentials For Another URI"});
  return Credentials{.algorithm = *algorithm,
                     .user = std::string(field("username")),
                     .nonce = std::string(field("nonce")),
                     .uri = std::string(field("uri")),
                     .cnonce = std::string(field("cnonce")),
                     .nonce_count_text = std::string(field("nc")),
                     .nonce_count = *nonce_count,
                     .response = std::string(field("response"))};
}

std::string Authenticator::ha1_of(const std::optional<Login>& login, DigestAlgorithm algorithm) const {
  const bool md5 = algorithm == DigestAlgorithm::Md5;
  const auto& nobodys = md5 ? nobodys_ha1_.md5 : nobodys_ha1_.sha256;
  if (!login) return nobodys;
  const auto& known = md5 ? login->ha1.md5 : login->ha1.sha256;
  // An account that has no HA1 for this algorithm must not be open to everybody who knows what an empty one digests to.
  return known.size() == nobodys.size() ? known : nobodys;
}

void Authenticator::challenge(const Request& request, Response& response, bool stale, const IpAddress& sender) {
  const auto nonce = nonces_->issue(timers_.now(), sender);
  const auto name = response.status() == 407 ? HeaderName::ProxyAuthenticate : HeaderName::WwwAuthenticate;
  const auto add = [&](std::string_view algorithm) {
    DigestFields fields;
    fields.set("realm", settings_.realm, true);
    fields.set("nonce", nonce, true);
    fields.set("algorithm", algorithm, false);
    fields.set("qop", "auth", true);
    if (stale) fields.set("stale", "true", false);
    std::string value;
    fields.write(value);
    response.add(name, value);
  };
  if (offers_sha256_to(request)) add("SHA-256");
  add("MD5");
}

bool Authenticator::offers_sha256_to(const Request& request) const {
  const auto agent = request.header(HeaderName::UserAgent).value_or("");
  return std::none_of(settings_.md5_only_agents.begin(), settings_.md5_only_agents.end(),
                      [agent](std::string_view prefix) { return ascii::starts_with_ignoring_case(agent, prefix); });
}

}  // namespace webcalling::sip
