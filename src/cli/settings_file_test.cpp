#include "cli/settings_file.hpp"

#include <gmock/gmock.h>

#include "cli/folder_for_tests.hpp"
#include "io/files.hpp"

namespace webcalling::cli {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class SettingsFileTest : public InEmptyFolder {};

TEST_F(SettingsFileTest, WithoutAnyFileTheDefaultsHold) {
  const auto settings = load_settings("");
  ASSERT_TRUE(settings) << settings.error().text;
  EXPECT_EQ(settings->sip.udp_port, 5060);
  EXPECT_EQ(settings->server.data_directory, "data");
}

TEST_F(SettingsFileTest, FileOfTheCurrentFolderIsReadUnasked) {
  ASSERT_TRUE(io::write_file_atomically("webcalling.toml", "[sip]\nudp_port = 5070\n"));
  const auto settings = load_settings("");
  ASSERT_TRUE(settings) << settings.error().text;
  EXPECT_EQ(settings->sip.udp_port, 5070);
}

TEST_F(SettingsFileTest, PathsAreRelativeToTheFileAndAbsoluteOnesStay) {
  std::filesystem::create_directories("etc");
  ASSERT_TRUE(io::write_file_atomically("etc/pbx.toml",
                                        "[server]\ndata_directory = \"../state\"\n[web]\nroot = \"/srv/pages\"\n"
                                        "[tls]\ncertificate = \"pbx.pem\"\n"));
  const auto settings = load_settings("etc/pbx.toml");
  ASSERT_TRUE(settings) << settings.error().text;
  EXPECT_EQ(settings->server.data_directory, std::filesystem::current_path() / "state");
  EXPECT_EQ(settings->web.root, "/srv/pages");
  EXPECT_EQ(settings->tls.certificate, std::filesystem::current_path() / "etc/pbx.pem");
  EXPECT_EQ(settings->tls.private_key, "");
}

TEST_F(SettingsFileTest, FileThatWasAskedForMustBeThere) {
  const auto settings = load_settings("missing.toml");
  ASSERT_FALSE(settings);
  EXPECT_THAT(settings.error().text, StartsWith("The settings: "));
  EXPECT_THAT(settings.error().text, HasSubstr("missing.toml"));
}

TEST_F(SettingsFileTest, FileThatIsThereButCannotBeReadIsNotPassedOver) {
  std::filesystem::create_directories("webcalling.toml");
  EXPECT_FALSE(load_settings(""));
}

TEST_F(SettingsFileTest, MistakeIsNamedWithFileAndLine) {
  ASSERT_TRUE(io::write_file_atomically("webcalling.toml", "[sip]\nudp_port = 0\n"));
  const auto settings = load_settings("");
  ASSERT_FALSE(settings);
  EXPECT_THAT(settings.error().text, StartsWith("webcalling.toml: sip.udp_port: line 2: "));
}

}  // namespace
}  // namespace webcalling::cli
