#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/timer_queue.hpp"

namespace webcalling::events {

/// Somebody at one end of a dialog.
struct DialogParty {
  std::string extension;
  std::string display_name;
  /// Nobody shall learn who it is (RFC 3323).
  bool withheld = false;
  bool operator==(const DialogParty&) const = default;
};

/// One dialog of an extension as others may see it (RFC 4235 section 3.7.1).
struct DialogState {
  enum class Direction { Initiator, Recipient };
  enum class State { Trying, Proceeding, Early, Confirmed, Terminated };

  /// Tells it apart from all others, for as long as it lasts.
  std::string id;
  /// By which it can be named in Replaces; empty if it cannot.
  std::string call_id{};
  std::string local_tag{};
  std::string remote_tag{};
  Direction direction = Direction::Initiator;
  State state = State::Trying;
  DialogParty local{};
  DialogParty remote{};
  /// The Contact of the extension's phone, by which its other phones know that the dialog is not theirs; empty as long as
  /// that is not known.
  std::string contact{};
  bool operator==(const DialogState&) const = default;
};

/// What every extension is doing at present: calls say so, subscriptions tell it. A dialog that is over is shown as
/// terminated for a few seconds, so that whoever watches it sees it end.
class DialogStates {
 public:
  using OnChange = std::function<void(const std::string& extension)>;

  /// `on_change` is called from inside put() and remove().
  DialogStates(TimerQueue& timers, OnChange on_change);

  /// New, or changed. Long names are cut; more dialogs of one extension than kMost are not shown.
  void put(const std::string& extension, DialogState state);
  /// It is over; nothing happens if it is not known.
  void remove(const std::string& extension, std::string_view id);

  /// Oldest first.
  [[nodiscard]] const std::vector<DialogState>& find(const std::string& extension) const;
  /// One of its dialogs is confirmed.
  [[nodiscard]] bool is_talking(const std::string& extension) const;
  /// Of all extensions, those that are over included.
  [[nodiscard]] std::size_t size() const;

  static constexpr std::size_t kMost = 20;

 private:
  struct Over {
    TimePoint forget_at;
    std::string extension;
    std::string id;
  };
  void forget_old();

  TimerQueue& timers_;
  OnChange on_change_;
  std::map<std::string, std::vector<DialogState>> dialogs_;
  std::deque<Over> over_;
  Timer forget_;
};

}  // namespace webcalling::events
