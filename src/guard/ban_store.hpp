#pragma once

#include <optional>
#include <vector>

#include "base/result.hpp"
#include "guard/ban.hpp"

namespace webcalling::guard {

/// Where bans outlive the server, and where the command line lifts them. Used by one thread at a time.
class BanStore {
 public:
  struct Changes {
    /// What is in the store goes first.
    bool replace_all = false;
    std::vector<Ban> put{};
    std::vector<Network> removed{};
  };

  virtual ~BanStore() = default;
  /// All of them, those that are over as well.
  [[nodiscard]] virtual Result<std::vector<Ban>> read() = 0;
  [[nodiscard]] virtual Result<void> write(const Changes& changes) = 0;
  /// As read(), if somebody else has changed them since the last call.
  [[nodiscard]] virtual Result<std::optional<std::vector<Ban>>> read_if_changed() = 0;
};

/// Told of every change that the guard makes.
class BanJournal {
 public:
  virtual ~BanJournal() = default;
  virtual void put(const Ban& ban) = 0;
  virtual void remove(const Network& source) = 0;
};

}  // namespace webcalling::guard
