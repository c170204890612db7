#include "base/slot_map.hpp"

#include <gtest/gtest.h>

#include <string>

namespace webcalling {
namespace {

TEST(SlotMap, HandleOfAnErasedObjectFindsNothingEvenAfterReuse) {
  SlotMap<std::string> map;
  const auto first = map.emplace("first");
  EXPECT_EQ(*map.find(first), "first");
  EXPECT_TRUE(map.erase(first));
  const auto second = map.emplace("second");
  EXPECT_EQ(second.slot, first.slot);
  EXPECT_EQ(map.find(first), nullptr);
  EXPECT_EQ(*map.find(second), "second");
  EXPECT_FALSE(map.erase(first));
  EXPECT_EQ(map.size(), 1U);
}

TEST(SlotMap, UnknownHandleFindsNothing) {
  SlotMap<int> map;
  EXPECT_EQ(map.find({}), nullptr);
}

}  // namespace
}  // namespace webcalling
