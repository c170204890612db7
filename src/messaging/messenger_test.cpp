#include "messaging/messenger.hpp"

#include <gtest/gtest.h>

#include "messaging/office_for_tests.hpp"

namespace webcalling::messaging {
namespace {

// No message is lost that its sender was promised, everybody is answered once, and nothing is left behind.
TEST(Messenger, LosesNothingWhateverHappens) {
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    SeededRandom random(seed);
    Office office;
    for (int i = 0; i < 200; ++i) {
      office.happen(static_cast<std::uint8_t>(random.below(256)), static_cast<std::uint8_t>(random.below(256)));
    }
    ASSERT_EQ(office.settle(), "") << "seed " << seed;
  }
}

}  // namespace
}  // namespace webcalling::messaging
