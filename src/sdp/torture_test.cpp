// The session descriptions of the torture messages of RFC 4475 and RFC 5118.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "sdp/parser.hpp"

namespace webcalling::sdp {
namespace {

Result<Session> body_of(std::string_view name) {
  const auto path =
      std::filesystem::path(WEBCALLING_SOURCE_DIR) / "tests/fixtures/torture" / fmt::format("{}.dat", name);
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  const std::string message = content.str();
  EXPECT_FALSE(message.empty()) << path;
  return parse(message.substr(message.find("\r\n\r\n") + 4));
}

std::string host_of(const Session& session, std::size_t media) {
  const auto connection = effective_connection(session, session.media.at(media));
  return connection ? connection->host : "none";
}

TEST(Torture, StaticPayloadTypesNeedNoMap) {
  for (const std::string_view name : {"rfc4475/wsinv", "rfc4475/longreq", "rfc4475/sdp01", "rfc4475/inv2543"}) {
    const auto session = body_of(name);
    ASSERT_TRUE(session.has_value()) << name << ": " << session.error().text;
    EXPECT_EQ(session->media.at(0).port, 49217) << name;
  }
}

TEST(Torture, AddressesOfBothFamiliesHaveNoBrackets) {
  EXPECT_EQ(host_of(*body_of("rfc5118/ipv6-in-sdp"), 1), "2001:db8::20");
  EXPECT_EQ(host_of(*body_of("rfc5118/ipv4-mapped-ipv6"), 0), "::ffff:192.0.2.2");
  // Nothing at session level, and an "s=" without a name.
  const auto mixed = body_of("rfc5118/mult-ip-in-sdp");
  ASSERT_TRUE(mixed.has_value()) << mixed.error().text;
  EXPECT_EQ(host_of(*mixed, 0), "192.0.2.1");
  EXPECT_EQ(host_of(*mixed, 1), "2001:db8::1");
}

}  // namespace
}  // namespace webcalling::sdp
