#pragma once

// For the tests of this room.

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>

namespace webcalling::cli {

/// An empty folder that is the current one while a test runs.
class InEmptyFolder : public testing::Test {
 protected:
  InEmptyFolder() {
    std::filesystem::create_directories(folder_);
    std::filesystem::current_path(folder_);
  }
  ~InEmptyFolder() override {
    std::filesystem::current_path(before_);
    std::filesystem::remove_all(folder_);
  }

  const std::filesystem::path before_ = std::filesystem::current_path();
  const std::filesystem::path folder_ =
      std::filesystem::temp_directory_path() / fmt::format("webcalling-cli-test-{}", ::getpid());
};

}  // namespace webcalling::cli
