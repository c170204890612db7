#pragma once

// Private to this room: the only header besides acceptor.hpp that shows Asio.

#include <atomic>
#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_map>
#include <vector>

#include "io/datagram_poller.hpp"
#include "io/datagram_receiver.hpp"
#include "io/datagram_sender.hpp"
#include "io/loop.hpp"

namespace webcalling::io {

namespace asio = boost::asio;
/// Bound to the loop's own executor type: cheaper than Asio's type-erased default.
using TcpSocket = asio::basic_stream_socket<asio::ip::tcp, asio::io_context::executor_type>;
using TcpAcceptor = asio::basic_socket_acceptor<asio::ip::tcp, asio::io_context::executor_type>;

class Loop::Impl {
 public:
  /// What happens at the end of an operation on a stream.
  using Completion = asio::any_completion_handler<void(boost::system::error_code, std::size_t)>;

  Impl();
  ~Impl();
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void run();
  bool run_until(const std::function<bool()>& done, Duration at_most);
  void stop();
  void post(std::function<void()> action);
  void on_signal(std::initializer_list<int> signals, const std::function<void(int)>& action);
  RoundEndHook on_round_end(std::function<void()> action);

  /// What every completion handler of this room calls first: moves time to the clock if it is the first of its round,
  /// which may run any timer. The handler must then look whether its object is still open.
  void enter();
  /// Whether the calling thread is the one that runs this loop.
  [[nodiscard]] bool runs_here() const { return runner_ == std::this_thread::get_id(); }

  [[nodiscard]] Duration busy_time() const { return busy_time_; }
  [[nodiscard]] TimerQueue& timers() { return timers_; }
  [[nodiscard]] asio::io_context& context() { return context_; }
  [[nodiscard]] DatagramPoller& poller() { return poller_; }
  [[nodiscard]] DatagramReceiver& receiver() { return receiver_; }
  [[nodiscard]] DatagramSender& sender() { return sender_; }
  /// Where TCP connections read into, one at a time.
  [[nodiscard]] MutableBytes scratch() { return scratch_; }

  /// Keeps the end of an operation that waits for something else than this loop's sockets, until it is taken back by
  /// its number. It ends with the loop, as it would inside Asio: what it holds may hold whatever it waits for in turn.
  [[nodiscard]] std::uint64_t park(Completion completion);
  [[nodiscard]] Completion take_parked(std::uint64_t number);
  /// Completes an operation in a later round.
  void complete_later(Completion completion, const boost::system::error_code& error, std::size_t count);

 private:
  void work_one_round();
  void finish_round();
  void arm();
  void run_posted();
  void wait_for_datagrams();
  void wait_for_signal(asio::signal_set& set, const std::function<void(int)>& action);

  // Handlers that are destroyed with the context still use what stands above it.
  TimerQueue timers_;
  DatagramPoller poller_;
  DatagramReceiver receiver_;
  DatagramSender sender_;
  ByteVector scratch_;
  std::vector<std::weak_ptr<const std::function<void()>>> hooks_;
  bool entered_ = false;
  TimePoint entered_at_;
  Duration busy_time_{};
  std::atomic<bool> stopping_ = false;
  std::atomic<std::thread::id> runner_;

  std::mutex mutex_;
  std::vector<std::function<void()>> posted_;
  bool closed_ = false;

  asio::io_context context_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  /// The poller's, which closes it.
  asio::posix::basic_stream_descriptor<asio::io_context::executor_type> datagrams_;
  asio::steady_timer alarm_;
  std::optional<TimePoint> alarm_time_;
  std::list<asio::signal_set> signals_;
  std::unordered_map<std::uint64_t, Completion> parked_;
  std::uint64_t last_parked_ = 0;
};

}  // namespace webcalling::io
