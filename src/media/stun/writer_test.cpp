#include "media/stun/writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace webcalling::media::stun {
namespace {

using ::testing::ElementsAre;

constexpr TransactionId kTransaction{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

TEST(StunWriter, WhatACheckCarriesIsReadBack) {
  const auto bytes = Writer(MessageClass::Request, kBindingMethod, kTransaction)
                         .username("ours:theirs")
                         .priority(0x6E0001FF)
                         .use_candidate()
                         .ice_controlling(0x0123456789ABCDEF)
                         .integrity("password")
                         .fingerprint()
                         .take();
  const auto read = Message::parse(bytes);
  ASSERT_TRUE(read) << read.error().text;
  EXPECT_EQ(read->message_class, MessageClass::Request);
  EXPECT_EQ(read->username, "ours:theirs");
  EXPECT_EQ(read->priority, 0x6E0001FFU);
  EXPECT_TRUE(read->use_candidate);
  EXPECT_EQ(read->ice_controlling, 0x0123456789ABCDEFU);
  EXPECT_TRUE(read->check_integrity("password"));
  EXPECT_TRUE(read->has_fingerprint);
}

TEST(StunWriter, AddressesOfBothFamiliesAreReadBack) {
  for (const char* text : {"203.0.113.9", "2001:db8::9"}) {
    const Endpoint endpoint{*IpAddress::parse(text), 40000};
    const auto bytes =
        Writer(MessageClass::Success, kBindingMethod, kTransaction).xor_mapped_address(endpoint).fingerprint().take();
    EXPECT_EQ(Message::parse(bytes)->xor_mapped_address, endpoint);
  }
}

TEST(StunWriter, ErrorsAreReadBack) {
  const std::array<std::uint16_t, 2> unknown{0x0031, 0x7FFF};
  const auto bytes = Writer(MessageClass::Error, kBindingMethod, kTransaction)
                         .error(420, "Unknown Attribute")
                         .unknown_attributes(unknown)
                         .take();
  const auto read = Message::parse(bytes);
  ASSERT_TRUE(read) << read.error().text;
  EXPECT_EQ(read->message_class, MessageClass::Error);
  EXPECT_EQ(read->error->code, 420);
  EXPECT_EQ(read->error->reason, "Unknown Attribute");
  EXPECT_THAT(read->unknown_reported, ElementsAre(0x0031, 0x7FFF));
}

}  // namespace
}  // namespace webcalling::media::stun
