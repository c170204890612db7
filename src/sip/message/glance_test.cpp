#include "sip/message/glance.hpp"

#include <gtest/gtest.h>

#include <string>

namespace webcalling::sip {
namespace {

std::string request(const std::string& method, const std::string& to, const std::string& more = {}) {
  return method +
         " sip:1001@pbx SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1;rport, SIP/2.0/UDP 192.0.2.2\r\n" +
         "v: SIP/2.0/UDP 192.0.2.3\r\n" + to + "\r\n" + more + "Content-Length: 0\r\n\r\nAuthorization: no header\r\n";
}

TEST(Glance, SeesMethodTopmostViaAndNoMore) {
  const std::string text = request("INVITE", "To: <sip:1001@pbx>");
  const auto glance = Glance::at(text);
  ASSERT_TRUE(glance);
  EXPECT_EQ(glance->method, "INVITE");
  EXPECT_EQ(glance->via, "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1;rport");
  EXPECT_FALSE(glance->has_to_tag);
  EXPECT_FALSE(glance->has_credentials) << "what stands in the body is no header";
  EXPECT_TRUE(glance->begins_something());
}

TEST(Glance, SeesCredentials) {
  const std::string text = request("REGISTER", "To: <sip:1001@pbx>", "authorization : Digest x\r\n");
  EXPECT_TRUE(Glance::at(text)->has_credentials);
}

TEST(Glance, WhatBelongsToADialogBeginsNothing) {
  for (const std::string to : {"To: <sip:1001@pbx>;tag=1", "t: <sip:1001@pbx> ; x=y; TAG = 1"}) {
    const std::string text = request("INVITE", to);
    EXPECT_TRUE(Glance::at(text)->has_to_tag) << to;
    EXPECT_FALSE(Glance::at(text)->begins_something()) << to;
  }
}

TEST(Glance, AckAndCancelBeginNothing) {
  for (const std::string method : {"ACK", "CANCEL", "BYE", "PRACK", "UNHEARD"}) {
    const std::string text = request(method, "To: <sip:1001@pbx>");
    EXPECT_FALSE(Glance::at(text)->begins_something()) << method;
  }
}

TEST(Glance, NothingIsSeenInAResponseOrInGarbage) {
  EXPECT_FALSE(Glance::at("SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP h\r\n\r\n"));
  EXPECT_FALSE(Glance::at("INVITE sip:x SIP/2.0\r\nTo: <sip:x>\r\n\r\n"));
  EXPECT_FALSE(Glance::at(""));
  EXPECT_FALSE(Glance::at("\r\n\r\n"));
  EXPECT_FALSE(Glance::at(std::string_view("\0\xff:\n:", 5)));
}

}  // namespace
}  // namespace webcalling::sip
