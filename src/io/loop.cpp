#include "io/loop.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

#include "io/asio_epoll.hpp"
#include "io/clock.hpp"
#include "io/loop_impl.hpp"

namespace webcalling::io {

namespace {

// A flood must not keep the end of the round waiting, and with it everybody's timers and datagrams. Datagrams and
// streams have this time each.
constexpr int kMostHandlersPerRound = 128;
constexpr Duration kLongestTurn = 5ms;
constexpr Duration kLongestSleep = 1h;
constexpr std::size_t kScratchBytes = 64 * 1024;
// One thread runs the context; posting from other threads stays safe with this hint.
constexpr int kOneThread = 1;

/// Whose round it is, on this thread; between rounds nobody's.
thread_local Loop::Impl* t_running = nullptr;

class Running {
 public:
  explicit Running(Loop::Impl& loop) : before_(std::exchange(t_running, &loop)) {}
  ~Running() { t_running = before_; }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

 private:
  Loop::Impl* before_;
};

}  // namespace

Loop::Loop() : impl_(std::make_unique<Impl>()) {}
Loop::~Loop() = default;
void Loop::run() { impl_->run(); }
bool Loop::run_until(const std::function<bool()>& done, Duration at_most) { return impl_->run_until(done, at_most); }
void Loop::stop() { impl_->stop(); }
void Loop::post(std::function<void()> action) { impl_->post(std::move(action)); }
TimerQueue& Loop::timers() { return impl_->timers(); }
TimePoint Loop::now() { return impl_->timers().now(); }
Duration Loop::busy_time() const { return impl_->busy_time(); }
void Loop::on_signal(std::initializer_list<int> signals, const std::function<void(int)>& action) {
  impl_->on_signal(signals, action);
}

Loop::Impl::Impl()
    : timers_(MonotonicClock::now()), scratch_(kScratchBytes), context_(kOneThread), work_(context_.get_executor()) {
  poller_.add_bell(wake_up_->descriptor());
}

Loop::Impl::~Impl() {
  std::vector<std::function<void()>> dropped;
  {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
    dropped.swap(posted_);
  }
  // What these hold may call post() while it dies, hence outside of the lock.
  dropped.clear();
  // And what those hold may ask for others of them.
  std::exchange(parked_, {}).clear();
}

asio::io_context& Loop::Impl::context() {
  if (!std::exchange(has_streams_, true)) poller_.add_guest(epoll_of(context_));
  return context_;
}

void Loop::Impl::run() {
  catch_up();
  while (!stopping_) work_one_round();
  stopping_ = false;
}

bool Loop::Impl::run_until(const std::function<bool()>& done, Duration at_most) {
  catch_up();
  Timer limit(timers_, [] {});
  limit.start(at_most);
  while (!done() && limit.running() && !stopping_) work_one_round();
  stopping_ = false;
  return done();
}

/// A round for which nobody waits: time has passed, and much may have been begun.
void Loop::Impl::catch_up() {
  runner_ = std::this_thread::get_id();
  const Running running(*this);
  begin_round();
  finish_round();
}

void Loop::Impl::stop() {
  stopping_ = true;
  wake_up_->ring();
}

void Loop::Impl::post(std::function<void()> action) {
  {
    const std::scoped_lock lock(mutex_);
    if (closed_) return;
    posted_.push_back(std::move(action));
  }
  if (t_running == this) return;
  if (t_running == nullptr) return wake_up_->ring();
  auto& to_wake = t_running->to_wake_;
  if (std::find(to_wake.begin(), to_wake.end(), wake_up_) == to_wake.end()) to_wake.push_back(wake_up_);
}

void Loop::Impl::run_posted() {
  std::vector<std::function<void()>> actions;
  {
    const std::scoped_lock lock(mutex_);
    actions.swap(posted_);
  }
  for (auto& action : actions) {
    action();
    // What the action holds goes before the next one runs, as if each had come alone.
    action = nullptr;
  }
}

void Loop::Impl::work_one_round() {
  wake_up_->set();
  poller_.wait(may_sleep());
  wake_up_->unset();
  const Running running(*this);
  begin_round();
  run_posted();
  poller_.dispatch(MonotonicClock::now() + kLongestTurn);
  finish_round();
}

Duration Loop::Impl::may_sleep() {
  if (looks_again_ || stopping_) return Duration::zero();
  {
    const std::scoped_lock lock(mutex_);
    if (!posted_.empty()) return Duration::zero();
  }
  const auto next = timers_.next_deadline();
  return next ? std::min(kLongestSleep, *next - MonotonicClock::now()) : kLongestSleep;
}

void Loop::Impl::begin_round() {
  round_began_ = MonotonicClock::now();
  timers_.advance(round_began_);
}

void Loop::Impl::finish_round() {
  // What was begun for "at once": it would cost a round of its own.
  timers_.advance(timers_.now());
  looks_again_ = run_streams();
  if (looks_again_) timers_.advance(timers_.now());
  wake_others();
  sender_.flush();
  busy_time_ += MonotonicClock::now() - round_began_;
}

/// False if Asio has nothing left to do for now.
bool Loop::Impl::run_streams() {
  if (!has_streams_ || context_.poll_one() == 0) return false;
  const TimePoint end = MonotonicClock::now() + kLongestTurn;
  for (int handlers = 1; handlers < kMostHandlersPerRound && context_.poll_one() != 0; ++handlers) {
    if (MonotonicClock::now() >= end) break;
  }
  return true;
}

void Loop::Impl::wake_others() {
  for (const auto& other : to_wake_) other->ring();
  to_wake_.clear();
}

std::uint64_t Loop::Impl::park(Completion completion) {
  parked_.emplace(++last_parked_, std::move(completion));
  return last_parked_;
}

Loop::Impl::Completion Loop::Impl::take_parked(std::uint64_t number) {
  auto parked = parked_.extract(number);
  return parked ? std::move(parked.mapped()) : Completion{};
}

void Loop::Impl::complete_later(Completion completion, const boost::system::error_code& error, std::size_t count) {
  asio::post(context(),
             [completion = std::move(completion), error, count]() mutable { std::move(completion)(error, count); });
}

void Loop::Impl::on_signal(std::initializer_list<int> signals, const std::function<void(int)>& action) {
  auto& set = signals_.emplace_back(context());
  for (const int signal : signals) set.add(signal);
  wait_for_signal(set, action);
}

void Loop::Impl::wait_for_signal(asio::signal_set& set, const std::function<void(int)>& action) {
  set.async_wait([this, &set, action](const boost::system::error_code& error, int signal) {
    if (error) return;
    action(signal);
    wait_for_signal(set, action);
  });
}

}  // namespace webcalling::io
