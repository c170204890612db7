#include "media/dtls/record.hpp"

#include <gtest/gtest.h>

namespace webcalling::media::dtls {
namespace {

ByteVector record(std::uint8_t type, std::uint16_t epoch, const ByteVector& content) {
  ByteVector out;
  ByteWriter(out).u8(type).u16(0xFEFD).u16(epoch).u16(0).u32(7).u16(content.size()).bytes(content);
  return out;
}

ByteVector client_hello(std::uint32_t offset, std::uint8_t random) {
  ByteVector handshake;
  ByteWriter(handshake).u8(1).u24(1400).u16(0).u24(offset).u24(40).u16(0xFEFD);
  handshake.resize(handshake.size() + 38, random);
  return record(22, 0, handshake);
}

ByteVector joined(ByteVector a, const ByteVector& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

TEST(Record, UnprotectedAlertsAndDataAreSiftedOut) {
  const ByteVector hello = client_hello(0, 1);
  const ByteVector alert = record(21, 0, {2, 40});
  const Sifted sifted = sift(joined(joined(alert, hello), record(23, 0, {1, 2, 3})));
  EXPECT_EQ(sifted.records, hello);
  EXPECT_EQ(sifted.alert, 40);
}

TEST(Record, ProtectedAlertsPass) {
  const ByteVector alert = record(21, 1, ByteVector(26));
  EXPECT_EQ(sift(alert).records, alert);
  EXPECT_EQ(sift(alert).alert, std::nullopt);
}

TEST(Record, WhatStandsBehindABrokenRecordIsDropped) {
  const ByteVector hello = client_hello(0, 1);
  ByteVector broken = record(22, 0, ByteVector(20));
  broken[1] = 0x03;
  EXPECT_EQ(sift(joined(hello, joined(broken, hello))).records, hello);
  for (std::size_t length = 0; length < hello.size(); ++length) {
    const ByteVector part(hello.begin(), hello.begin() + static_cast<std::ptrdiff_t>(length));
    EXPECT_TRUE(sift(part).records.empty()) << length;
    EXPECT_FALSE(find_client_hello(part)) << length;
  }
}

TEST(Record, ClientHelloIsKnownByItsRandomInTheFirstFragment) {
  const auto first = find_client_hello(client_hello(0, 9));
  ASSERT_TRUE(first);
  ASSERT_TRUE(first->random);
  EXPECT_EQ((*first->random)[31], 9);
  const auto second = find_client_hello(client_hello(1200, 9));
  ASSERT_TRUE(second);
  EXPECT_FALSE(second->random);
}

TEST(Record, OtherHandshakeMessagesAreNoClientHello) {
  ByteVector hello = client_hello(0, 1);
  hello[13] = 16;
  EXPECT_FALSE(find_client_hello(hello));
  EXPECT_FALSE(find_client_hello(record(22, 1, ByteVector(60, 1))));
  EXPECT_FALSE(find_client_hello({}));
}

}  // namespace
}  // namespace webcalling::media::dtls
