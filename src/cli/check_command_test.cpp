#include "cli/check_command.hpp"

#include <gmock/gmock.h>

#include "cli/account_command.hpp"
#include "cli/folder_for_tests.hpp"
#include "io/clock.hpp"
#include "io/files.hpp"
#include "pki/certificate.hpp"
#include "server/free_ports_for_tests.hpp"

namespace webcalling::cli {
namespace {

using server::kLoopback;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

class CheckCommandTest : public InEmptyFolder {
 protected:
  CheckCommandTest() {
    std::filesystem::create_directories("pages");
    EXPECT_TRUE(io::write_file_atomically("pages/index.html", "the web phone"));
    const std::uint16_t first = server::free_ports(8);
    const auto port = [&](int index) { return static_cast<std::uint16_t>(first + index); };
    settings_.sip = {.listen_address = kLoopback,
                     .udp_port = port(0),
                     .tcp_port = port(0),
                     .tls_port = port(5),
                     .ws_port = port(1),
                     .wss_port = port(6)};
    settings_.web = {.listen_address = kLoopback, .port = port(2), .https_port = port(7), .root = "pages"};
    settings_.media.loops = 2;
    settings_.media.webrtc_port = port(3);
  }

  void add_an_account() {
    SeededRandom random(1);
    ASSERT_TRUE(add_account(settings_, random, "1001", "", ""));
  }

  std::vector<Finding> problems() {
    auto findings = check(settings_);
    std::erase_if(findings, [](const Finding& finding) { return finding.problem.empty(); });
    return findings;
  }

  config::Settings settings_;
};

TEST_F(CheckCommandTest, FreshInstallationLacksOnlyAnAccount) {
  const auto found = problems();
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].subject, "Account store");
  EXPECT_THAT(found[0].problem, HasSubstr("webcalling account add"));
  add_an_account();
  EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(CheckCommandTest, TakenPortIsNamedWithWhatItIsFor) {
  add_an_account();
  const auto taken = io::BoundUdp::bind({kLoopback, static_cast<std::uint16_t>(settings_.media.webrtc_port + 1)});
  ASSERT_TRUE(taken);
  const auto found = problems();
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].subject, fmt::format("WebRTC media, UDP port {}", settings_.media.webrtc_port + 1));
  EXPECT_THAT(found[0].problem, HasSubstr("address already in use"));
}

TEST_F(CheckCommandTest, TwoSettingsWithOnePortAreFound) {
  add_an_account();
  settings_.web.port = settings_.sip.ws_port;
  const auto found = problems();
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].subject, fmt::format("Web phone, TCP port {}", settings_.web.port));
}

TEST_F(CheckCommandTest, MediaPortsBeyondTheLastOneAreAProblem) {
  add_an_account();
  settings_.media.webrtc_port = 65535;
  const auto found = problems();
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_THAT(found[0].problem, HasSubstr("media.webrtc_port"));
}

TEST_F(CheckCommandTest, EveryUseOfAnImpossibleDataDirectoryIsASentence) {
  settings_.server.data_directory = std::string(300, 'x');
  const auto found = problems();
  ASSERT_THAT(found, SizeIs(4));
  EXPECT_THAT(found[0].problem, HasSubstr("server.data_directory"));
}

TEST_F(CheckCommandTest, MissingPagesAreAProblemAndNothingIsLeftBehindInTheDataDirectory) {
  add_an_account();
  settings_.web.root = "nowhere";
  const auto found = problems();
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].subject, "Web phone in nowhere");
  EXPECT_FALSE(std::filesystem::exists(std::filesystem::path(settings_.server.data_directory) / ".check"));
}

TEST_F(CheckCommandTest, CertificateIsShownWithItsNamesAndItsEnd) {
  EXPECT_THAT(
      check(settings_),
      testing::Contains(testing::Field(
          &Finding::subject, testing::AllOf(testing::StartsWith("TLS certificate for "), HasSubstr("localhost")))));
  settings_.tls.certificate = "mine.pem";
  add_an_account();
  const auto write = [&](std::chrono::days lifetime) {
    const auto made = pki::Certificate::generate({.common_name = "pbx", .names = {.hosts = {"pbx"}, .addresses = {}}},
                                                 lifetime, io::wall_clock());
    ASSERT_TRUE(io::write_file_atomically("mine.pem", made->pem()));
  };
  write(std::chrono::days(10));
  EXPECT_THAT(problems(), IsEmpty());
  write(std::chrono::days(0));
  ASSERT_THAT(problems(), SizeIs(1));
  EXPECT_THAT(problems()[0].subject, testing::StartsWith("TLS certificate for pbx, until "));
  EXPECT_THAT(problems()[0].problem, HasSubstr("it ended on "));
}

TEST_F(CheckCommandTest, CertificateThatCannotBeUsedIsNamedWithItsSetting) {
  add_an_account();
  settings_.tls.certificate = "nowhere.pem";
  ASSERT_THAT(problems(), SizeIs(1));
  EXPECT_EQ(problems()[0].problem, "tls.certificate: reading nowhere.pem: there is no such file");
  settings_.tls.certificate = "";
  settings_.tls.authorities = "pages/index.html";
  ASSERT_THAT(problems(), SizeIs(1));
  EXPECT_THAT(problems()[0].problem, testing::StartsWith("no certificate of an authority"));
}

}  // namespace
}  // namespace webcalling::cli
