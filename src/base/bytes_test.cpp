#include "base/bytes.hpp"

#include <gtest/gtest.h>

namespace webcalling {
namespace {

TEST(ByteReader, ReadsBackWhatTheWriterWrote) {
  ByteVector buffer;
  ByteWriter(buffer).u8(1).u16(0x0203).u24(0x040506).u32(0x0708090a).u64(0x0b0c0d0e0f101112).bytes(as_bytes("xyz"));
  ByteReader in(buffer);
  EXPECT_EQ(in.u8(), 1U);
  EXPECT_EQ(in.u16(), 0x0203U);
  EXPECT_EQ(in.u24(), 0x040506U);
  EXPECT_EQ(in.u32(), 0x0708090aU);
  EXPECT_EQ(in.u64(), 0x0b0c0d0e0f101112U);
  EXPECT_EQ(as_text(in.take(3)), "xyz");
  EXPECT_TRUE(in.ok());
  EXPECT_EQ(in.remaining(), 0U);
}

TEST(ByteReader, ReadPastTheEndGivesZeroAndStaysWrong) {
  const ByteVector two{0xff, 0xff};
  ByteReader in(two);
  EXPECT_EQ(in.u32(), 0U);
  EXPECT_FALSE(in.ok());
  EXPECT_EQ(in.u8(), 0U);
  EXPECT_FALSE(in.ok());
}

}  // namespace
}  // namespace webcalling
