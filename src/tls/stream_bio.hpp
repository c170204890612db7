#pragma once

// Private to this room.

#include <string>
#include <utility>

#include "base/bytes.hpp"

struct ssl_st;

namespace webcalling::tls {

/// What OpenSSL sees of the network: bytes that were received, borrowed while it works on them, and bytes to be sent.
class StreamBio {
 public:
  StreamBio() = default;
  StreamBio(const StreamBio&) = delete;
  StreamBio& operator=(const StreamBio&) = delete;

  /// Makes this the network of `ssl`, and must outlive it.
  void attach(ssl_st& ssl);

  /// What OpenSSL reads next. Borrowed until take_input_back().
  void offer(Bytes input) { input_ = input; }
  void take_input_back() { input_ = {}; }

  [[nodiscard]] std::string take_output() { return std::exchange(output_, {}); }

 private:
  friend struct StreamBioFunctions;

  Bytes input_;
  std::string output_;
};

}  // namespace webcalling::tls
