#include "io/wake_up.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <stdexcept>

#include "io/socket_address.hpp"

namespace webcalling::io {

WakeUp::WakeUp() : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (descriptor_ < 0) throw std::runtime_error("making an eventfd for a loop: " + system_error_text(errno));
}

WakeUp::~WakeUp() { ::close(descriptor_); }

void WakeUp::ring() {
  if (!is_set_.exchange(false)) return;
  const std::uint64_t one = 1;
  (void)!::write(descriptor_, &one, sizeof one);
}

}  // namespace webcalling::io
