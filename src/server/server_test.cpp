#include "server/server.hpp"

#include <gmock/gmock.h>

#include <filesystem>

#include "io/files.hpp"
#include "io/test_client.hpp"
#include "io/tls_for_tests.hpp"
#include "server/free_ports_for_tests.hpp"
#include "server/registrations.hpp"
#include "sip/auth/digest_client.hpp"
#include "sip/message/parser.hpp"

namespace webcalling::server {
namespace {

using io::kPatience;
using testing::HasSubstr;

/// A phone of 1001 on UDP, with one dialog.
class Phone {
 public:
  Phone(io::Loop& loop, const Endpoint& pbx)
      : pbx_(pbx), socket_(*io::UdpSocket::bind(loop, {kLoopback, 0}, [this](MutableBytes bytes, Endpoint, IpAddress) {
          heard.push_back(sip::parse(as_text(bytes)).value());
        })) {}

  /// Calls the echo test; `challenge` is the answer to the call before, if there was one.
  void dial(const sip::Response* challenge = nullptr) {
    sip::Request invite = request(sip::Method::Invite);
    if (challenge != nullptr) digest_.answer(*challenge, invite);
    invite.set_body("application/sdp",
                    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 8\r\n");
    send(invite.write());
  }
  void acknowledge(const sip::Response& response) {
    sip::Request ack = request(sip::Method::Ack);
    ack.set(sip::HeaderName::To, response.header(sip::HeaderName::To).value_or(""));
    send(ack.write());
  }
  void accept(const sip::Request& bye) { send(sip::make_response(bye, 200, {}).write()); }
  /// Registers; `challenge` is the answer to the REGISTER before, if there was one.
  void sign_in(const sip::Response* challenge = nullptr) {
    sip::Request registration = request(sip::Method::Register);
    registration.set(sip::HeaderName::To, "<sip:1001@127.0.0.1>");
    if (challenge != nullptr) digest_.answer(*challenge, registration);
    send(registration.write());
  }

  /// The first response with that status.
  const sip::Response* response(int status) const {
    for (const auto& message : heard) {
      const auto* response = std::get_if<sip::Response>(&message);
      if (response != nullptr && response->status() == status) return response;
    }
    return nullptr;
  }
  std::vector<sip::Request> byes() const {
    std::vector<sip::Request> found;
    for (const auto& message : heard) {
      const auto* request = std::get_if<sip::Request>(&message);
      if (request != nullptr && request->method() == sip::Method::Bye) found.push_back(*request);
    }
    return found;
  }

  std::vector<std::variant<sip::Request, sip::Response>> heard;

 private:
  sip::Request request(sip::Method method) {
    if (method != sip::Method::Ack) ++cseq_;
    const std::string here = socket_.local().text();
    sip::Uri uri;
    uri.user = "9196";
    uri.host = "127.0.0.1";
    sip::Request out(method, uri);
    out.add(sip::HeaderName::Via, fmt::format("SIP/2.0/UDP {};branch=z9hG4bK{}{}", here, cseq_, sip::text(method)));
    out.add(sip::HeaderName::From, "<sip:1001@127.0.0.1>;tag=phone");
    out.add(sip::HeaderName::To, "<sip:9196@127.0.0.1>");
    out.add(sip::HeaderName::CallId, "call");
    out.add(sip::HeaderName::CSeq, fmt::format("{} {}", cseq_, sip::text(method)));
    out.add(sip::HeaderName::Contact, fmt::format("<sip:1001@{}>", here));
    out.add(sip::HeaderName::MaxForwards, "70");
    return out;
  }
  void send(const std::string& message) { socket_.send({}, pbx_, as_bytes(message)); }

  Endpoint pbx_;
  io::UdpSocket socket_;
  SeededRandom random_{3};
  sip::DigestClient digest_{"1001", "secret", random_};
  int cseq_ = 0;
};

class ServerTest : public testing::Test {
 protected:
  ServerTest() {
    std::filesystem::create_directories(folder_ + "/pages");
    EXPECT_TRUE(io::write_file_atomically(folder_ + "/pages/index.html", "the web phone"));
  }
  ~ServerTest() override { std::filesystem::remove_all(folder_); }

