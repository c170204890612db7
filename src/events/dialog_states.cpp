#include "events/dialog_states.hpp"

#include <algorithm>

#include "events/xml_writer.hpp"

namespace webcalling::events {
namespace {

/// Longer than the pace of the package, so that the end is told to everybody.
constexpr Duration kShownAfterwards = 5s;
/// No person's name and no number is longer (ATTACKS S27).
constexpr std::size_t kMostOfAName = 80;

void cut(DialogParty& party) {
  party.extension = shortened(party.extension, kMostOfAName);
  party.display_name = shortened(party.display_name, kMostOfAName);
}

auto find_id(std::vector<DialogState>& dialogs, std::string_view id) {
  return std::find_if(dialogs.begin(), dialogs.end(), [&](const DialogState& one) { return one.id == id; });
}

}  // namespace

DialogStates::DialogStates(TimerQueue& timers, OnChange on_change)
    : timers_(timers), on_change_(std::move(on_change)), forget_(timers, [this] { forget_old(); }) {}

void DialogStates::put(const std::string& extension, DialogState state) {
  cut(state.local);
  cut(state.remote);
  auto& dialogs = dialogs_[extension];
  if (const auto known = find_id(dialogs, state.id); known != dialogs.end()) {
    // What is over stays so.
    if (*known == state || known->state == DialogState::State::Terminated) return;
    *known = std::move(state);
  } else if (dialogs.size() < kMost) {
    dialogs.push_back(std::move(state));
  } else {
    return;
  }
  on_change_(extension);
}

void DialogStates::remove(const std::string& extension, std::string_view id) {
  const auto found = dialogs_.find(extension);
  if (found == dialogs_.end()) return;
  const auto known = find_id(found->second, id);
  if (known == found->second.end() || known->state == DialogState::State::Terminated) return;
  known->state = DialogState::State::Terminated;
  over_.push_back({timers_.now() + kShownAfterwards, extension, known->id});
  if (!forget_.running()) forget_.start(kShownAfterwards);
  on_change_(extension);
}

void DialogStates::forget_old() {
  while (!over_.empty() && over_.front().forget_at <= timers_.now()) {
    const auto found = dialogs_.find(over_.front().extension);
    if (found != dialogs_.end()) {
      std::erase_if(found->second, [&](const DialogState& one) { return one.id == over_.front().id; });
      if (found->second.empty()) dialogs_.erase(found);
    }
    over_.pop_front();
  }
  if (!over_.empty()) forget_.start(over_.front().forget_at - timers_.now());
}

const std::vector<DialogState>& DialogStates::find(const std::string& extension) const {
  static const std::vector<DialogState> kNone;
  const auto found = dialogs_.find(extension);
  return found == dialogs_.end() ? kNone : found->second;
}

bool DialogStates::is_talking(const std::string& extension) const {
  const auto& dialogs = find(extension);
  return std::any_of(dialogs.begin(), dialogs.end(),
                     [](const DialogState& one) { return one.state == DialogState::State::Confirmed; });
}

std::size_t DialogStates::size() const {
  std::size_t count = 0;
  for (const auto& [extension, dialogs] : dialogs_) count += dialogs.size();
  return count;
}

}  // namespace webcalling::events
