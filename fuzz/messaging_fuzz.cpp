#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "messaging/office_for_tests.hpp"

// Messages, phones, a disk and a server: two bytes say what happens next.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kLongest = 4000;
  webcalling::messaging::Office office;
  for (std::size_t i = 0; i + 1 < size && i < kLongest; i += 2) office.happen(data[i], data[i + 1]);
  if (!office.settle().empty()) std::abort();
  return 0;
}
