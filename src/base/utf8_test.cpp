#include "base/utf8.hpp"

#include <gtest/gtest.h>

namespace webcalling {
namespace {

TEST(Utf8, TakesEveryLengthUpToItsLastCharacter) {
  for (const std::string_view text :
       {"", "plain", "Zo\xc3\xab", "\xc2\x80\xdf\xbf", "\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf",
        "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", "大停電"}) {
    EXPECT_TRUE(is_utf8(text)) << text;
  }
  EXPECT_TRUE(is_utf8(std::string_view("a\0b", 3)));
}

TEST(Utf8, RefusesWhatRfc3629DoesNotAllow) {
  for (const std::string_view text :
       {"caf\xe9", "\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xc3", "\xe5\xa4", "\xf0\x90\x80", "\xc3x", "\xe5\xa4x"}) {
    EXPECT_FALSE(is_utf8(text)) << text;
  }
}

}  // namespace
}  // namespace webcalling
