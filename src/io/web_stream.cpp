#include "io/web_stream.hpp"

#include <boost/asio/error.hpp>
#include <optional>
#include <utility>

namespace webcalling::io {

class WebStream::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(Loop::Impl& loop, TcpConnection connection) : loop_(loop), connection_(std::move(connection)) {}
  ~Impl() { close(); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void start(std::shared_ptr<const void> ticket);
  void read(asio::mutable_buffer room, Completion completion);
  void write(const std::string& text, Completion completion);
  void close();
  void close_when_sent();

  [[nodiscard]] Loop::Impl& loop() const { return loop_; }
  [[nodiscard]] const TcpConnection& connection() const { return connection_; }

 private:
  struct Read {
    std::uint64_t parked;
    asio::mutable_buffer room;
  };
  struct Write {
    std::uint64_t parked;
    std::size_t size;
  };

  void on_bytes(Bytes bytes);
  void on_sent();
  [[nodiscard]] std::size_t take(asio::mutable_buffer room);
  /// Nothing will be received or sent any more.
  void end(const boost::system::error_code& reason);

  Loop::Impl& loop_;
  TcpConnection connection_;
  /// Received before anybody asked for it: the rest of what came at once.
  std::string inbox_;
  std::optional<Read> read_;
  std::optional<Write> write_;
  boost::system::error_code ended_;
};

WebStream::WebStream(Loop::Impl& loop, TcpConnection connection, std::shared_ptr<const void> ticket)
    : impl_(std::make_shared<Impl>(loop, std::move(connection))) {
  impl_->start(std::move(ticket));
}

void WebStream::close() { impl_->close(); }
void WebStream::close_when_sent() { impl_->close_when_sent(); }
Endpoint WebStream::remote() const { return impl_->connection().remote(); }
Endpoint WebStream::local() const { return impl_->connection().local(); }
WebStream::executor_type WebStream::get_executor() const { return impl_->loop().context().get_executor(); }
void WebStream::read(asio::mutable_buffer room, Completion completion) { impl_->read(room, std::move(completion)); }
void WebStream::write(const std::string& text, Completion completion) { impl_->write(text, std::move(completion)); }

void WebStream::Impl::start(std::shared_ptr<const void> ticket) {
  const auto with_self = [weak = weak_from_this()](auto action) {
    return [weak, action](auto&&... arguments) {
      if (const auto self = weak.lock()) action(*self, arguments...);
    };
  };
  connection_.start({.on_bytes = with_self([](Impl& self, Bytes bytes) { self.on_bytes(bytes); }),
                     .on_closed = with_self(
                         [ticket = std::move(ticket)](Impl& self, const std::string&) { self.end(asio::error::eof); }),
                     .on_connected = nullptr,
                     .on_sent = with_self([](Impl& self) { self.on_sent(); })});
}

void WebStream::Impl::read(asio::mutable_buffer room, Completion completion) {
  if (room.size() == 0 || !inbox_.empty()) {
    loop_.complete_later(std::move(completion), {}, take(room));
  } else if (ended_) {
    loop_.complete_later(std::move(completion), ended_, 0);
  } else {
    read_ = Read{loop_.park(std::move(completion)), room};
    connection_.resume();
  }
}

void WebStream::Impl::on_bytes(Bytes bytes) {
  connection_.pause();
  inbox_ += as_text(bytes);
  if (!read_) return;
  const Read read = *std::exchange(read_, std::nullopt);
  // The last thing that happens here: it may end everything.
  loop_.take_parked(read.parked)(boost::system::error_code{}, take(read.room));
}

std::size_t WebStream::Impl::take(asio::mutable_buffer room) {
  const std::size_t size = asio::buffer_copy(room, asio::buffer(inbox_));
  inbox_.erase(0, size);
  if (inbox_.empty()) inbox_.shrink_to_fit();
  return size;
}

void WebStream::Impl::write(const std::string& text, Completion completion) {
  connection_.send(as_bytes(text));
  if (!connection_.is_open()) {
    loop_.complete_later(std::move(completion), asio::error::broken_pipe, 0);
  } else if (connection_.is_sending()) {
    write_ = Write{loop_.park(std::move(completion)), text.size()};
  } else {
    loop_.complete_later(std::move(completion), {}, text.size());
  }
}

void WebStream::Impl::on_sent() {
  if (!write_) return;
  const Write write = *std::exchange(write_, std::nullopt);
  loop_.take_parked(write.parked)(boost::system::error_code{}, write.size);
}

void WebStream::Impl::close() {
  // Not one that still sends what it had to say.
  if (connection_.is_open()) connection_.close();
  end(asio::error::operation_aborted);
}

void WebStream::Impl::close_when_sent() {
  connection_.close_when_sent();
  end(asio::error::operation_aborted);
}

void WebStream::Impl::end(const boost::system::error_code& reason) {
  ended_ = reason;
  if (const auto read = std::exchange(read_, std::nullopt)) {
    loop_.complete_later(loop_.take_parked(read->parked), reason, 0);
  }
  if (const auto write = std::exchange(write_, std::nullopt)) {
    loop_.complete_later(loop_.take_parked(write->parked), reason, 0);
  }
}

}  // namespace webcalling::io
