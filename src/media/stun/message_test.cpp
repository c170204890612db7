#include "media/stun/message.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/random.hpp"
#include "media/stun/writer.hpp"

namespace webcalling::media::stun {
namespace {

using ::testing::ElementsAre;

ByteVector from_hex(std::string_view text) {
  ByteVector out;
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    out.push_back(static_cast<std::uint8_t>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16)));
  }
  return out;
}

constexpr std::string_view kPassword = "VOkJxbRl1RmTxUk/WvJxBt";
constexpr TransactionId kTransaction{0xB7, 0xE7, 0xA7, 0x01, 0xBC, 0x34, 0xD6, 0x86, 0xFA, 0x87, 0xDF, 0xAE};

/// RFC 5769 §2.1
const ByteVector kRequest = from_hex(
    "000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74002400046e0001ff80290008932ff9b151"
    "263b36000600096576746a3a68367659202020000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf");
/// RFC 5769 §2.2
const ByteVector kIpv4Response = from_hex(
    "0101003c2112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000080001a147e112a643000800142b91f599fd"
    "9e90c38c7489f92af9ba53f06be7d780280004c07d4c96");
/// RFC 5769 §2.3
const ByteVector kIpv6Response = from_hex(
    "010100482112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000140002a1470113a9faa5d3f179bc25f4b5be"
    "d2b9d900080014a382954e4be67bf11784c97c8292c275bfe3ed4180280004c8fb0b4c");

TEST(StunMessage, ReadsTheSampleRequestOfRfc5769) {
  const auto message = Message::parse(kRequest);
  ASSERT_TRUE(message) << message.error().text;
  EXPECT_EQ(message->message_class, MessageClass::Request);
  EXPECT_EQ(message->method, kBindingMethod);
  EXPECT_EQ(message->transaction_id, kTransaction);
  EXPECT_EQ(message->username, "evtj:h6vY");
  EXPECT_EQ(message->priority, 0x6E0001FFU);
  EXPECT_EQ(message->ice_controlled, 0x932FF9B151263B36U);
  EXPECT_EQ(message->ice_controlling, std::nullopt);
  EXPECT_TRUE(message->has_fingerprint);
  EXPECT_TRUE(message->unknown_required.empty());
  EXPECT_TRUE(message->check_integrity(kPassword));
  EXPECT_FALSE(message->check_integrity("VOkJxbRl1RmTxUk/WvJxBT"));
  EXPECT_EQ(receiver_ufrag(kRequest), "evtj");
}

TEST(StunMessage, ReadsTheSampleResponsesOfRfc5769) {
  const auto v4 = Message::parse(kIpv4Response);
  ASSERT_TRUE(v4) << v4.error().text;
  EXPECT_EQ(v4->message_class, MessageClass::Success);
  EXPECT_EQ(v4->xor_mapped_address->text(), "192.0.2.1:32853");
  EXPECT_TRUE(v4->check_integrity(kPassword));

  const auto v6 = Message::parse(kIpv6Response);
  ASSERT_TRUE(v6) << v6.error().text;
  EXPECT_EQ(v6->xor_mapped_address->text(), "[2001:db8:1234:5678:11:2233:4455:6677]:32853");
  EXPECT_TRUE(v6->check_integrity(kPassword));
}

TEST(StunMessage, AttributesBehindTheIntegrityAreNotBelieved) {
  ByteVector message = Writer(MessageClass::Request, kBindingMethod, kTransaction)
                           .username("a:b")
                           .integrity(kPassword)
                           .use_candidate()
                           .fingerprint()
                           .take();
  const auto read = Message::parse(message);
  ASSERT_TRUE(read) << read.error().text;
  EXPECT_TRUE(read->check_integrity(kPassword));
  EXPECT_FALSE(read->use_candidate);
}

TEST(StunMessage, ListsRequiredAttributesThatItDoesNotKnow) {
  ByteVector message = Writer(MessageClass::Request, kBindingMethod, kTransaction).take();
  ByteWriter(message).u16(0x7ABC).u16(0).u16(0xFABC).u16(0);
  message[3] = 8;
  const auto read = Message::parse(message);
  ASSERT_TRUE(read) << read.error().text;
  EXPECT_THAT(read->unknown_required, ElementsAre(0x7ABC));
}

