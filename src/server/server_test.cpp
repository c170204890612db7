#include "server/server.hpp"

#include <gmock/gmock.h>

#include <filesystem>

#include "io/files.hpp"
#include "io/test_client.hpp"
#include "server/free_ports_for_tests.hpp"

namespace webcalling::server {
namespace {

using io::kPatience;
using testing::HasSubstr;

class ServerTest : public testing::Test {
 protected:
  ServerTest() {
    std::filesystem::create_directories(folder_ + "/pages");
    EXPECT_TRUE(io::write_file_atomically(folder_ + "/pages/index.html", "the web phone"));
  }
  ~ServerTest() override { std::filesystem::remove_all(folder_); }

  config::Settings settings_of(const std::string& name) {
    const std::uint16_t first = free_ports(4);
    const auto port = [&](int index) { return static_cast<std::uint16_t>(first + index); };
    config::Settings settings;
    settings.server.data_directory = folder_ + "/" + name + "/data";
    settings.sip = {.listen_address = kLoopback, .udp_port = port(0), .tcp_port = port(0), .ws_port = port(1)};
    settings.web = {.listen_address = kLoopback, .port = port(2), .root = folder_ + "/pages"};
    settings.media.loops = 1;
    settings.media.webrtc_port = port(3);
    return settings;
  }

  std::unique_ptr<Server> start(const config::Settings& settings) {
    auto server = Server::start(loop_, settings, log_);
    EXPECT_TRUE(server) << server.error().text;
    return server ? std::move(*server) : nullptr;
  }

  /// What the web port answers.
  std::string get(const config::Settings& settings) {
    io::TestClient browser(loop_, {kLoopback, settings.web.port});
    browser.send("GET / HTTP/1.1\r\nHost: pbx\r\nConnection: close\r\n\r\n");
    EXPECT_TRUE(browser.is_closed_by_server());
    return browser.received();
  }

  /// What SIP over TCP answers.
  std::string ask(const config::Settings& settings) {
    io::TestClient phone(loop_, {kLoopback, settings.sip.tcp_port});
    phone.send(
        "OPTIONS sip:pbx SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1:5060;branch=z9hG4bKa\r\nMax-Forwards: 70\r\n"
        "From: <sip:a@pbx>;tag=1\r\nTo: <sip:pbx>\r\nCall-ID: c\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n");
    EXPECT_TRUE(phone.hears("\r\n\r\n"));
    return phone.received();
  }

  const std::string folder_ =
      std::filesystem::temp_directory_path() / fmt::format("webcalling-server-test-{}", ::getpid());
  const Log log_{Log::Level::Error, [](Log::Level, std::string_view) {}};
  io::Loop loop_;
};

TEST_F(ServerTest, TwoServersServeInOneProcess) {
  const auto one = settings_of("one");
  const auto two = settings_of("two");
  const auto first = start(one);
  const auto second = start(two);
  ASSERT_TRUE(first && second);
  for (const auto& settings : {one, two}) {
    EXPECT_THAT(get(settings), HasSubstr("the web phone"));
    EXPECT_THAT(ask(settings), testing::StartsWith("SIP/2.0 200 "));
  }
}

TEST_F(ServerTest, TakenPortStopsTheStartWithASentence) {
  const auto running = settings_of("running");
  const auto first = start(running);
  struct Case {
    std::uint16_t config::Settings::Sip::*port;
    std::uint16_t taken;
    std::string sentence;
  };
  using Sip = config::Settings::Sip;
  for (const auto& [port, taken, sentence] : {Case{&Sip::udp_port, running.sip.udp_port, "SIP: listening on UDP"},
                                              Case{&Sip::tcp_port, running.sip.tcp_port, "SIP: listening on TCP"},
                                              Case{&Sip::ws_port, running.web.port, "SIP over WebSocket: "}}) {
    auto settings = settings_of("late");
    settings.sip.*port = taken;
    const auto late = Server::start(loop_, settings, log_);
    ASSERT_FALSE(late);
    EXPECT_THAT(late.error().text, testing::StartsWith(sentence));
    EXPECT_THAT(late.error().text, HasSubstr(fmt::format("127.0.0.1:{}: address already in use", taken)));
  }
}

TEST_F(ServerTest, FailedStartLeavesNoPortTaken) {
  auto settings = settings_of("again");
  const std::string pages = std::exchange(settings.web.root, folder_ + "/nowhere");
  const auto failed = Server::start(loop_, settings, log_);
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().text, HasSubstr("web.root"));
  settings.web.root = pages;
  EXPECT_TRUE(start(settings));
}

TEST_F(ServerTest, StopWithoutCallsEndsAtOnceAndTheServerCanStartAgain) {
  const auto settings = settings_of("stop");
  auto server = start(settings);
  ASSERT_TRUE(server);
  ASSERT_THAT(ask(settings), testing::StartsWith("SIP/2.0 200 "));
  bool done = false;
  server->stop(kPatience, [&] { done = true; });
  EXPECT_TRUE(done);
  server.reset();
  EXPECT_TRUE(start(settings));
}

TEST_F(ServerTest, CertificateIsMadeOnceAndForTheOwnerOnly) {
  const auto settings = settings_of("certificate");
  ASSERT_TRUE(make_data_directory(settings));
  const auto made = load_certificate(settings);
  const auto read = load_certificate(settings);
  ASSERT_TRUE(made && read);
  EXPECT_EQ(made->pem(), read->pem());
  using std::filesystem::perms;
  const std::filesystem::path data = settings.server.data_directory;
  EXPECT_EQ(std::filesystem::status(data).permissions(), perms::owner_all);
  EXPECT_EQ(std::filesystem::status(data / "media-certificate.pem").permissions(),
            perms::owner_read | perms::owner_write);
}

TEST_F(ServerTest, BrokenCertificateIsNamedAndNotReplaced) {
  const auto settings = settings_of("broken");
  ASSERT_TRUE(make_data_directory(settings));
  const std::string file = settings.server.data_directory + "/media-certificate.pem";
  ASSERT_TRUE(io::write_file_atomically(file, "nonsense"));
  const auto certificate = load_certificate(settings);
  ASSERT_FALSE(certificate);
  EXPECT_THAT(certificate.error().text, testing::StartsWith("The certificate " + file + " (delete it"));
  EXPECT_EQ(*io::read_file(file), "nonsense");
}

TEST_F(ServerTest, ImpossibleDataDirectoryIsASentence) {
  auto settings = settings_of("long");
  settings.server.data_directory = folder_ + "/" + std::string(300, 'x');
  EXPECT_FALSE(load_certificate(settings));
  const auto server = Server::start(loop_, settings, log_);
  ASSERT_FALSE(server);
  EXPECT_THAT(server.error().text, testing::StartsWith("making the data directory " + folder_));
}

}  // namespace
}  // namespace webcalling::server
