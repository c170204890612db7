#include "io/loop.hpp"

#include <boost/asio/post.hpp>
#include <utility>

#include "io/clock.hpp"
#include "io/loop_impl.hpp"

namespace webcalling::io {

namespace {

// A flood must not keep the end of the round waiting, and with it everybody's timers and datagrams.
constexpr int kMostHandlersPerRound = 128;
constexpr Duration kLongestRound = 5ms;
constexpr std::size_t kScratchBytes = 64 * 1024;
// One thread runs the context; posting from other threads stays safe with this hint.
constexpr int kOneThread = 1;

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
Loop::RoundEndHook Loop::on_round_end(std::function<void()> action) { return impl_->on_round_end(std::move(action)); }

Loop::Impl::Impl()
    : timers_(MonotonicClock::now()),
      scratch_(kScratchBytes),
      context_(kOneThread),
      work_(context_.get_executor()),
      datagrams_(context_.get_executor(), poller_.descriptor()),
      alarm_(context_) {
  wait_for_datagrams();
}

Loop::Impl::~Impl() {
  datagrams_.release();
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

void Loop::Impl::wait_for_datagrams() {
  datagrams_.async_wait(asio::posix::descriptor_base::wait_read, [this](const boost::system::error_code& error) {
    if (error) return;
    enter();
    poller_.dispatch(MonotonicClock::now() + kLongestRound);
    wait_for_datagrams();
  });
}

void Loop::Impl::run() {
  runner_ = std::this_thread::get_id();
  enter();
  finish_round();
  while (!stopping_) work_one_round();
  stopping_ = false;
}

bool Loop::Impl::run_until(const std::function<bool()>& done, Duration at_most) {
  runner_ = std::this_thread::get_id();
  enter();
  Timer limit(timers_, [] {});
  limit.start(at_most);
  finish_round();
  while (!done() && limit.running() && !stopping_) work_one_round();
  stopping_ = false;
  return done();
}

void Loop::Impl::stop() {
  stopping_ = true;
  asio::post(context_, [] {});
}

void Loop::Impl::post(std::function<void()> action) {
  const std::scoped_lock lock(mutex_);
  if (closed_) return;
  posted_.push_back(std::move(action));
  if (posted_.size() == 1) asio::post(context_, [this] { run_posted(); });
}

void Loop::Impl::run_posted() {
  enter();
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

void Loop::Impl::enter() {
  if (entered_) return;
  entered_ = true;
  entered_at_ = MonotonicClock::now();
  timers_.advance(entered_at_);
}

void Loop::Impl::work_one_round() {
  context_.run_one();
  const TimePoint end = MonotonicClock::now() + kLongestRound;
  for (int handlers = 1; handlers < kMostHandlersPerRound && context_.poll_one() != 0; ++handlers) {
    if (MonotonicClock::now() >= end) break;
  }
  finish_round();
}

void Loop::Impl::finish_round() {
  // What was begun for "at once": an alarm would cost two system calls and a round of its own.
  if (entered_) timers_.advance(timers_.now());
  std::erase_if(hooks_, [](const auto& hook) { return hook.expired(); });
  // By index: a hook may add hooks.
  for (std::size_t i = 0; i < hooks_.size(); ++i) {
    if (const auto hook = hooks_[i].lock()) (*hook)();
  }
  sender_.flush();
  if (std::exchange(entered_, false)) busy_time_ += MonotonicClock::now() - entered_at_;
  arm();
}

void Loop::Impl::arm() {
  const auto next = timers_.next_deadline();
  // An alarm that comes too early costs one empty round; moving it at every change would cost a system call each.
  if (!next || (alarm_time_ && *alarm_time_ <= *next)) return;
  alarm_time_ = next;
  alarm_.expires_at(*next);
  alarm_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    alarm_time_.reset();
    enter();
  });
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
  asio::post(context_, [this, completion = std::move(completion), error, count]() mutable {
    enter();
    std::move(completion)(error, count);
  });
}

void Loop::Impl::on_signal(std::initializer_list<int> signals, const std::function<void(int)>& action) {
  auto& set = signals_.emplace_back(context_);
  for (const int signal : signals) set.add(signal);
  wait_for_signal(set, action);
}

void Loop::Impl::wait_for_signal(asio::signal_set& set, const std::function<void(int)>& action) {
  set.async_wait([this, &set, action](const boost::system::error_code& error, int signal) {
    if (error) return;
    enter();
    action(signal);
    wait_for_signal(set, action);
  });
}

Loop::RoundEndHook Loop::Impl::on_round_end(std::function<void()> action) {
  auto hook = std::make_shared<const std::function<void()>>(std::move(action));
  hooks_.push_back(hook);
  return hook;
}

}  // namespace webcalling::io
