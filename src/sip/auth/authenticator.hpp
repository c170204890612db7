#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/endpoint.hpp"
#include "base/random.hpp"
#include "base/time.hpp"
#include "base/timer_queue.hpp"
#include "sip/auth/digest.hpp"
#include "sip/message/message.hpp"

namespace webcalling::sip {

class NonceTable;

/// Digest authentication of requests (RFC 7616, RFC 8760): SHA-256 offered first and MD5 last, qop=auth. Nonces are
/// stateless: time and an HMAC under a key drawn at construction; they expire and are then answered with stale=true. A
/// nonce-count that does not grow is a replay: challenged anew with stale=true (SIP.js repeats nc=1 at every refresh).
/// Which counts were seen is remembered in a bounded table; when it is full the oldest nonce is forgotten and expires
/// at once. An unknown user costs the same time and gets the same answer as a wrong password, and stale is said only to
/// those who know the password.
class Authenticator {
 public:
  struct Settings {
    std::string realm = "webcalling";
    Duration nonce_lifetime = 5min;
    std::size_t remembered_nonces = 100'000;
    /// Beginnings of the User-Agent of clients that are offered MD5 alone: they give up when they see another
    /// algorithm, in whatever order (libre before 2.0: "Function not implemented"), or look at the first challenge only
    /// (SIPp).
    std::vector<std::string> md5_only_agents{"baresip v0.", "baresip v1.", "sipp"};
  };
  /// What a username of the credentials stands for: mostly a user by that name, with the password of its account; for a
  /// while also one that was made for a single session of him.
  struct Login {
    std::string user;
    Ha1 ha1;
    /// Its time is over: who knows the password is challenged again, and has not guessed.
    bool is_over = false;
  };
  using FindLogin = std::function<std::optional<Login>(std::string_view username)>;

  struct Accepted {
    /// Who it is, by whatever username.
    std::string user;
  };
  struct Challenge {
    bool stale = false;
    /// False if no credentials were sent at all: not a failed guess.
    bool failed = false;
    std::string user;  ///< as claimed; for bans and logs
    /// The sender has read a challenge that we sent to his address: he did not invent it.
    bool nonce_is_ours = false;
  };
  /// Credentials that cannot be read (ATTACKS S21): 400.
  struct Malformed {
    std::string reason;
  };
  using Verdict = std::variant<Accepted, Challenge, Malformed>;

  Authenticator(TimerQueue& timers, Random& random, FindLogin find_login, Settings settings);
  ~Authenticator();

  /// Reads Authorization for REGISTER and Proxy-Authorization or Authorization for everything else. The digest uri must
  /// be equivalent to the Request-URI or name the same host and user with another port (INTEROP: clients add ":5060").
  /// `sender` is the address that it came from: a nonce is good for that alone that it was given to (ATTACKS S34).
  [[nodiscard]] Verdict verify(const Request& request, const IpAddress& sender = {});
  /// Adds the challenge headers to the response to `request`: WWW-Authenticate to a 401, Proxy-Authenticate to a 407;
  /// SHA-256 before MD5 (SIP.js takes the last).
  void challenge(const Request& request, Response& response, bool stale, const IpAddress& sender = {});

 private:
  struct Credentials;
  [[nodiscard]] std::variant<Credentials, Verdict> read_credentials(const Request& request) const;
  /// That of the login, or one that nobody knows the password of.
  [[nodiscard]] std::string ha1_of(const std::optional<Login>& login, DigestAlgorithm algorithm) const;
  [[nodiscard]] bool offers_sha256_to(const Request& request) const;

  TimerQueue& timers_;
  Random& random_;
  FindLogin find_login_;
  Settings settings_;
  Ha1 nobodys_ha1_;
  std::unique_ptr<NonceTable> nonces_;
};

}  // namespace webcalling::sip
