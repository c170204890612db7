#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/time.hpp"
#include "sip/auth/digest.hpp"

namespace webcalling::account {

/// How a page signs in to SIP in place of its user, for a while.
struct SipCredential {
  std::string username;
  std::string password;
  WallTime expires;
};

/// A page that is signed in, as it is kept and written down: without its secrets.
struct Session {
  struct Credential {
    std::string username;
    sip::Ha1 ha1;
    WallTime expires;
    friend bool operator==(const Credential&, const Credential&) = default;
  };

  /// Of the token that the page shows; it names the session.
  std::string token_hash;
  std::string extension;
  /// Of the account when the session began: another password ends it, also while nobody looks.
  std::string password_mark;
  /// Its name among usernames.
  std::string handle;
  /// Of the credential that was made last.
  std::uint32_t generation = 0;
  WallTime used;
  WallTime expires;
  /// Those that are good, or were lately; the newest last. Seldom more than four.
  std::vector<Credential> credentials;
  friend bool operator==(const Session&, const Session&) = default;
};

/// Takes note of every change, at once and without calling back: writing it down is somebody else's matter.
class SessionJournal {
 public:
  virtual ~SessionJournal() = default;
  /// New or changed.
  virtual void put(const Session& session) = 0;
  virtual void remove(const std::string& token_hash) = 0;
};

/// Where sessions survive a restart. Its calls may wait for a disk: never made on the signalling loop once it runs.
/// Implemented by store/.
class SessionStore {
 public:
  struct Changes {
    std::vector<Session> put;
    std::vector<std::string> removed;
  };

  virtual ~SessionStore() = default;
  [[nodiscard]] virtual Result<std::vector<Session>> read() = 0;
  /// All of it or nothing.
  [[nodiscard]] virtual Result<void> write(const Changes& changes) = 0;
};

}  // namespace webcalling::account
