#include "sip/token/seal.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace webcalling::sip {
namespace {

using testing::ElementsAreArray;

const ByteVector kContent{1, 2, 3, 4, 5, 6, 7, 8};

class SealTest : public testing::Test {
 protected:
  SeededRandom random{5};
  Seal seal{Seal::draw_key(random)};
};

// RFC 5297 section A.1, with its one piece of associated data as the purpose.
TEST_F(SealTest, AgreesWithTheExampleOfTheRfc) {
  const Seal example({0xff, 0xfe, 0xfd, 0xfc, 0xfb, 0xfa, 0xf9, 0xf8, 0xf7, 0xf6, 0xf5, 0xf4, 0xf3, 0xf2, 0xf1, 0xf0,
                      0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa, 0xfb, 0xfc, 0xfd, 0xfe, 0xff});
  const std::string purpose =
      "\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f\x20\x21\x22\x23\x24\x25\x26\x27";
  const ByteVector content{0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee};
  EXPECT_EQ(example.close(purpose, content), "85632d07c6e8f37f950acd320a2ecc9340c02b9690c4dc04daef7f6afe5c");
}

TEST_F(SealTest, OpensWhatItClosedAndGivesTheSameWordAgain) {
  const std::string word = seal.close("flow", kContent);
  EXPECT_EQ(word.size(), 32 + 2 * kContent.size());
  EXPECT_EQ(seal.close("flow", kContent), word);
  const auto opened = seal.open("flow", word);
  ASSERT_TRUE(opened);
  EXPECT_THAT(*opened, ElementsAreArray(kContent));
}

TEST_F(SealTest, OpensNothingThatWasChangedAnywhere) {
  const std::string word = seal.close("flow", kContent);
  for (std::size_t i = 0; i < word.size(); ++i) {
    std::string damaged = word;
    damaged[i] = damaged[i] == '0' ? '1' : '0';
    EXPECT_FALSE(seal.open("flow", damaged)) << i;
    EXPECT_FALSE(seal.open("flow", word.substr(0, i))) << i;
  }
  EXPECT_FALSE(seal.open("flow", word + "00"));
  EXPECT_FALSE(seal.open("flow", std::string(word.size(), 'g')));
  EXPECT_FALSE(seal.open("flow", std::string(100'000, 'a')));
}

TEST_F(SealTest, OpensNothingMadeForAnotherPurposeOrWithAnotherKey) {
  const std::string word = seal.close("flow", kContent);
  EXPECT_FALSE(seal.open("gruu", word));
  EXPECT_FALSE(Seal(Seal::draw_key(random)).open("flow", word));
}

}  // namespace
}  // namespace webcalling::sip
