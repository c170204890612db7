#include "io/asio_epoll.hpp"

#include <boost/asio/detail/epoll_reactor.hpp>

namespace webcalling::io {
namespace {

using boost::asio::detail::epoll_reactor;

int read_descriptor(const epoll_reactor& reactor);

/// An explicit instantiation may name private members ([temp.spec.general]/6). Another Boost that calls it otherwise
/// does not compile.
template <int epoll_reactor::*kDescriptor>
struct Reveal {
  friend int read_descriptor(const epoll_reactor& reactor) { return reactor.*kDescriptor; }
};

template struct Reveal<&epoll_reactor::epoll_fd_>;

}  // namespace

int epoll_of(boost::asio::io_context& context) {
  return read_descriptor(boost::asio::use_service<epoll_reactor>(context));
}

}  // namespace webcalling::io
