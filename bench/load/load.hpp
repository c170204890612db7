#pragma once

#include <array>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "load/delays.hpp"
#include "load/options.hpp"

namespace webcalling::load {

/// The course of one load: phones register, calls begin one by one, all speak and listen, it is measured, all hang up.
/// What happens is told as one JSON object a line: {"event": "up"}, {"event": "measured", ...}.
class Load {
 public:
  static Result<std::unique_ptr<Load>> prepare(io::Loop& loop, const Options& options);
  /// Until everything is over. Fails if phones cannot register.
  [[nodiscard]] Result<void> run();

 private:
  /// One call: both of its ends, or the caller's if the server itself answers.
  struct Call {
    std::uint32_t number = 0;
    std::shared_ptr<CallEnd> caller;
    std::shared_ptr<CallEnd> called;
    /// Its 20 ms begin at this millisecond.
    std::size_t slot = 0;
    std::unique_ptr<Timer> length;
  };

  Load(io::Loop& loop, const Options& options, media::dtls::Context dtls);

  Result<void> open_phones(const Side& side, std::vector<std::unique_ptr<Phone>>& phones);
  [[nodiscard]] bool wait(const std::function<bool()>& done, Duration at_most) {
    return loop_.run_until(done, at_most);
  }

  void begin_call();
  [[nodiscard]] std::unique_ptr<MediaEnd> open_media(const Side& side, std::uint32_t number, bool of_caller);
  std::unique_ptr<MediaEnd> answer_call(const sip::Request& invite);
  void pair(std::shared_ptr<CallEnd> end);
  void note_talking(CallEnd& end);
  void note_ended(CallEnd& end);
  void end_call(std::uint32_t number);
  void note_deaf(const Call& call);
  /// Forgets a call and its timer; what is left of it. It must be there.
  Call take_out(std::uint32_t number);
  [[nodiscard]] bool is_up(const Call& call) const;

  void tick();
  void begin_due();
  void measure();
  void sign_out();
  void report() const;

  io::Loop& loop_;
  Options options_;
  SystemRandom random_;
  media::dtls::Context dtls_;
  std::unique_ptr<MediaNetwork> network_;
  Heard heard_;
  Delays added_to_set_up_;

  std::vector<std::unique_ptr<Phone>> callers_;
  std::vector<std::unique_ptr<Phone>> called_;
  std::size_t registered_ = 0;
  std::optional<Error> trouble_;

  std::unordered_map<std::uint32_t, Call> calls_;
  /// Callers by their user, oldest first: whose call it is that comes in.
  std::unordered_map<std::string, std::deque<std::uint32_t>> waiting_;
  std::unordered_map<const CallEnd*, std::uint32_t> number_of_;
  std::uint32_t arriving_ = 0;
  std::uint32_t begun_ = 0;
  bool ending_ = false;

  static constexpr std::size_t kSlots = 20;
  std::array<std::vector<std::uint32_t>, kSlots> slots_;
  TimePoint first_tick_;
  std::uint64_t ticks_ = 0;
  TimePoint rate_since_;
  std::uint64_t begun_since_ = 0;
  Timer tick_timer_;

  std::uint64_t completed_ = 0;
  std::uint64_t vanished_ = 0;
  /// Ends of calls that have gone their way, but that never heard anything.
  std::uint64_t deaf_ = 0;
  /// By the status that refused the call; 0: ended by the other side before its time.
  std::map<int, std::uint64_t> failed_;
};

}  // namespace webcalling::load
