#include "base/hex.hpp"

#include <gtest/gtest.h>

#include <array>

namespace webcalling {
namespace {

TEST(Hex, AppendsTwoDigitsForEachByte) {
  std::string out = "x";
  append_hex(out, {});
  EXPECT_EQ(out, "x");
  append_hex(out, std::array<std::uint8_t, 4>{0x00, 0x0f, 0xa5, 0xff});
  EXPECT_EQ(out, "x000fa5ff");
}

}  // namespace
}  // namespace webcalling
