#include "media/dtls/datagram_bio.hpp"

#include <openssl/bio.h>
#include <openssl/opensslv.h>
#include <openssl/ssl.h>
#include <sys/time.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace webcalling::media::dtls {

/// The C functions that OpenSSL calls; each finds its DatagramBio in the BIO.
struct BioFunctions {
  static DatagramBio& self(BIO* bio) { return *static_cast<DatagramBio*>(BIO_get_data(bio)); }

  static int write(BIO* bio, const char* data, int length) {
    const auto datagram = as_bytes({data, static_cast<std::size_t>(length)});
    self(bio).output_.emplace_back(datagram.begin(), datagram.end());
    return length;
  }

  /// One datagram per call; what does not fit is cut off, as recv() does.
  static int read(BIO* bio, char* out, int room) {
    BIO_clear_retry_flags(bio);
    const Bytes datagram = std::exchange(self(bio).input_, {});
    if (datagram.empty()) {
      BIO_set_retry_read(bio);
      return -1;
    }
    const std::size_t length = std::min(datagram.size(), static_cast<std::size_t>(room));
    std::copy_n(datagram.begin(), length, out);
    return static_cast<int>(length);
  }

  static long control(BIO* bio, int command, long, void* argument) {
    switch (command) {
      case BIO_CTRL_FLUSH: return 1;
      case BIO_CTRL_DGRAM_SET_NEXT_TIMEOUT: note_timer(self(bio), *static_cast<timeval*>(argument)); return 1;
      default: return 0;
    }
  }

  static void note_timer(DatagramBio& self, timeval& wall_deadline) {
    self.timer_runs_ = wall_deadline.tv_sec != 0 || wall_deadline.tv_usec != 0;
    self.timer_started_ = self.timer_runs_;
    // Up to 3.1 OpenSSL passes its own variable and not a copy. That is the only way to its timer that does not lead
    // over the wall clock, which may jump, and which no test can move. Later versions keep their clock, at our
    // intervals.
#if OPENSSL_VERSION_NUMBER < 0x30200000L
    self.wall_deadline_ = self.timer_runs_ ? &wall_deadline : nullptr;
    constexpr long kDecades = 1'000'000'000;
    if (self.timer_runs_) wall_deadline.tv_sec += kDecades;
#endif
  }

  /// RFC 6347 §4.2.4.1: doubled at each retransmission. OpenSSL asks with 0 when a new flight begins.
  static unsigned next_interval(SSL* ssl, unsigned previous_us) {
    DatagramBio& bio = self(SSL_get_rbio(ssl));
    const auto doubled = std::chrono::microseconds(2L * previous_us);
    bio.interval_ = previous_us == 0 ? bio.first_ : std::min<Duration>(doubled, bio.slowest_);
    return static_cast<unsigned>(std::chrono::duration_cast<std::chrono::microseconds>(bio.interval_).count());
  }

  static const BIO_METHOD* make_method() {
    BIO_METHOD* method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "webcalling datagrams");
    BIO_meth_set_write(method, write);
    BIO_meth_set_read(method, read);
    BIO_meth_set_ctrl(method, control);
    return method;
  }

  /// A table of functions, the same for all: OpenSSL wants it made at run time.
  static const BIO_METHOD* method() {
    static const BIO_METHOD* const method = make_method();
    return method;
  }
};

void DatagramBio::attach(ssl_st& ssl) {
  input_ = {};
  output_.clear();
  timer_runs_ = false;
  timer_started_ = false;
  wall_deadline_ = nullptr;

  BIO* bio = BIO_new(BioFunctions::method());
  BIO_set_data(bio, this);
  BIO_set_init(bio, 1);
  SSL_set_bio(&ssl, bio, bio);
  DTLS_set_timer_cb(&ssl, BioFunctions::next_interval);
}

std::optional<ByteVector> DatagramBio::poll() {
  if (output_.empty()) return std::nullopt;
  ByteVector datagram = std::move(output_.front());
  output_.pop_front();
  return datagram;
}

std::optional<Duration> DatagramBio::take_timer_start() {
  if (!std::exchange(timer_started_, false)) return std::nullopt;
  return interval_;
}

void DatagramBio::expire_timer() {
  // Long ago, but not zero, which would mean that no timer runs.
  if (wall_deadline_ != nullptr) *wall_deadline_ = {.tv_sec = 1, .tv_usec = 0};
}

}  // namespace webcalling::media::dtls
