#pragma once

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "sdp/parser.hpp"

namespace webcalling::sdp {

/// For unit tests: the text of tests/fixtures/sdp/NAME.sdp.
inline std::string fixture_text(const std::string& name) {
  std::ifstream file(WEBCALLING_SOURCE_DIR "/tests/fixtures/sdp/" + name + ".sdp", std::ios::binary);
  EXPECT_TRUE(file) << name;
  return {std::istreambuf_iterator<char>(file), {}};
}

inline Session parsed(const std::string& text) {
  auto session = parse(text);
  EXPECT_TRUE(session) << (session ? "" : session.error().text) << "\n" << text;
  return session ? *std::move(session) : Session{};
}

inline Session fixture(const std::string& name) { return parsed(fixture_text(name)); }

/// `text` with the first `from` replaced; fails the test if there is none.
inline std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

}  // namespace webcalling::sdp