  config::Settings settings_of(const std::string& name) {
    const std::uint16_t first = free_ports(7);
    const auto port = [&](int index) { return static_cast<std::uint16_t>(first + index); };
    config::Settings settings;
    settings.server.data_directory = folder_ + "/" + name + "/data";
    settings.sip = {.listen_address = kLoopback,
                    .udp_port = port(0),
                    .tcp_port = port(0),
                    .tls_port = port(4),
                    .ws_port = port(1),
                    .wss_port = port(5)};
    settings.web = {.listen_address = kLoopback, .port = port(2), .https_port = port(6), .root = folder_ + "/pages"};
    settings.media.loops = 1;
    settings.media.webrtc_port = port(3);
    return settings;
  }

  static void add_account(const config::Settings& settings) {
    ASSERT_TRUE(make_data_directory(settings));
    auto store = store::AccountStore::open(account_file(settings), settings.sip.realm);
    ASSERT_TRUE(store) << store.error().text;
    ASSERT_TRUE((*store)->add(
        {.extension = "1001", .display_name = "Alice", .ha1 = sip::make_ha1("1001", settings.sip.realm, "secret")}));
  }

  static void change_password(const config::Settings& settings) {
    auto store = store::AccountStore::open(account_file(settings), settings.sip.realm);
    ASSERT_TRUE(store) << store.error().text;
    ASSERT_TRUE((*store)->set_ha1("1001", sip::make_ha1("1001", settings.sip.realm, "another")));
  }

  bool sign_in(Phone& phone) {
    phone.sign_in();
    if (!loop_.run_until([&] { return phone.response(401) != nullptr; }, kPatience)) return false;
    phone.sign_in(phone.response(401));
    return loop_.run_until([&] { return phone.response(200) != nullptr; }, kPatience);
  }

  std::unique_ptr<Server> start(const config::Settings& settings) {
    auto server = Server::start(loop_, settings, log_);
    EXPECT_TRUE(server) << server.error().text;
    return server ? std::move(*server) : nullptr;
  }

  /// What a web port answers.
  std::string get(std::uint16_t port, const std::string& path = "/", const io::TlsOptions& tls = {}) {
    io::TestClient browser(loop_, {kLoopback, port}, tls);
    browser.send("GET " + path + " HTTP/1.1\r\nHost: pbx\r\nConnection: close\r\n\r\n");
    EXPECT_TRUE(browser.is_closed_by_server());
    return browser.received();
  }

