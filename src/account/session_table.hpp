#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "account/account.hpp"
#include "account/account_directory.hpp"
#include "account/session.hpp"
#include "base/random.hpp"
#include "base/time.hpp"
#include "sip/auth/authenticator.hpp"

namespace webcalling::account {

/// Who is signed in with a page. A session is known by a random token that only its page has, and brings a credential
/// of its own for SIP, so that no browser keeps a password: username `EXTENSION~HANDLE.N`, and a password that follows
/// from the token, so that the page gets the same one again after a reload. A new one is made when half the life of the
/// last is over; both are then good. Sessions are bounded for each extension and in all: the one that was used longest
/// ago makes room.
class SessionTable {
 public:
  struct Settings {
    std::string realm = "webcalling";
    /// Of a session that nobody uses.
    std::chrono::seconds lifetime = std::chrono::days(30);
    std::chrono::seconds credential_lifetime = 12h;
    std::size_t max_per_extension = 20;
    std::size_t max_in_all = 10'000;
  };
  struct Opened {
    /// For the page alone: it is the session.
    std::string token;
    SipCredential credential;
  };

  SessionTable(Random& random, std::function<WallTime()> wall_clock, Settings settings);

  [[nodiscard]] const Settings& settings() const { return settings_; }

  /// The account has shown its password.
  [[nodiscard]] Opened open(const Account& account);
  /// The extension that is signed in with this token.
  [[nodiscard]] std::optional<std::string> find(std::string_view token) const;
  /// The session lives on, with a credential that is good for half its life at least. Nothing if there is no such
  /// session.
  [[nodiscard]] std::optional<SipCredential> renew(std::string_view token);
  /// Signs out; the credentials end with it.
  void close(std::string_view token);
  /// All sessions of this extension end.
  void forget(const std::string& extension);

  /// Who signs in to SIP by this username, if it is one of a session.
  [[nodiscard]] std::optional<sip::Authenticator::Login> find_login(std::string_view username) const;

  void set_journal(SessionJournal& journal) { journal_ = &journal; }
  /// The sessions of an earlier run. What has expired, or whose account is gone or has another password, is left out
  /// and given back.
  std::vector<Session> restore(std::vector<Session> sessions, AccountDirectory& accounts);
  [[nodiscard]] std::size_t size() const { return sessions_.size(); }

 private:
  using Sessions = std::unordered_map<std::string, Session>;

  /// Makes a credential if the last one is half over, and writes down what has changed.
  SipCredential refresh(Session& session, std::string_view token);
  void make_credential(Session& session, std::string_view token);
  [[nodiscard]] Session* find_session(std::string_view token);
  [[nodiscard]] const Session* find_session(std::string_view token) const;
  void add(Session session);
  void make_room(const std::string& extension);
  void remove_if(const std::function<bool(const Session&)>& is_to_go);
  void remove(const Session& session);

  Random& random_;
  std::function<WallTime()> wall_clock_;
  Settings settings_;
  Sessions sessions_;
  /// From handle to token hash.
  std::unordered_map<std::string, std::string> handles_;
  SessionJournal* journal_ = nullptr;
};

}  // namespace webcalling::account
