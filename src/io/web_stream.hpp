#pragma once

// Private to this room: what http_server.cpp builds upon.

#include <algorithm>
#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <memory>
#include <string>

#include "io/loop_impl.hpp"
#include "io/tcp_connection.hpp"

namespace webcalling::io {

/// A TcpConnection, plain or encrypted, as Beast wants a stream: with operations that complete. At most one read and
/// one write at a time.
class WebStream {
 public:
  using executor_type = asio::io_context::executor_type;
  using Completion = Loop::Impl::Completion;

  /// Begins to receive on an accepted connection. `ticket` is kept until the connection is closed.
  WebStream(Loop::Impl& loop, TcpConnection connection, std::shared_ptr<const void> ticket);
  WebStream(WebStream&&) noexcept = default;
  WebStream& operator=(WebStream&&) noexcept = default;
  ~WebStream() = default;

  /// Ends the connection at once; what is under way completes with operation_aborted.
  void close();
  /// As close(), but what was written still arrives.
  void close_when_sent();

  [[nodiscard]] Endpoint remote() const;
  [[nodiscard]] Endpoint local() const;

  // As Asio's AsyncReadStream and AsyncWriteStream.
  [[nodiscard]] executor_type get_executor() const;

  template <typename Buffers, typename Handler>
  auto async_read_some(const Buffers& buffers, Handler&& handler) {
    return asio::async_initiate<Handler, void(boost::system::error_code, std::size_t)>(
        [this, room = first_of(buffers)](auto completion) { read(room, std::move(completion)); }, handler);
  }

  template <typename Buffers, typename Handler>
  auto async_write_some(const Buffers& buffers, Handler&& handler) {
    return asio::async_initiate<Handler, void(boost::system::error_code, std::size_t)>(
        [this, text = gather(buffers)](auto completion) { write(text, std::move(completion)); }, handler);
  }

 private:
  class Impl;

  /// What one write takes, so that a long file waits in our memory only once.
  static constexpr std::size_t kMostInWrite = 64 * 1024;

  template <typename Buffers>
  static asio::mutable_buffer first_of(const Buffers& buffers) {
    const auto end = asio::buffer_sequence_end(buffers);
    const auto first = std::find_if(asio::buffer_sequence_begin(buffers), end,
                                    [](const asio::mutable_buffer& buffer) { return buffer.size() > 0; });
    return first == end ? asio::mutable_buffer() : asio::mutable_buffer(*first);
  }

  template <typename Buffers>
  static std::string gather(const Buffers& buffers) {
    std::string text(std::min(asio::buffer_size(buffers), kMostInWrite), '\0');
    asio::buffer_copy(asio::buffer(text), buffers);
    return text;
  }

  void read(asio::mutable_buffer room, Completion completion);
  void write(const std::string& text, Completion completion);

  std::shared_ptr<Impl> impl_;
};

}  // namespace webcalling::io
