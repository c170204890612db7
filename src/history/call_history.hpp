#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "account/account_directory.hpp"
#include "base/time.hpp"
#include "call/call.hpp"
#include "call/leg/leg_observer.hpp"
#include "history/history_store.hpp"

namespace webcalling::history {

/// Writes for each extension what it was in a call for: it watches the legs while the call goes on, and learns from the
/// record of the call how it came to its end. All phones of an extension that rang or talked in one call make one
/// entry. Who is transferred to another call stays in the entry with which he began.
class CallHistory final : public call::LegObserver {
 public:
  /// What it borrows; all of it outlives the history.
  struct Outside {
    account::AccountDirectory& accounts;
    HistoryKeeper& keeper;
    std::function<WallTime()> wall_clock;
  };

  explicit CallHistory(Outside outside) : outside_(std::move(outside)) {}

  void on_standing(const call::Leg& leg) override;
  void on_over(const call::Leg& leg) override;
  void on_record(const call::CallRecord& record);

  /// Calls that are not written down yet; zero when no call is up.
  [[nodiscard]] std::size_t open() const { return calls_.size(); }

 private:
  struct Part {
    Entry entry;
    /// Those that are not over, by their pseudonyms.
    std::set<std::string> legs;
  };
  struct Call {
    std::vector<Part> parts;
    bool is_recorded = false;
  };

  [[nodiscard]] Part& part_of(Call& call, const call::Leg& leg);
  /// A call that came to nothing before it had a leg.
  void put_refused(const call::CallRecord& record);
  [[nodiscard]] std::string name_of(std::string_view extension);

  Outside outside_;
  std::unordered_map<call::CallId, Call> calls_;
};

}  // namespace webcalling::history
