#include "account/session_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/ascii.hpp"

namespace webcalling::account {
namespace {

/// 238 bits: nobody guesses one.
constexpr std::size_t kTokenLength = 40;
/// Enough that no two sessions share one by chance.
constexpr std::size_t kHandleLength = 16;
/// No extension has it (store::check_extension).
constexpr char kBehindExtension = '~';

std::string hash_of(std::string_view token) { return sip::hash_secret("webcalling session", token); }

std::string password_of(std::string_view token, std::uint32_t generation) {
  return sip::hash_secret(fmt::format("webcalling sip {}", generation), token);
}

}  // namespace

SessionTable::SessionTable(Random& random, std::function<WallTime()> wall_clock, Settings settings)
    : random_(random), wall_clock_(std::move(wall_clock)), settings_(std::move(settings)) {}

SessionTable::Opened SessionTable::open(const Account& account) {
  make_room(account.extension);
  Opened opened{.token = random_.token(kTokenLength), .credential = {}};
  Session session{.token_hash = hash_of(opened.token),
                  .extension = account.extension,
                  .password_mark = password_mark(account),
                  .handle = random_.token(kHandleLength),
                  .generation = 0,
                  .used = {},
                  .expires = {},
                  .credentials = {}};
  const std::string hash = session.token_hash;
  add(std::move(session));
  opened.credential = refresh(sessions_.at(hash), opened.token);
  return opened;
}

std::optional<std::string> SessionTable::find(std::string_view token) const {
  const Session* session = find_session(token);
  if (session == nullptr) return std::nullopt;
  return session->extension;
}

std::optional<SipCredential> SessionTable::renew(std::string_view token) {
  Session* session = find_session(token);
  if (session == nullptr) return std::nullopt;
  return refresh(*session, token);
}

SipCredential SessionTable::refresh(Session& session, std::string_view token) {
  const WallTime now = wall_clock_();
  session.used = now;
  session.expires = now + settings_.lifetime;
  // Those whose time is over are remembered as long once more, so that who uses one is not taken for a guesser.
  std::erase_if(session.credentials,
                [&](const auto& credential) { return credential.expires + settings_.credential_lifetime <= now; });
  const bool is_half_over =
      session.credentials.empty() || session.credentials.back().expires - now < settings_.credential_lifetime / 2;
  if (is_half_over) make_credential(session, token);
  if (journal_ != nullptr) journal_->put(session);
  const auto& newest = session.credentials.back();
  return {newest.username, password_of(token, session.generation), newest.expires};
}

void SessionTable::make_credential(Session& session, std::string_view token) {
  ++session.generation;
  std::string username =
      fmt::format("{}{}{}.{}", session.extension, kBehindExtension, session.handle, session.generation);
  const auto ha1 = sip::make_ha1(username, settings_.realm, password_of(token, session.generation));
  session.credentials.push_back({std::move(username), ha1, wall_clock_() + settings_.credential_lifetime});
}

void SessionTable::close(std::string_view token) {
  if (const Session* session = find_session(token)) remove(*session);
}

void SessionTable::forget(const std::string& extension) {
  remove_if([&](const Session& session) { return session.extension == extension; });
}

std::optional<sip::Authenticator::Login> SessionTable::find_login(std::string_view username) const {
  std::string_view rest = username;
  (void)ascii::take_until(rest, kBehindExtension);
  const auto hash = handles_.find(std::string(ascii::take_until(rest, '.')));
  if (hash == handles_.end()) return std::nullopt;
  const Session& session = sessions_.at(hash->second);
  const WallTime now = wall_clock_();
  for (const auto& credential : session.credentials) {
    if (credential.username != username) continue;
    const bool is_over = credential.expires <= now || session.expires <= now;
    return sip::Authenticator::Login{.user = session.extension, .ha1 = credential.ha1, .is_over = is_over};
  }
  return std::nullopt;
}

std::vector<Session> SessionTable::restore(std::vector<Session> sessions, AccountDirectory& accounts) {
  std::vector<Session> of_no_use;
  const WallTime now = wall_clock_();
  for (Session& session : sessions) {
    const auto account = accounts.find(session.extension);
    const bool is_good = account && password_mark(*account) == session.password_mark && session.expires > now &&
                         sessions_.size() < settings_.max_in_all && !handles_.contains(session.handle);
    if (is_good) {
      add(std::move(session));
    } else {
      of_no_use.push_back(std::move(session));
    }
  }
  return of_no_use;
}

// By its hash, so that how long the search takes says nothing about tokens.
Session* SessionTable::find_session(std::string_view token) {
  return const_cast<Session*>(std::as_const(*this).find_session(token));  // NOLINT: ours
}

const Session* SessionTable::find_session(std::string_view token) const {
  if (token.size() != kTokenLength) return nullptr;
  const auto found = sessions_.find(hash_of(token));
  return found == sessions_.end() || found->second.expires <= wall_clock_() ? nullptr : &found->second;
}

void SessionTable::add(Session session) {
  handles_.emplace(session.handle, session.token_hash);
  std::string hash = session.token_hash;
  sessions_.emplace(std::move(hash), std::move(session));
}

void SessionTable::make_room(const std::string& extension) {
  const WallTime now = wall_clock_();
  remove_if([now](const Session& session) { return session.expires <= now; });
  const auto remove_oldest_of = [&](std::size_t most, const auto& counts) {
    const Session* oldest = nullptr;
    std::size_t count = 0;
    for (const auto& [hash, session] : sessions_) {
      if (!counts(session)) continue;
      ++count;
      if (oldest == nullptr || session.used < oldest->used) oldest = &session;
    }
    if (count >= most && oldest != nullptr) remove(*oldest);
  };
  remove_oldest_of(settings_.max_per_extension, [&](const Session& session) { return session.extension == extension; });
  remove_oldest_of(settings_.max_in_all, [](const Session&) { return true; });
}

void SessionTable::remove_if(const std::function<bool(const Session&)>& is_to_go) {
  std::vector<std::string> hashes;
  for (const auto& [hash, session] : sessions_) {
    if (is_to_go(session)) hashes.push_back(hash);
  }
  for (const std::string& hash : hashes) remove(sessions_.at(hash));
}

void SessionTable::remove(const Session& session) {
  const std::string hash = session.token_hash;
  handles_.erase(session.handle);
  sessions_.erase(hash);
  if (journal_ != nullptr) journal_->remove(hash);
}

}  // namespace webcalling::account
