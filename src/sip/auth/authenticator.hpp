#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/random.hpp"
#include "base/time.hpp"
#include "base/timer_queue.hpp"
#include "sip/auth/digest.hpp"
#include "sip/message/message.hpp"

namespace webcalling::sip {

/// Digest authentication of requests (RFC 7616, RFC 8760): SHA-256 offered first and MD5 last, qop=auth. Nonces are
/// stateless: time and an HMAC under a key drawn at construction; they expire and are then answered with stale=true. A
/// nonce-count that does not grow is a replay: challenged anew with stale=true (SIP.js repeats nc=1 at every refresh).
/// Which counts were seen is remembered in a bounded table, oldest forgotten with its nonce's expiry. An unknown user
/// costs the same time and gets the same answer as a wrong password.
class Authenticator {
 public:
  struct Settings {
    std::string realm = "webcalling";
    Duration nonce_lifetime = 5min;
    std::size_t remembered_nonces = 100'000;
  };
  using FindHa1 = std::function<std::optional<Ha1>(std::string_view user)>;

  struct Accepted {
    std::string user;
  };
  struct Challenge {
    bool stale = false;
    /// False if no credentials were sent at all: not a failed guess.
    bool failed = false;
    std::string user;  ///< as claimed; for bans and logs
  };
  /// Credentials that cannot be read (ATTACKS S21): 400.
  struct Malformed {
    std::string reason;
  };
  using Verdict = std::variant<Accepted, Challenge, Malformed>;

  Authenticator(TimerQueue& timers, Random& random, FindHa1 find_ha1, Settings settings);
  ~Authenticator();

  /// Reads Authorization for REGISTER and Proxy-Authorization or Authorization for everything else. The digest uri must
  /// be equivalent to the Request-URI or name the same host and user with another port (INTEROP: clients add ":5060").
  [[nodiscard]] Verdict verify(const Request& request);
  /// Adds the challenge headers: WWW-Authenticate to a 401, Proxy-Authenticate to a 407; SHA-256 before MD5 (SIP.js
  /// takes the last).
  void challenge(Response& response, bool stale);

 private:
  class NonceTable;
  // defined by the implementation
  TimerQueue& timers_;
  Random& random_;
  FindHa1 find_ha1_;
  Settings settings_;
  std::unique_ptr<NonceTable> nonces_;
};

}  // namespace webcalling::sip