TEST(StunMessage, OfADoubleAttributeTheFirstCounts) {
  const auto bytes =
      Writer(MessageClass::Request, kBindingMethod, kTransaction).username("a:b").username("c:d").priority(1).take();
  EXPECT_EQ(Message::parse(bytes)->username, "a:b");
  EXPECT_EQ(receiver_ufrag(bytes), "a");
}

TEST(StunMessage, EveryTruncationIsRefused) {
  for (const ByteVector& whole : {kRequest, kIpv4Response, kIpv6Response}) {
    for (std::size_t length = 0; length < whole.size(); ++length) {
      // An exact copy, so that the address sanitizer sees a read past the end.
      const ByteVector part(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
      EXPECT_FALSE(Message::parse(part)) << length;
      static_cast<void>(receiver_ufrag(part));
    }
  }
}

TEST(StunMessage, EveryTruncationWithAMatchingLengthIsSafe) {
  for (std::size_t length = kHeaderLength; length < kRequest.size(); ++length) {
    ByteVector part(kRequest.begin(), kRequest.begin() + static_cast<std::ptrdiff_t>(length));
    part[3] = static_cast<std::uint8_t>(length - kHeaderLength);
    const auto read = Message::parse(part);
    EXPECT_FALSE(read && read->check_integrity(kPassword) && read->has_fingerprint) << length;
  }
}

TEST(StunMessage, AnAttributePastTheEndIsRefused) {
  ByteVector message = Writer(MessageClass::Request, kBindingMethod, kTransaction).username("abcd:efg").take();
  message[kHeaderLength + 3] = 0xFF;
  EXPECT_FALSE(Message::parse(message));
  EXPECT_EQ(receiver_ufrag(message), std::nullopt);
}

TEST(StunMessage, AValueOfTheWrongSizeIsRefused) {
  ByteVector address = kIpv4Response;
  address[36 + 3] = 4;
  const auto bad = [](Attribute type, std::size_t size) {
    ByteVector message = Writer(MessageClass::Request, kBindingMethod, kTransaction).take();
    ByteWriter(message).u16(static_cast<std::uint16_t>(type)).u16(size);
    message.resize(message.size() + size + (4 - size % 4) % 4);
    message[2] = static_cast<std::uint8_t>((message.size() - kHeaderLength) >> 8);
    message[3] = static_cast<std::uint8_t>(message.size() - kHeaderLength);
    return !Message::parse(message);
  };
  EXPECT_FALSE(Message::parse(address));
  EXPECT_TRUE(bad(Attribute::Priority, 3));
  EXPECT_TRUE(bad(Attribute::IceControlling, 4));
  EXPECT_TRUE(bad(Attribute::IceControlled, 12));
  EXPECT_TRUE(bad(Attribute::UseCandidate, 1));
  EXPECT_TRUE(bad(Attribute::MessageIntegrity, 19));
  EXPECT_TRUE(bad(Attribute::Fingerprint, 8));
  EXPECT_TRUE(bad(Attribute::ErrorCode, 3));
  EXPECT_TRUE(bad(Attribute::UnknownAttributes, 3));
  EXPECT_TRUE(bad(Attribute::XorMappedAddress, 8)) << "family 0";
  EXPECT_TRUE(bad(Attribute::XorMappedAddress, 0));
  EXPECT_TRUE(bad(Attribute::Username, 509));
}

TEST(StunMessage, OneFlippedBitBreaksTheFingerprint) {
  for (std::size_t at = 0; at < kRequest.size() * 8; ++at) {
    ByteVector changed = kRequest;
    changed[at / 8] = static_cast<std::uint8_t>(changed[at / 8] ^ (1U << at % 8));
    const auto read = Message::parse(changed);
    EXPECT_FALSE(read && read->has_fingerprint) << "bit " << at;
  }
}

TEST(StunMessage, NoiseIsNeverAccepted) {
  SeededRandom random(1);
  for (int round = 0; round < 2000; ++round) {
    ByteVector noise(random.below(200));
    random.fill(noise);
    EXPECT_FALSE(Message::parse(noise));
    EXPECT_EQ(receiver_ufrag(noise), std::nullopt);
  }
}

}  // namespace
}  // namespace webcalling::media::stun
