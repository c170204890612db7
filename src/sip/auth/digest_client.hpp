#pragma once

// The client side of digest authentication: for tests, and for the load that bench/ makes.

#include <optional>
#include <string>
#include <utility>

#include "base/random.hpp"
#include "sip/auth/digest.hpp"
#include "sip/message/headers.hpp"
#include "sip/message/message.hpp"

namespace webcalling::sip {

/// Does as SIP.js does: it takes the last challenge, and repeats its old credentials unchanged, nonce count included,
/// until they are challenged anew.
class DigestClient {
 public:
  DigestClient(std::string user, std::string password, Random& random)
      : user_(std::move(user)), password_(std::move(password)), random_(random) {}

  /// Puts credentials into `request` that answer a 401 or 407; false if there is nothing in it to answer.
  bool answer(const Response& challenge, Request& request) {
    const auto challenged = last_challenge(challenge);
    if (!challenged) return false;
    was_stale_ = challenged->get("stale") == "true";
    last_ = credentials(*challenged, request);
    request.set(challenge.status() == 407 ? HeaderName::ProxyAuthorization : HeaderName::Authorization, last_);
    return true;
  }

  /// Puts the credentials of the last answer into `request`, if there are any.
  void repeat(Request& request) const {
    if (!last_.empty()) request.set(HeaderName::Authorization, last_);
  }

  /// True if the last challenge said that only the nonce was too old.
  [[nodiscard]] bool was_stale() const { return was_stale_; }

 private:
  static std::optional<DigestFields> last_challenge(const Response& response) {
    const auto of_servers = response.get_all<WwwAuthenticate>();
    if (of_servers && !of_servers->empty()) return of_servers->back();
    const auto of_proxies = response.get_all<ProxyAuthenticate>();
    if (of_proxies && !of_proxies->empty()) return of_proxies->back();
    return std::nullopt;
  }

  std::string credentials(const DigestFields& challenged, const Request& request) {
    const std::string realm(challenged.get("realm").value_or(""));
    const std::string nonce(challenged.get("nonce").value_or(""));
    const std::string uri = request.uri().text();
    const std::string cnonce = random_.token(12);
    const bool sha256 = challenged.get("algorithm") == "SHA-256";
    const auto ha1 = make_ha1(user_, realm, password_);
    const DigestInput input{
        .nonce = nonce, .nonce_count = "00000001", .cnonce = cnonce, .method = request.method_text(), .uri = uri};
    const auto response = sha256 ? digest_response(DigestAlgorithm::Sha256, ha1.sha256, input)
                                 : digest_response(DigestAlgorithm::Md5, ha1.md5, input);
    DigestFields fields;
    fields.set("username", user_, true);
    fields.set("realm", realm, true);
    fields.set("nonce", nonce, true);
    fields.set("uri", uri, true);
    fields.set("algorithm", sha256 ? "SHA-256" : "MD5", false);
    fields.set("response", response, true);
    fields.set("qop", "auth", false);
    fields.set("cnonce", cnonce, true);
    fields.set("nc", input.nonce_count, false);
    std::string text;
    fields.write(text);
    return text;
  }

  std::string user_;
  std::string password_;
  Random& random_;
  bool was_stale_ = false;
  std::string last_;
};

}  // namespace webcalling::sip