  /// What SIP over TCP or TLS answers.
  std::string ask(std::uint16_t port, const io::TlsOptions& tls = {}) {
    io::TestClient phone(loop_, {kLoopback, port}, tls);
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
    EXPECT_THAT(get(settings.web.port), HasSubstr("the web phone"));
    EXPECT_THAT(ask(settings.sip.tcp_port), testing::StartsWith("SIP/2.0 200 "));
  }
}

TEST_F(ServerTest, EveryEncryptedPortShowsTheCertificateAndServesWhatThePlainOneDoes) {
  const auto settings = settings_of("encrypted");
  const auto server = start(settings);
  ASSERT_TRUE(server);
  const auto pem = io::read_file(settings.server.data_directory + "/tls-certificate.pem");
  ASSERT_TRUE(pem) << pem.error().text;
  const auto trusted = io::trusting(*pki::Certificate::parse_pem(*pem, *pem), "localhost");
  EXPECT_THAT(ask(settings.sip.tls_port, trusted), testing::StartsWith("SIP/2.0 200 "));
  EXPECT_THAT(get(settings.web.https_port, "/", trusted), HasSubstr("the web phone"));
  EXPECT_THAT(get(settings.sip.wss_port, "/page", trusted), HasSubstr("SIP over WebSocket only"));
  for (const std::uint16_t port : {settings.web.https_port, settings.sip.wss_port}) {
    EXPECT_THAT(get(port), HasSubstr("This port speaks HTTPS"));
  }
}

TEST_F(ServerTest, PageLearnsWhereItIsSecure) {
  const auto settings = settings_of("described");
  const auto server = start(settings);
  ASSERT_TRUE(server);
  EXPECT_THAT(get(settings.web.port, "/server.json"),
              testing::EndsWith(fmt::format("\r\n\r\n{{\"httpsPort\":{}}}\n", settings.web.https_port)));
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
                                              Case{&Sip::tls_port, running.sip.tls_port, "SIP over TLS: "},
                                              Case{&Sip::ws_port, running.web.port, "SIP over WebSocket: "},
                                              Case{&Sip::wss_port, running.web.port, "SIP over secure WebSocket: "}}) {
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
  ASSERT_THAT(ask(settings.sip.tcp_port), testing::StartsWith("SIP/2.0 200 "));
  bool done = false;
  server->stop(kPatience, [&] { done = true; });
  EXPECT_TRUE(done);
  server.reset();
  EXPECT_TRUE(start(settings));
}

TEST_F(ServerTest, StopSaysGoodbyeToACallUntilThePhoneHasHeardIt) {
  const auto settings = settings_of("goodbye");
  add_account(settings);
  const auto server = start(settings);
  ASSERT_TRUE(server);
  Phone phone(loop_, {kLoopback, settings.sip.udp_port});
  phone.dial();
  ASSERT_TRUE(loop_.run_until([&] { return phone.response(407) != nullptr; }, kPatience));
  phone.dial(phone.response(407));
  ASSERT_TRUE(loop_.run_until([&] { return phone.response(200) != nullptr; }, kPatience));
  phone.acknowledge(*phone.response(200));
  bool done = false;
  server->stop(kPatience, [&] { done = true; });
  // The first BYE gets lost.
  ASSERT_TRUE(loop_.run_until([&] { return phone.byes().size() >= 2; }, kPatience));
  EXPECT_FALSE(done);
  phone.accept(phone.byes().at(1));
  EXPECT_TRUE(loop_.run_until([&] { return done; }, kPatience));
}

TEST_F(ServerTest, RegistrationOutlivesARestartUnlessThePasswordIsAnotherThen) {
  const auto settings = settings_of("registrations");
  add_account(settings);
  auto server = start(settings);
  ASSERT_TRUE(server);
  Phone phone(loop_, {kLoopback, settings.sip.udp_port});
  ASSERT_TRUE(sign_in(phone));
  EXPECT_EQ(server->pbx().bindings(), 1U);
  server.reset();
  server = start(settings);
  ASSERT_TRUE(server);
  EXPECT_EQ(server->pbx().bindings(), 1U);
  server.reset();
  change_password(settings);
  server = start(settings);
  ASSERT_TRUE(server);
  EXPECT_EQ(server->pbx().bindings(), 0U);
}

TEST_F(ServerTest, RegistrationEndsSoonAfterItsAccountThoughNobodyCalls) {
  const auto settings = settings_of("accounts");
  add_account(settings);
  const auto server = start(settings);
  ASSERT_TRUE(server);
  Phone phone(loop_, {kLoopback, settings.sip.udp_port});
  ASSERT_TRUE(sign_in(phone));
  change_password(settings);
  EXPECT_TRUE(loop_.run_until([&] { return server->pbx().bindings() == 0; }, kPatience));
}

TEST_F(ServerTest, SealKeyIsMadeOnceAndForTheOwnerOnly) {
  const auto settings = settings_of("key");
  ASSERT_TRUE(make_data_directory(settings));
  SeededRandom random(4);
  const auto made = load_seal_key(settings, random);
  const auto read = load_seal_key(settings, random);
  ASSERT_TRUE(made && read);
  EXPECT_EQ(*made, *read);
  using std::filesystem::perms;
  const std::string file = settings.server.data_directory + "/token.key";
  EXPECT_EQ(std::filesystem::status(file).permissions(), perms::owner_read | perms::owner_write);
  ASSERT_TRUE(io::write_file_atomically(file, "short"));
  EXPECT_THAT(load_seal_key(settings, random).error().text, testing::StartsWith(file + " has 5 bytes instead of 32"));
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
