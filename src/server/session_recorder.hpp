#pragma once

#include <memory>
#include <string>

#include "account/session.hpp"
#include "server/change_recorder.hpp"

namespace webcalling::server {

/// Writes sessions down behind the back of whoever signs in.
class SessionRecorder final : public account::SessionJournal {
 public:
  using Settings = ChangeRecorder<std::string, account::Session>::Settings;

  SessionRecorder(io::Loop& loop, const Log& log, std::unique_ptr<account::SessionStore> store, Settings settings);

  void put(const account::Session& session) override { changes_.note(session.token_hash, session); }
  void remove(const std::string& token_hash) override { changes_.note(token_hash, std::nullopt); }

  [[nodiscard]] bool is_writing() const { return changes_.is_writing(); }
  [[nodiscard]] bool is_broken() const { return changes_.is_broken(); }

 private:
  ChangeRecorder<std::string, account::Session> changes_;
};

}  // namespace webcalling::server
