#pragma once

// Private to this room: the only header besides acceptor.hpp that shows Asio.

#include <atomic>
#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <list>
#include <memory>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <vector>

#include "io/datagram_receiver.hpp"
#include "io/datagram_sender.hpp"
#include "io/loop.hpp"
#include "io/poller.hpp"
#include "io/wake_up.hpp"

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

  /// Whether the calling thread is the one that runs this loop.
  [[nodiscard]] bool runs_here() const { return runner_ == std::this_thread::get_id(); }

  [[nodiscard]] Duration busy_time() const { return busy_time_; }
  [[nodiscard]] TimerQueue& timers() { return timers_; }
  /// For streams, and all that goes with them. It never sleeps: the loop does, and polls it in every round.
  [[nodiscard]] asio::io_context& context();
  [[nodiscard]] Poller& poller() { return poller_; }
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
  void catch_up();
  void work_one_round();
  void begin_round();
  void finish_round();
  [[nodiscard]] Duration may_sleep();
  void run_posted();
  [[nodiscard]] bool run_streams();
  void wake_others();
  void wait_for_signal(asio::signal_set& set, const std::function<void(int)>& action);

  // Handlers that are destroyed with the context still use what stands above it.
  TimerQueue timers_;
  Poller poller_;
  DatagramReceiver receiver_;
  DatagramSender sender_;
  ByteVector scratch_;
  TimePoint round_began_;
  Duration busy_time_{};
  std::atomic<bool> stopping_ = false;
  std::atomic<std::thread::id> runner_;
  std::shared_ptr<WakeUp> wake_up_ = std::make_shared<WakeUp>();
  /// Of other loops, which were given something in this round.
  std::vector<std::shared_ptr<WakeUp>> to_wake_;

  std::mutex mutex_;
  std::vector<std::function<void()>> posted_;
  bool closed_ = false;

  asio::io_context context_;
  asio::executor_work_guard<asio::io_context::executor_type> work_;
  /// A loop without streams has no use for Asio.
  bool has_streams_ = false;
  /// What Asio's handlers have begun may be done already.
  bool looks_again_ = false;
  std::list<asio::signal_set> signals_;
  std::unordered_map<std::uint64_t, Completion> parked_;
  std::uint64_t last_parked_ = 0;
};

}  // namespace webcalling::io
