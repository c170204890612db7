#include "sdp/session.hpp"

#include <gtest/gtest.h>

#include "sdp/test_fixture.hpp"

namespace webcalling::sdp {
namespace {

TEST(EffectiveDirection, ReadsHoldInAllItsSpellings) {
  struct Row {
    const char* session_level;
    const char* media_level;
    Direction effective;
  };
  constexpr Row kTable[] = {
      {"c=IN IP4 10.0.0.1\n", "", Direction::SendRecv},
      {"c=IN IP4 10.0.0.1\n", "a=sendonly\n", Direction::SendOnly},
      {"c=IN IP4 10.0.0.1\n", "a=recvonly\n", Direction::RecvOnly},
      {"c=IN IP4 10.0.0.1\n", "a=inactive\n", Direction::Inactive},
      {"c=IN IP4 10.0.0.1\na=sendonly\n", "", Direction::SendOnly},
      {"c=IN IP4 10.0.0.1\na=sendonly\n", "a=sendrecv\n", Direction::SendRecv},
      {"c=IN IP4 10.0.0.1\na=sendrecv\n", "a=inactive\n", Direction::Inactive},
      {"c=IN IP4 0.0.0.0\n", "", Direction::SendOnly},
      {"c=IN IP4 0.0.0.0\n", "a=sendrecv\n", Direction::SendOnly},
      {"c=IN IP4 0.0.0.0\n", "a=recvonly\n", Direction::Inactive},
      {"c=IN IP6 ::\n", "", Direction::SendOnly},
      {"c=IN IP4 10.0.0.1\n", "c=IN IP4 0.0.0.0\n", Direction::SendOnly},
      {"c=IN IP4 0.0.0.0\n", "c=IN IP4 10.0.0.1\n", Direction::SendRecv},
      {"c=IN IP4 0.0.0.0\n", "a=ice-ufrag:abcd\na=ice-pwd:0123456789012345678901\n", Direction::SendRecv},
      {"c=IN IP4 0.0.0.0\na=ice-ufrag:abcd\na=ice-pwd:0123456789012345678901\n", "a=sendonly\n", Direction::SendOnly},
  };
  for (const auto& row : kTable) {
    const auto session = parsed(std::string("v=0\no=- 1 1 IN IP4 10.0.0.1\n") + row.session_level +
                                "m=audio 4000 RTP/AVP 0\n" + row.media_level);
    EXPECT_EQ(effective_direction(session, session.media.at(0)), row.effective) << row.session_level << row.media_level;
  }
}

TEST(EffectiveIce, NeedsBothHalvesAndPrefersTheMediaLevel) {
  Session session;
  Media media;
  session.transport.ice_ufrag = "session";
  EXPECT_FALSE(effective_ice(session, media));
  session.transport.ice_password = "p1";
  EXPECT_EQ(effective_ice(session, media), (IceCredentials{"session", "p1"}));
  media.transport.ice_ufrag = "media";
  media.transport.ice_password = "p2";
  EXPECT_EQ(effective_ice(session, media), (IceCredentials{"media", "p2"}));
}

TEST(Media, StaticPayloadTypesNeedNoRtpMap) {
  Media media;
  EXPECT_EQ(media.find_rtp_map(8)->encoding, "PCMA");
  media.rtp_maps.push_back({8, "opus", 48000, 2});
  EXPECT_EQ(media.find_rtp_map(8)->encoding, "opus");
  EXPECT_FALSE(media.find_rtp_map(97));
}

}  // namespace
}  // namespace webcalling::sdp
