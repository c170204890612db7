#include "sdp/writer.hpp"

#include <gtest/gtest.h>

#include "sdp/test_fixture.hpp"

namespace webcalling::sdp {
namespace {

using namespace std::chrono_literals;

TEST(SdpWriter, WritesLinesInTheOrderOfTheRfc) {
  Session session;
  session.origin = {"WebCalling", 7, 8, Address::of(*IpAddress::parse("10.0.0.1"))};
  session.name = "WebCalling";
  session.connection = Address::of(*IpAddress::parse("2001:db8::1"));
  session.ice_lite = true;
  session.groups = {{"BUNDLE", {"0"}}};
  Media media;
  media.port = 4000;
  media.formats = {"0", "101"};
  media.rtp_maps = {{0, "PCMU", 8000, 1}, {101, "telephone-event", 8000, 1}};
  media.format_parameters = {{101, "0-16"}};
  media.ptime = 20ms;
  media.direction = Direction::SendOnly;
  media.rtcp_mux = true;
  media.mid = "0";
  session.media.push_back(media);

  EXPECT_EQ(write(session),
            "v=0\r\n"
            "o=WebCalling 7 8 IN IP4 10.0.0.1\r\n"
            "s=WebCalling\r\n"
            "c=IN IP6 2001:db8::1\r\n"
            "t=0 0\r\n"
            "a=group:BUNDLE 0\r\n"
            "a=ice-lite\r\n"
            "m=audio 4000 RTP/AVP 0 101\r\n"
            "a=mid:0\r\n"
            "a=sendonly\r\n"
            "a=rtpmap:0 PCMU/8000\r\n"
            "a=rtpmap:101 telephone-event/8000\r\n"
            "a=fmtp:101 0-16\r\n"
            "a=ptime:20\r\n"
            "a=rtcp-mux\r\n");
  EXPECT_EQ(parsed(write(session)), session);
}

}  // namespace
}  // namespace webcalling::sdp
