#include "sip/message/multipart.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace webcalling::sip {
namespace {

using testing::HasSubstr;

std::vector<BodyPart> parts_of(std::string_view body, std::string_view boundary = "b1") {
  auto parts = split_multipart(body, boundary);
  EXPECT_TRUE(parts) << (parts ? "" : parts.error().text);
  return parts ? *parts : std::vector<BodyPart>{};
}

Error error_of(std::string_view body, std::string_view boundary = "b1") {
  const auto parts = split_multipart(body, boundary);
  EXPECT_FALSE(parts) << body;
  return parts ? Error{} : parts.error();
}

TEST(Multipart, ReadsPartsWithTheirHeaders) {
  const auto parts = parts_of(
      "--b1\r\nContent-Type: application/sdp\r\nContent-Disposition: session;\r\n "
      "handling=required\r\n\r\nv=0\r\n\r\n--b1\r\n"
      "content-type: application/isup; version=x\r\nContent-Transfer-Encoding: binary\r\n"
      "Content-Encoding: gzip\r\n\r\n\x01\x02\r\n--b1--\r\n");
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_EQ(parts[0].content_type, "application/sdp");
  EXPECT_THAT(std::string(parts[0].content_disposition), HasSubstr("handling=required"));
  EXPECT_EQ(parts[0].content, "v=0\r\n");
  EXPECT_EQ(parts[1].content_type, "application/isup; version=x");
  EXPECT_EQ(parts[1].transfer_encoding, "binary");
  EXPECT_EQ(parts[1].content_encoding, "gzip");
  EXPECT_EQ(parts[1].content, "\x01\x02");
}

TEST(Multipart, PassesOverWhatStandsOutside) {
  const auto parts = parts_of("This is MIME.\r\n--b1x\r\n--b1  \t\r\n\r\nx\r\n--b1--  \r\n--b1\r\nrubbish");
  ASSERT_EQ(parts.size(), 1u);
  EXPECT_EQ(parts[0].content, "x");
}

TEST(Multipart, TakesContentAsItIs) {
  const std::string content("--\r\n--b\r\n --b1\r\nx--b1\r\n\0\r\n", 26);
  const std::string body = "--b1\r\n\r\n" + content + "\r\n--b1--";
  const auto parts = parts_of(body);
  ASSERT_EQ(parts.size(), 1u);
  EXPECT_EQ(parts[0].content, content);
}

TEST(Multipart, MayHaveEmptyParts) {
  const auto parts = parts_of("--b1\r\nContent-Type: x/y\r\n\r\n\r\n--b1\r\n\r\n\r\n--b1--");
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_EQ(parts[0].content, "");
  EXPECT_EQ(parts[1].content, "");
}

// ATTACKS S17.
TEST(Multipart, WhatHasNoSoundDelimitersIsMalformed) {
  const std::pair<const char*, const char*> table[] = {
      {"", "no delimiter"},
      {"v=0\r\n", "no delimiter"},
      {"--b1", "no delimiter"},
      {"--b1\n\nv=0\n--b1--\n", "no delimiter"},
      {"--b1\r\n", "no delimiter closes"},
      {"--b1\r\n\r\nv=0\r\n", "no delimiter closes"},
      {"--b1\r\n\r\nv=0\r\n--b1", "no delimiter closes"},
      {"--b1\r\n\r\nv=0\n--b1--", "no delimiter closes"},
      {"--b1--", "has no part"},
      {"--b1--\r\n--b1\r\n\r\nx\r\n--b1--", "has no part"},
      {"--b1\r\n--b1--", "no empty line"},
      {"--b1\r\nContent-Type: application/sdp\r\n--b1--", "no empty line"},
      {"--b1\r\nContent-Type application/sdp\r\n\r\nx\r\n--b1--", "no colon"},
      {"--b1\r\nContent-Type: a\nb\r\n\r\nx\r\n--b1--", "control character"},
  };
  for (const auto& [body, sentence] : table) {
    EXPECT_EQ(error_of(body).kind, Error::Kind::Malformed) << body;
    EXPECT_THAT(error_of(body).text, HasSubstr(sentence)) << body;
  }
}

TEST(Multipart, BoundaryHasToBeOne) {
  for (const auto& boundary : {std::string(), std::string(71, 'x'), std::string("a\r\nb"), std::string("a ")}) {
    EXPECT_EQ(error_of("--" + boundary + "\r\n\r\nx\r\n--" + boundary + "--", boundary).kind, Error::Kind::Malformed);
  }
  const std::string longest(70, 'x');
  EXPECT_TRUE(split_multipart("--" + longest + "\r\n\r\nx\r\n--" + longest + "--", longest));
  EXPECT_EQ(parts_of("--a b\r\n\r\nx\r\n--a b--", "a b").size(), 1u);
}

TEST(Multipart, PartsAreLimited) {
  std::string body;
  for (std::size_t i = 0; i < kMaxBodyParts; ++i) body += "--b1\r\n\r\nx\r\n";
  EXPECT_EQ(split_multipart(body + "--b1--", "b1").value().size(), kMaxBodyParts);
  EXPECT_EQ(error_of(body + "--b1\r\n\r\nx\r\n--b1--").kind, Error::Kind::Refused);
}

}  // namespace
}  // namespace webcalling::sip
