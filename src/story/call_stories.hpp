#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <functional>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/time.hpp"
#include "call/call.hpp"
#include "call/leg/leg_observer.hpp"

namespace webcalling::story {

/// A message that passed the server.
struct Line {
  enum class Direction { In, Out };

  WallTime at;
  Direction direction = Direction::In;
  std::string message;
  /// Where its Call-ID stands in it.
  std::size_t call_id_at = 0;
  std::size_t call_id_length = 0;

  [[nodiscard]] std::string_view call_id() const {
    return std::string_view(message).substr(call_id_at, call_id_length);
  }
};

/// The same as somebody in the call may see it.
struct ToldLine {
  WallTime at;
  Line::Direction direction = Line::Direction::In;
  /// Of a phone of whoever asks, and not of the other end.
  bool is_own = true;
  std::string message;
};
struct Told {
  std::vector<ToldLine> lines;
  /// False if the story was longer than is kept.
  bool is_complete = true;
};

/// The SIP messages of calls, for those who were in them: what their own phones said and heard, and what those at the
/// other end did. Kept in memory for some minutes after the end of a call, bounded for each call and in all. Sees all
/// messages, and learns from the legs to which call a Call-ID belongs; the INVITE with which a call begins comes before
/// its leg, so that INVITEs of nobody's wait for a moment.
class CallStories final : public call::LegObserver {
 public:
  struct Settings {
    std::chrono::seconds keep = 10min;
    std::size_t max_bytes_of_call = 256 * 1024;
    std::size_t max_bytes = 32 * 1024 * 1024;
    /// Of messages that no leg has claimed yet.
    std::size_t max_unclaimed_bytes = 512 * 1024;
  };

  CallStories(std::function<WallTime()> wall_clock, Settings settings)
      : wall_clock_(std::move(wall_clock)), settings_(settings) {}

  void on_message(Line::Direction direction, std::string_view message);
  void on_standing(const call::Leg& leg) override;
  void on_over(const call::Leg& leg) override;
  void on_record(const call::CallRecord& record);

  /// The call that a phone of this extension knows by this Call-ID; nothing if there is none, or it is forgotten.
  [[nodiscard]] std::optional<Told> tell(const std::string& extension, const std::string& call_id);

  [[nodiscard]] std::size_t bytes() const { return bytes_ + unclaimed_bytes_; }
  [[nodiscard]] std::size_t size() const { return stories_.size(); }

 private:
  struct Leg {
    std::string call_id;
    std::string extension;
    bool is_withheld = false;
    bool is_begun_by_us = false;
    WallTime begun;
    std::optional<WallTime> connected;
    std::optional<WallTime> over;
  };
  struct Story {
    std::vector<Leg> legs;
    std::list<Line> lines;
    std::size_t bytes = 0;
    bool is_complete = true;
    bool is_recorded = false;
    /// It stands in `ended_`.
    bool is_ended = false;
  };
  struct Ended {
    call::CallId id;
    WallTime when;
  };
  using Stories = std::unordered_map<call::CallId, Story>;
  /// So that a text is looked for where it stands.
  struct HashOfText {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
  };

  /// What somebody with the leg `own` may see of the other leg.
  [[nodiscard]] static bool is_shown(const Story& story, const Leg& own, const Leg& other, WallTime at);
  [[nodiscard]] static bool is_at_the_other_end(const Story& story, const Leg& own, const Leg& other);
  [[nodiscard]] static const Leg* find_leg(const Story& story, std::string_view call_id);
  [[nodiscard]] static Leg* find_leg(Story& story, std::string_view call_id);
  [[nodiscard]] static bool is_over(const Story& story);
  /// False if the name belongs to another call that is not over.
  [[nodiscard]] bool claim(call::CallId id, const std::string& call_id);
  void take_unclaimed(call::CallId id, const std::string& call_id);
  void append(call::CallId id, Line line);
  void drop_first_line(Story& story);
  void put_aside(Line line);
  void note_end(call::CallId id);
  void make_room(call::CallId growing);
  void forget_old();
  /// Its place in `ended_` is gone already.
  void forget(call::CallId id);

  std::function<WallTime()> wall_clock_;
  Settings settings_;
  Stories stories_;
  std::unordered_map<std::string, call::CallId, HashOfText, std::equal_to<>> calls_;
  /// In the order of their end.
  std::deque<Ended> ended_;
  std::size_t bytes_ = 0;
  std::list<Line> unclaimed_;
  std::size_t unclaimed_bytes_ = 0;
};

}  // namespace webcalling::story
