#include "support/digest_client.hpp"

#include <vector>

#include "sip/auth/digest.hpp"
#include "sip/message/headers.hpp"

namespace webcalling::sim {
namespace {

std::optional<sip::DigestFields> last_challenge(const sip::Response& response) {
  const auto of_servers = response.get_all<sip::WwwAuthenticate>();
  if (of_servers && !of_servers->empty()) return of_servers->back();
  const auto of_proxies = response.get_all<sip::ProxyAuthenticate>();
  if (of_proxies && !of_proxies->empty()) return of_proxies->back();
  return std::nullopt;
}

}  // namespace

bool DigestClient::answer(const sip::Response& challenge, sip::Request& request) {
  const auto challenged = last_challenge(challenge);
  if (!challenged) return false;
  was_stale_ = challenged->get("stale") == "true";
  const std::string realm(challenged->get("realm").value_or(""));
  const std::string nonce(challenged->get("nonce").value_or(""));
  const std::string uri = request.uri().text();
  const std::string cnonce = random_.token(12);
  const bool sha256 = challenged->get("algorithm") == "SHA-256";
  const auto algorithm = sha256 ? sip::DigestAlgorithm::Sha256 : sip::DigestAlgorithm::Md5;
  const auto ha1 = sip::make_ha1(user_, realm, password_);
  sip::DigestFields fields;
  fields.set("username", user_, true);
  fields.set("realm", realm, true);
  fields.set("nonce", nonce, true);
  fields.set("uri", uri, true);
  fields.set("algorithm", sha256 ? "SHA-256" : "MD5", false);
  fields.set(
      "response",
      sip::digest_response(
          algorithm, sha256 ? ha1.sha256 : ha1.md5,
          {.nonce = nonce, .nonce_count = "00000001", .cnonce = cnonce, .method = request.method_text(), .uri = uri}),
      true);
  fields.set("qop", "auth", false);
  fields.set("cnonce", cnonce, true);
  fields.set("nc", "00000001", false);
  last_.clear();
  fields.write(last_);
  request.set(challenge.status() == 407 ? sip::HeaderName::ProxyAuthorization : sip::HeaderName::Authorization, last_);
  return true;
}

void DigestClient::repeat(sip::Request& request) const {
  if (!last_.empty()) request.set(sip::HeaderName::Authorization, last_);
}

}  // namespace webcalling::sim
