#include "server/stun_keep_alive.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "media/stun/message.hpp"
#include "media/stun/writer.hpp"

namespace webcalling::server {
namespace {

using media::stun::Message;
using media::stun::MessageClass;
using media::stun::Writer;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr media::stun::TransactionId kTransaction{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
const Endpoint kFrom{IpAddress::v4(0xcb007107), 44539};

Writer binding(MessageClass message_class = MessageClass::Request) {
  return Writer(message_class, media::stun::kBindingMethod, kTransaction);
}

TEST(StunKeepAlive, TellsThePhoneItsAddress) {
  const ByteVector answer = answer_stun_keep_alive(binding().take(), kFrom);
  const auto message = Message::parse(answer);
  ASSERT_TRUE(message) << message.error().text;
  EXPECT_EQ(message->message_class, MessageClass::Success);
  EXPECT_EQ(message->transaction_id, kTransaction);
  EXPECT_EQ(message->xor_mapped_address, kFrom);
}

TEST(StunKeepAlive, TellsTheAddressOfAnIpv6PhoneAndWithFingerprint) {
  const Endpoint from{IpAddress::parse("2001:db8::2").value(), 5060};
  const ByteVector answer = answer_stun_keep_alive(binding().fingerprint().take(), from);
  const auto message = Message::parse(answer);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->xor_mapped_address, from);
}

TEST(StunKeepAlive, RefusesWhatItMustUnderstandAndDoesNot) {
  const ByteVector answer = answer_stun_keep_alive(binding().attribute(0x7ffe, Bytes{}).take(), kFrom);
  const auto message = Message::parse(answer);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->error->code, 420);
  EXPECT_THAT(message->unknown_reported, ElementsAre(0x7ffe));
}

TEST(StunKeepAlive, IsSilentToEverythingElse) {
  EXPECT_THAT(answer_stun_keep_alive(binding(MessageClass::Indication).take(), kFrom), IsEmpty());
  EXPECT_THAT(answer_stun_keep_alive(binding(MessageClass::Success).take(), kFrom), IsEmpty()) << "no loops";
  EXPECT_THAT(answer_stun_keep_alive(Writer(MessageClass::Request, 0x003, kTransaction).take(), kFrom), IsEmpty())
      << "we are no TURN server";
  ByteVector cut = binding().xor_mapped_address(kFrom).take();
  cut.pop_back();
  EXPECT_THAT(answer_stun_keep_alive(cut, kFrom), IsEmpty());
  EXPECT_THAT(answer_stun_keep_alive({}, kFrom), IsEmpty());
}

// RFC 5626 section 8: nothing that a stranger could use to flood a third.
TEST(StunKeepAlive, AnswersWithHardlyMoreThanItGot) {
  const ByteVector request = binding().take();
  EXPECT_LE(answer_stun_keep_alive(request, kFrom).size(), 2 * request.size());
}

}  // namespace
}  // namespace webcalling::server
