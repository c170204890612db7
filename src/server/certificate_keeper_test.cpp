#include "server/certificate_keeper.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>
#include <list>
#include <optional>

#include "io/tcp_listener.hpp"
#include "io/test_client.hpp"
#include "io/tls_for_tests.hpp"
#include "server/free_ports_for_tests.hpp"

namespace webcalling::server {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// A server that keeps what it accepts, and the operator's files, which change below it.
class CertificateKeeperTest : public testing::Test {
 protected:
  CertificateKeeperTest() {
    std::filesystem::create_directories(folder_);
    write(first_, first_);
    auto keeper = CertificateKeeper::start(loop_, settings_, log_);
    EXPECT_TRUE(keeper) << keeper.error().text;
    keeper_ = std::move(*keeper);
    auto listener = io::TcpListener::listen(loop_, {kLoopback, 0}, {.tls = {.context = keeper_->context()}},
                                            [this](io::TcpConnection connection) {
                                              accepted_.push_back(std::move(connection));
                                              io::TcpConnection& kept = accepted_.back();
                                              kept.start({.on_bytes = [&kept](Bytes bytes) { kept.send(bytes); }});
                                            });
    EXPECT_TRUE(listener);
    listener_.emplace(std::move(*listener));
  }
  ~CertificateKeeperTest() override { std::filesystem::remove_all(folder_); }

  /// The certificate of one and the key of another, if so wanted.
  void write(const pki::Certificate& shown, const pki::Certificate& keyed) {
    const std::string key = keyed.pem().substr(0, keyed.pem().find("-----BEGIN CERTIFICATE"));
    EXPECT_TRUE(io::write_file_atomically(settings_.tls.certificate, io::shown(shown)));
    EXPECT_TRUE(io::write_file_atomically(settings_.tls.private_key, key, 0600));
  }

  /// So much time that every look that is due has been taken.
  void look() { loop_.timers().advance(loop_.now() + CertificateKeeper::kLook); }

  [[nodiscard]] bool shows(const pki::Certificate& certificate, const std::string& name) {
    io::TestClient client(loop_, listener_->local(), io::trusting(certificate, name));
    client.send("hello");
    (void)loop_.run_until([&] { return client.received() == "hello" || client.reason() != "still open"; },
                          io::kPatience);
    return client.received() == "hello";
  }

  const std::string folder_ =
      std::filesystem::temp_directory_path() / fmt::format("webcalling-certificate-keeper-test-{}", ::getpid());
  const pki::Certificate first_ = io::make_certificate("first");
  const pki::Certificate second_ = io::make_certificate("second");
  config::Settings settings_{.tls = {.certificate = folder_ + "/chain.pem", .private_key = folder_ + "/key.pem"}};
  std::vector<std::string> complaints_;
  const Log log_{Log::Level::Warning, [this](Log::Level, std::string_view line) { complaints_.emplace_back(line); }};
  io::Loop loop_;
  std::unique_ptr<CertificateKeeper> keeper_;
  std::list<io::TcpConnection> accepted_;
  std::optional<io::TcpListener> listener_;
};

TEST_F(CertificateKeeperTest, ChangedFilesAreTakenUpWhileConnectionsGoOn) {
  io::TestClient old(loop_, listener_->local(), io::trusting(first_, "first"));
  old.send("one,");
  ASSERT_TRUE(old.hears("one,"));
  write(second_, second_);
  look();
  EXPECT_TRUE(shows(first_, "first")) << "they may still be changing";
  look();
  EXPECT_TRUE(shows(second_, "second"));
  old.send("two");
  EXPECT_TRUE(old.hears("one,two"));
  EXPECT_THAT(complaints_, IsEmpty());
}

TEST_F(CertificateKeeperTest, ReloadTakesThemUpAtOnce) {
  write(second_, second_);
  keeper_->reload();
  EXPECT_TRUE(shows(second_, "second"));
}

TEST_F(CertificateKeeperTest, CertificateAndKeyMayBeReplacedOneAfterTheOther) {
  write(second_, first_);
  look();
  write(second_, second_);
  look();
  look();
  EXPECT_TRUE(shows(second_, "second"));
  EXPECT_THAT(complaints_, IsEmpty());
}

TEST_F(CertificateKeeperTest, BrokenFilesAreRefusedWithOneSentenceAndWhatWasThereStays) {
  write(second_, first_);
  for (int i = 0; i < 5; ++i) look();
  EXPECT_TRUE(shows(first_, "first"));
  ASSERT_EQ(complaints_.size(), 1U);
  EXPECT_THAT(complaints_[0], testing::StartsWith("The TLS certificate was not replaced, the one before stays: "));
  EXPECT_THAT(complaints_[0], HasSubstr("the private key belongs to another certificate"));
  write(second_, second_);
  look();
  look();
  EXPECT_TRUE(shows(second_, "second"));
}

TEST_F(CertificateKeeperTest, FilesThatAreGoneChangeNothing) {
  std::filesystem::remove(settings_.tls.certificate);
  for (int i = 0; i < 3; ++i) look();
  EXPECT_TRUE(shows(first_, "first"));
  EXPECT_THAT(complaints_, ElementsAre(HasSubstr("there is no such file")));
}

TEST_F(CertificateKeeperTest, CertificateThatHasEndedDoesNotReplaceOneThatHasNot) {
  const auto ended = pki::Certificate::generate(
      {.common_name = "ended", .names = {.hosts = {"ended"}, .addresses = {}}}, std::chrono::days(0), io::wall_clock());
  write(*ended, *ended);
  keeper_->reload();
  EXPECT_TRUE(shows(first_, "first"));
  EXPECT_THAT(complaints_, ElementsAre(HasSubstr("it ended on ")));
}

TEST_F(CertificateKeeperTest, OneOfOurOwnMakingIsMadeAnewIfItIsDeleted) {
  settings_.tls = {};
  settings_.server.data_directory = folder_;
  const std::string file = folder_ + "/tls-certificate.pem";
  const auto keeper = CertificateKeeper::start(loop_, settings_, log_);
  ASSERT_TRUE(keeper) << keeper.error().text;
  const std::string before = *io::read_file(file);
  std::filesystem::remove(file);
  look();
  look();
  EXPECT_NE(*io::read_file(file), before);
}

}  // namespace
}  // namespace webcalling::server
