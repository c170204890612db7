#pragma once

#include <deque>
#include <optional>

#include "base/bytes.hpp"
#include "base/time.hpp"

struct bio_st;
struct ssl_st;
struct timeval;

namespace webcalling::media::dtls {

/// What OpenSSL sees of the network: a BIO that keeps the borders of datagrams, and the retransmission timer. OpenSSL
/// runs that timer on the wall clock; here it runs on the time of whoever drives the endpoint.
class DatagramBio {
 public:
  DatagramBio(Duration first_retransmission, Duration slowest_retransmission)
      : first_(first_retransmission), slowest_(slowest_retransmission) {}
  DatagramBio(const DatagramBio&) = delete;
  DatagramBio& operator=(const DatagramBio&) = delete;

  /// Makes this the network and the timer of a new association; must outlive `ssl`. What the one before left is
  /// dropped.
  void attach(ssl_st& ssl);

  /// The datagram that OpenSSL reads next. Borrowed until take_input_back().
  void offer(Bytes datagram) { input_ = datagram; }
  void take_input_back() { input_ = {}; }

  std::optional<ByteVector> poll();
  void drop_output() { output_.clear(); }

  [[nodiscard]] bool timer_runs() const { return timer_runs_; }
  /// How long from now, if the timer was started or restarted since the last call.
  std::optional<Duration> take_timer_start();
  /// Makes OpenSSL believe that its timer has expired.
  void expire_timer();

 private:
  friend struct BioFunctions;

  Duration first_;
  Duration slowest_;
  Bytes input_;
  std::deque<ByteVector> output_;
  Duration interval_{};
  bool timer_runs_ = false;
  bool timer_started_ = false;
  timeval* wall_deadline_ = nullptr;
};

}  // namespace webcalling::media::dtls
