#pragma once

#include <optional>
#include <string>

#include "base/random.hpp"
#include "sip/message/message.hpp"

namespace webcalling::sim {

/// The client side of digest authentication, as SIP.js does it: it takes the last challenge, and repeats its old
/// credentials unchanged, nonce count included, until they are challenged anew.
class DigestClient {
 public:
  DigestClient(std::string user, std::string password, Random& random)
      : user_(std::move(user)), password_(std::move(password)), random_(random) {}

  /// Puts credentials into `request` that answer a 401 or 407; false if there is nothing in it to answer.
  bool answer(const sip::Response& challenge, sip::Request& request);
  /// Puts the credentials of the last answer into `request`, if there are any.
  void repeat(sip::Request& request) const;

  /// True if the last challenge said that only the nonce was too old.
  [[nodiscard]] bool was_stale() const { return was_stale_; }

 private:
  std::string user_;
  std::string password_;
  Random& random_;
  bool was_stale_ = false;
  std::string last_;
};

}  // namespace webcalling::sim
