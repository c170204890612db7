#include "support/story.hpp"

namespace webcalling::sim {
namespace {

using call::Encryption;
using sip::TransportKind;

const media::RemotePlain& remote_of(const SimNetwork& net, const SimPhone& phone) {
  return std::get<media::RemotePlain>(net.leg_of(phone).settings->remote);
}
bool is_encrypted(const SimNetwork& net, const SimPhone& phone) {
  return std::holds_alternative<media::SdesKeys>(remote_of(net, phone).protection);
}

/// A phone that encrypts or does not talk, beside one that knows nothing of encryption.
class EncryptedCall : public Story {
 protected:
  explicit EncryptedCall(Encryption encryption = Encryption::Optional) : Story({.encryption = encryption}) {}
  void SetUp() override { secure.habits().encrypts = true; }

  SimPhone& secure = net.phone("1001");
  SimPhone& plain = net.phone("1002");
};
INSTANTIATE_TEST_SUITE_P(, EncryptedCall, any_weather(), weather_name);

TEST_P(EncryptedCall, ReachesAPhoneThatKnowsNothingOfIt) {
  ASSERT_TRUE(connect(secure, plain));
  EXPECT_TRUE(is_encrypted(net, secure));
  EXPECT_FALSE(is_encrypted(net, plain));
  EXPECT_EQ(net.heard_by(plain), "1001");
  EXPECT_EQ(net.heard_by(secure), "1002");
  plain.hang_up();
}

// It can say that only by refusing the offer that every other phone takes.
TEST_P(EncryptedCall, ReachesAPhoneThatInsistsOnIt) {
  ASSERT_TRUE(connect(plain, secure));
  EXPECT_TRUE(is_encrypted(net, secure));
  EXPECT_EQ(net.heard_by(plain), "1001");
  secure.hang_up();
}

TEST_P(EncryptedCall, ReachesABrowser) {
  SimPhone& browser = net.phone("1003", TransportKind::Ws);
  ASSERT_TRUE(connect(browser, secure));
  EXPECT_TRUE(is_encrypted(net, secure));
  browser.hang_up();
}

TEST_P(EncryptedCall, KeepsItsKeysThroughHoldAndResume) {
  ASSERT_TRUE(connect(secure, plain));
  const auto before = std::get<media::SdesKeys>(remote_of(net, secure).protection);
  for (int i = 0; i < 2; ++i) {
    secure.hold();
    ASSERT_TRUE(reinvited(secure, 200));
    EXPECT_EQ(net.heard_by(plain), "music");
    secure.resume();
    ASSERT_TRUE(reinvited(secure, 200));
    EXPECT_EQ(net.heard_by(plain), "1001");
  }
  EXPECT_EQ(std::get<media::SdesKeys>(remote_of(net, secure).protection), before);
  secure.hang_up();
}

TEST_P(EncryptedCall, IsCancelledLikeAnyOther) {
  ASSERT_TRUE(ring(plain, secure));
  plain.hang_up();
  net.run_until_idle();
  EXPECT_EQ(plain.call().final_status(), 487);
}

class DemandedEncryption : public EncryptedCall {
 protected:
  DemandedEncryption() : EncryptedCall(Encryption::Required) {}
};
INSTANTIATE_TEST_SUITE_P(, DemandedEncryption, any_weather(), weather_name);

TEST_P(DemandedEncryption, IsNotForPhonesThatCannot) {
  plain.dial("1001");
  net.run_until_idle();
  EXPECT_EQ(plain.call().final_status(), 488);
}

TEST_P(DemandedEncryption, ConnectsThoseWhoCan) {
  SimPhone& other = net.phone("1003");
  other.habits().encrypts = true;
  ASSERT_TRUE(connect(secure, other));
  EXPECT_TRUE(is_encrypted(net, secure) && is_encrypted(net, other));
  secure.hang_up();
}

class NoEncryption : public EncryptedCall {
 protected:
  NoEncryption() : EncryptedCall(Encryption::Off) {}
};
INSTANTIATE_TEST_SUITE_P(, NoEncryption, fair_weather(), weather_name);

TEST_P(NoEncryption, IsNotForPhonesThatInsist) {
  secure.dial("1002");
  net.run_until_idle();
  EXPECT_EQ(secure.call().final_status(), 488);
  plain.dial("1001");
  net.run_until_idle();
  EXPECT_EQ(plain.call().final_status(), 488);
}

}  // namespace
}  // namespace webcalling::sim
