#include "io/tcp_listener.hpp"

#include <utility>

#include "io/acceptor.hpp"
#include "io/tcp_connection_impl.hpp"

namespace webcalling::io {

class TcpListener::Impl {
 public:
  explicit Impl(std::shared_ptr<Acceptor> acceptor) : acceptor_(std::move(acceptor)) {}
  ~Impl() { acceptor_->close(); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  [[nodiscard]] Endpoint local() const { return acceptor_->local(); }

 private:
  std::shared_ptr<Acceptor> acceptor_;
};

Result<TcpListener> TcpListener::listen(Loop& loop, const Endpoint& local, const TcpOptions& options,
                                        OnAccept on_accept) {
  auto accept = [&loop, options, on_accept = std::move(on_accept)](TcpSocket socket) {
    on_accept(TcpConnection(std::make_shared<TcpConnection::Impl>(loop.impl(), std::move(socket), options)));
  };
  auto acceptor = Acceptor::open(loop.impl(), local, "TCP", std::move(accept));
  if (!acceptor) return Failure(std::move(acceptor.error()));
  return TcpListener(std::make_shared<Impl>(std::move(*acceptor)));
}

TcpListener::TcpListener(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
TcpListener::TcpListener(TcpListener&&) noexcept = default;
TcpListener& TcpListener::operator=(TcpListener&&) noexcept = default;
TcpListener::~TcpListener() = default;

Endpoint TcpListener::local() const { return impl_->local(); }

}  // namespace webcalling::io
