#include "io/host_name.hpp"

#include <unistd.h>

#include <array>

namespace webcalling::io {

std::string host_name() {
  std::array<char, 256> buffer{};
  // A name that is cut off may lack its end.
  return ::gethostname(buffer.data(), buffer.size() - 1) == 0 ? buffer.data() : std::string{};
}

}  // namespace webcalling::io
