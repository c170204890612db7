#include "server/tls_certificate.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <filesystem>

#include "io/clock.hpp"
#include "io/files.hpp"
#include "io/local_addresses.hpp"
#include "io/tls_for_tests.hpp"

namespace webcalling::server {
namespace {

using std::chrono::days;
using testing::HasSubstr;

const WallTime kNow = io::wall_clock();

class TlsCertificateTest : public testing::Test {
 protected:
  TlsCertificateTest() {
    settings_.server.data_directory = folder_;
    std::filesystem::create_directories(folder_);
  }
  ~TlsCertificateTest() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] TlsCertificate load(WallTime now = kNow) const {
    auto loaded = load_tls_certificate(settings_, now);
    EXPECT_TRUE(loaded) << loaded.error().text;
    return *loaded;
  }
  [[nodiscard]] std::string write(const std::string& name, const std::string& content) const {
    EXPECT_TRUE(io::write_file_atomically(folder_ + "/" + name, content));
    return folder_ + "/" + name;
  }

  const std::string folder_ =
      std::filesystem::temp_directory_path() / fmt::format("webcalling-tls-certificate-test-{}", ::getpid());
  const std::string file_ = folder_ + "/tls-certificate.pem";
  config::Settings settings_;
};

TEST_F(TlsCertificateTest, IsMadeOnceForTheOwnerOnlyAndForAllNamesOfThisMachine) {
  settings_.tls.names = {"PBX.example.com"};
  settings_.server.public_address = IpAddress::parse("2001:db8::7").value();
  const auto made = load();
  EXPECT_THAT(made.news, HasSubstr("there was none"));
  for (const char* name : {"pbx.example.com", "localhost", "127.0.0.1", "2001:db8::7"}) {
    EXPECT_TRUE(made.certificate.names().identify(name)) << name;
  }
  const auto addresses = io::local_addresses();
  ASSERT_TRUE(addresses) << addresses.error().text;
  for (const io::LocalAddress& local : *addresses) {
    EXPECT_EQ(made.certificate.names().identify(local.address.text()), local.is_lasting) << local.address.text();
  }
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(file_).permissions(), perms::owner_read | perms::owner_write);
  const auto again = load();
  EXPECT_EQ(again.news, "");
  EXPECT_EQ(again.certificate.pem(), made.certificate.pem());
}

TEST_F(TlsCertificateTest, IsRenewedAMonthBeforeItsEndAndWhenTheClockWasWrong) {
  const auto first = load();
  const WallTime end = first.certificate.valid_until();
  EXPECT_EQ(load(end - days(31)).news, "");
  const auto second = load(end - days(29));
  EXPECT_THAT(second.news, HasSubstr("the one before ends soon"));
  EXPECT_GT(second.certificate.valid_until(), end);
  EXPECT_THAT(load(kNow - days(400)).news, HasSubstr("ends soon"));
}

TEST_F(TlsCertificateTest, IsMadeAnewForNewNames) {
  const auto first = load();
  settings_.tls.names = {"new.example.com"};
  const auto second = load();
  EXPECT_THAT(second.news, HasSubstr("lacks some of these names"));
  EXPECT_TRUE(second.certificate.names().identify("new.example.com"));
  settings_.tls.names = {};
  EXPECT_EQ(load().news, "");
}

TEST_F(TlsCertificateTest, DamagedOneOfOurOwnMakingIsReplacedAndPutAside) {
  (void)write("tls-certificate.pem", "nonsense");
  const auto made = load();
  EXPECT_THAT(made.news, HasSubstr(file_ + " was damaged (no private key"));
  EXPECT_EQ(*io::read_file(file_ + ".damaged"), "nonsense");
  EXPECT_EQ(load().news, "");
}

TEST_F(TlsCertificateTest, OneThatCannotBeReadOrWrittenIsASentence) {
  std::filesystem::create_directory(file_);
  const auto loaded = load_tls_certificate(settings_, kNow);
  ASSERT_FALSE(loaded);
  EXPECT_THAT(loaded.error().text, HasSubstr(file_));
}

TEST_F(TlsCertificateTest, GivenOneIsReadFromOneFileOrTwoAndNeverReplaced) {
  const auto mine = io::make_certificate("pbx.example.com");
  const std::string pem = mine.pem();
  const auto at = pem.find("-----BEGIN CERTIFICATE");
  settings_.tls.certificate = write("whole.pem", pem);
  EXPECT_EQ(load().certificate.pem(), pem);
  EXPECT_EQ(load(kNow + days(1000)).certificate.pem(), pem);
  settings_.tls.certificate = write("chain.pem", pem.substr(at));
  settings_.tls.private_key = write("key.pem", pem.substr(0, at));
  EXPECT_EQ(load().certificate.pem(), pem);
  EXPECT_FALSE(std::filesystem::exists(file_));
}

TEST_F(TlsCertificateTest, GivenOneThatIsOfNoUseIsNamedWithItsSetting) {
  settings_.tls.certificate = write("chain.pem", io::make_certificate("one").pem());
  settings_.tls.private_key = folder_ + "/nowhere.pem";
  EXPECT_THAT(load_tls_certificate(settings_, kNow).error().text, testing::StartsWith("tls.private_key: reading "));
  settings_.tls.private_key = write("key.pem", io::make_certificate("two").pem());
  EXPECT_THAT(load_tls_certificate(settings_, kNow).error().text,
              testing::StartsWith("tls.certificate " + settings_.tls.certificate + ": the private key belongs to"));
}

TEST_F(TlsCertificateTest, TrustIsThatOfTheSettings) {
  settings_.tls.verify_servers = false;
  EXPECT_FALSE(load_trust(settings_)->verify);
  settings_.tls.authorities = write("authorities.pem", "PEM");
  EXPECT_EQ(load_trust(settings_)->authorities, "PEM");
  settings_.tls.authorities = folder_ + "/nowhere.pem";
  EXPECT_THAT(load_trust(settings_).error().text, testing::StartsWith("tls.authorities: reading "));
}

}  // namespace
}  // namespace webcalling::server
