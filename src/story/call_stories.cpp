#include "story/call_stories.hpp"

#include <algorithm>
#include <utility>

#include "call/leg/leg.hpp"
#include "story/message_sketch.hpp"
#include "story/redaction.hpp"

namespace webcalling::story {
namespace {

/// No phone needs more for its name.
constexpr std::size_t kMaxCallId = 256;

std::size_t weight(const Line& line) { return line.message.size() + sizeof(Line); }

}  // namespace

void CallStories::on_message(Line::Direction direction, std::string_view message) {
  forget_old();
  const MessageSketch about = sketch(message);
  if (about.call_id.empty() || about.call_id.size() > kMaxCallId) return;
  const auto call = calls_.find(about.call_id);
  if (call == calls_.end() && !about.is_of_invite) return;
  Line line{.at = wall_clock_(),
            .direction = direction,
            .message = std::string(message),
            .call_id_at = static_cast<std::size_t>(about.call_id.data() - message.data()),
            .call_id_length = about.call_id.size()};
  if (call == calls_.end()) return put_aside(std::move(line));
  append(call->second, std::move(line));
}

void CallStories::put_aside(Line line) {
  unclaimed_bytes_ += weight(line);
  unclaimed_.push_back(std::move(line));
  while (unclaimed_bytes_ > settings_.max_unclaimed_bytes) {
    unclaimed_bytes_ -= weight(unclaimed_.front());
    unclaimed_.pop_front();
  }
}

void CallStories::append(call::CallId id, Line line) {
  Story& story = stories_.at(id);
  story.bytes += weight(line);
  bytes_ += weight(line);
  story.lines.push_back(std::move(line));
  while (story.bytes > settings_.max_bytes_of_call) drop_first_line(story);
  make_room(id);
}

void CallStories::make_room(call::CallId growing) {
  const auto is_another = [growing](const Ended& ended) { return ended.id != growing; };
  while (bytes_ > settings_.max_bytes) {
    const auto oldest = std::find_if(ended_.begin(), ended_.end(), is_another);
    if (oldest == ended_.end()) break;
    const call::CallId id = oldest->id;
    // Near the front: cheap.
    ended_.erase(oldest);
    forget(id);
  }
  Story& story = stories_.at(growing);
  while (bytes_ > settings_.max_bytes && !story.lines.empty()) drop_first_line(story);
}

void CallStories::drop_first_line(Story& story) {
  story.bytes -= weight(story.lines.front());
  bytes_ -= weight(story.lines.front());
  story.lines.pop_front();
  story.is_complete = false;
}

void CallStories::on_standing(const call::Leg& leg) {
  if (leg.ended() || leg.call_id().empty() || leg.call_id().size() > kMaxCallId) return;
  const WallTime now = wall_clock_();
  if (!claim(leg.call(), leg.call_id())) return;
  Story& story = stories_[leg.call()];
  Leg* known = find_leg(story, leg.call_id());
  if (known == nullptr) {
    story.legs.push_back({.call_id = leg.call_id(),
                          .extension = leg.party().is_foreign() ? std::string() : leg.party().extension,
                          .is_withheld = leg.party().withheld,
                          .is_begun_by_us = leg.begun_by_us(),
                          .begun = now,
                          .connected = {},
                          .over = {}});
    take_unclaimed(leg.call(), leg.call_id());
    known = &story.legs.back();
  }
  if (leg.standing() == call::Standing::Confirmed && !known->connected) known->connected = now;
}

bool CallStories::claim(call::CallId id, const std::string& call_id) {
  const auto [entry, is_new] = calls_.emplace(call_id, id);
  if (is_new || entry->second == id) return true;
  // A phone may use a name again; but nobody gets at a call by taking its name.
  if (!is_over(stories_.at(entry->second))) return false;
  entry->second = id;
  return true;
}

void CallStories::take_unclaimed(call::CallId id, const std::string& call_id) {
  for (auto line = unclaimed_.begin(); line != unclaimed_.end();) {
    if (line->call_id() != call_id) {
      ++line;
      continue;
    }
    unclaimed_bytes_ -= weight(*line);
    append(id, std::move(*line));
    line = unclaimed_.erase(line);
  }
}

void CallStories::on_over(const call::Leg& leg) {
  const auto story = stories_.find(leg.call());
  if (story == stories_.end()) return;
  Leg* known = find_leg(story->second, leg.call_id());
  if (known == nullptr || known->over) return;
  known->over = wall_clock_();
  note_end(leg.call());
}

void CallStories::on_record(const call::CallRecord& record) {
  auto story = stories_.find(record.id);
  if (story == stories_.end()) {
    // It was refused before it had a leg.
    if (record.call_id.empty() || record.call_id.size() > kMaxCallId || !claim(record.id, record.call_id)) return;
    story = stories_.emplace(record.id, Story{}).first;
    const WallTime now = wall_clock_();
    story->second.legs.push_back({.call_id = record.call_id,
                                  .extension = record.caller.extension,
                                  .is_withheld = record.caller.withheld,
                                  .is_begun_by_us = false,
                                  .begun = now,
                                  .connected = {},
                                  .over = now});
    take_unclaimed(record.id, record.call_id);
  }
  story->second.is_recorded = true;
  note_end(record.id);
}

void CallStories::note_end(call::CallId id) {
  Story& story = stories_.at(id);
  if (story.is_ended || !is_over(story)) return;
  story.is_ended = true;
  ended_.push_back({id, wall_clock_()});
}

void CallStories::forget_old() {
  const WallTime now = wall_clock_();
  while (!ended_.empty() && ended_.front().when + settings_.keep <= now) {
    const call::CallId id = ended_.front().id;
    ended_.pop_front();
    forget(id);
  }
  while (!unclaimed_.empty() && unclaimed_.front().at + settings_.keep <= now) {
    unclaimed_bytes_ -= weight(unclaimed_.front());
    unclaimed_.pop_front();
  }
}

void CallStories::forget(call::CallId id) {
  const auto story = stories_.find(id);
  if (story == stories_.end()) return;
  for (const Leg& leg : story->second.legs) {
    const auto call = calls_.find(leg.call_id);
    if (call != calls_.end() && call->second == id) calls_.erase(call);
  }
  bytes_ -= story->second.bytes;
  stories_.erase(story);
}

std::optional<Told> CallStories::tell(const std::string& extension, const std::string& call_id) {
  forget_old();
  const auto call = calls_.find(call_id);
  if (call == calls_.end()) return std::nullopt;
  const Story& story = stories_.at(call->second);
  const Leg* own = find_leg(story, call_id);
  if (own == nullptr || own->extension != extension) return std::nullopt;
  Told told{.lines = {}, .is_complete = story.is_complete};
  for (const Line& line : story.lines) {
    const Leg* leg = find_leg(story, line.call_id());
    if (leg == nullptr) continue;
    const bool is_own = leg->extension == extension;
    if (!is_own && !is_shown(story, *own, *leg, line.at)) continue;
    told.lines.push_back({.at = line.at,
                          .direction = line.direction,
                          .is_own = is_own,
                          .message = is_own ? without_secrets(line.message) : for_the_other_end(line.message)});
  }
  // What waited for its leg came later than it was.
  std::stable_sort(told.lines.begin(), told.lines.end(),
                   [](const ToldLine& a, const ToldLine& b) { return a.at < b.at; });
  return told;
}

bool CallStories::is_shown(const Story& story, const Leg& own, const Leg& other, WallTime at) {
  if (other.is_withheld || !is_at_the_other_end(story, own, other)) return false;
  // With whom the other has talked before is none of his business, nor is with whom it talks afterwards. The end
  // belongs to both where they have talked, or nobody has.
  if (other.connected && *other.connected < own.begun && at < own.begun) return false;
  if (!own.over || at <= *own.over) return true;
  constexpr auto kGoodbye = 5s;
  return is_over(story) && own.connected.has_value() == other.connected.has_value() && at <= *own.over + kGoodbye;
}

bool CallStories::is_at_the_other_end(const Story& story, const Leg& own, const Leg& other) {
  // Phones that rang together know nothing of each other; after a transfer both of one side may talk.
  if (own.is_begun_by_us == other.is_begun_by_us) return own.connected && other.connected;
  if (own.is_begun_by_us || other.connected) return true;
  // Who has called hears of those who rang only as long as nobody has answered.
  return std::none_of(story.legs.begin(), story.legs.end(),
                      [](const Leg& leg) { return leg.is_begun_by_us && leg.connected; });
}

bool CallStories::is_over(const Story& story) {
  return story.is_recorded &&
         std::all_of(story.legs.begin(), story.legs.end(), [](const Leg& leg) { return leg.over.has_value(); });
}

CallStories::Leg* CallStories::find_leg(Story& story, std::string_view call_id) {
  return const_cast<Leg*>(find_leg(std::as_const(story), call_id));  // NOLINT: ours
}

const CallStories::Leg* CallStories::find_leg(const Story& story, std::string_view call_id) {
  const auto leg =
      std::find_if(story.legs.begin(), story.legs.end(), [&](const Leg& each) { return each.call_id == call_id; });
  return leg == story.legs.end() ? nullptr : &*leg;
}

}  // namespace webcalling::story
