#pragma once

// Private to this room.

#include <boost/asio/io_context.hpp>

namespace webcalling::io {

/// The descriptor of the epoll that `context` sleeps on, so that the loop can sleep on it together with its own
/// sockets. Asio does not give it away; without it the loop would have to sleep inside of Asio, which costs three
/// system calls a round more, and those were a tenth of a call (docs/performance.md).
[[nodiscard]] int epoll_of(boost::asio::io_context& context);

}  // namespace webcalling::io
