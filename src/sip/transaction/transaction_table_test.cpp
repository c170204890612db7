#include "sip/transaction/transaction_table.hpp"

#include <gtest/gtest.h>

#include "sip/transaction/transaction_id.hpp"

namespace webcalling::sip {
namespace {

using Table = TransactionTable<ServerTransactionId, int>;

ServerTransactionId add(Table& table, const TransactionKey& key, int value) {
  return table.add(key, [value](ServerTransactionId /*id*/) { return std::make_unique<int>(value); });
}

TEST(TransactionTable, FindsByKeyAndById) {
  Table table;
  const TransactionKey key("z9hG4bK1");
  const auto id = add(table, key, 1);
  EXPECT_EQ(table.find_id(key), id);
  EXPECT_EQ(*table.find(id), 1);
  table.erase(id);
  EXPECT_EQ(table.find_id(key), ServerTransactionId{0});
  EXPECT_EQ(table.find(id), nullptr);
  table.erase(id);
  EXPECT_EQ(table.size(), 0U);
}

TEST(TransactionTable, OfTwoWithOneKeyTheFirstIsFound) {
  Table table;
  const TransactionKey key("z9hG4bK1");
  const auto first = add(table, key, 1);
  const auto second = add(table, key, 2);
  EXPECT_EQ(table.find_id(key), first);
  EXPECT_EQ(*table.find(second), 2);
  table.erase(first);
  EXPECT_EQ(table.find_id(key), ServerTransactionId{0});
  table.erase(second);
  EXPECT_EQ(table.size(), 0U);
}

TEST(TransactionTable, IsFoundByItsNewKeyOnly) {
  Table table;
  const TransactionKey before("z9hG4bK1");
  const TransactionKey after("z9hG4bK2");
  const auto id = add(table, before, 1);
  table.rename(id, after);
  EXPECT_EQ(table.find_id(before), ServerTransactionId{0});
  EXPECT_EQ(table.find_id(after), id);
  table.erase(id);
  EXPECT_EQ(table.find_id(after), ServerTransactionId{0});
}

}  // namespace
}  // namespace webcalling::sip
