#include "tls/tls_endpoint.hpp"

#include <gmock/gmock.h>
#include <openssl/ssl.h>

#include <optional>

#include "base/random.hpp"
#include "tls/stream_bio.hpp"

namespace webcalling::tls {
namespace {

using State = TlsEndpoint::State;
using testing::HasSubstr;

// OpenSSL looks at the real clock when it verifies.
WallTime now() { return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()); }

pki::Certificate make_certificate(const std::string& name = "pbx.example.com") {
  return *pki::Certificate::generate(
      {.common_name = name, .names = {.hosts = {name}, .addresses = {*IpAddress::parse("192.0.2.1")}}},
      std::chrono::days(10), now());
}

std::string certificate_of(const std::string& pem) { return pem.substr(pem.find("-----BEGIN CERTIFICATE")); }

/// One end and what its application was told.
struct Side {
  explicit Side(TlsEndpoint made) : endpoint(std::move(made)) {}

  void receive(std::string_view bytes) { endpoint.receive(as_bytes(bytes), heard); }
  [[nodiscard]] std::string text() const { return std::string(as_text(heard)); }

  TlsEndpoint endpoint;
  ByteVector heard;
};

/// Carries bytes until both are silent; in pieces of `piece` bytes.
void exchange(Side& a, Side& b, std::size_t piece = std::string::npos) {
  const auto carry = [piece](Side& from, Side& to) {
    const std::string out = from.endpoint.take_output();
    for (std::size_t at = 0; at < out.size(); at += std::min(piece, out.size())) to.receive(out.substr(at, piece));
    return !out.empty();
  };
  while (carry(a, b) | carry(b, a)) {
  }
}

/// A client that OpenSSL lets do what ours never would.
class RawClient {
 public:
  RawClient() : context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free), ssl_(SSL_new(context_.get()), SSL_free) {
    wire_.attach(*ssl_);
    SSL_set_connect_state(ssl_.get());
  }

  SSL& ssl() { return *ssl_; }

  /// Until nothing moves any more; whether the handshake is done then.
  bool handshake(Side& server) {
    bool moves = true;
    while (moves) {
      const int result = SSL_do_handshake(ssl_.get());
      if (result == 1) verdict_ = 1;
      server.receive(wire_.take_output());
      answer_ = server.endpoint.take_output();
      wire_.offer(as_bytes(answer_));
      moves = !answer_.empty();
    }
    return verdict_ == 1 && SSL_is_init_finished(ssl_.get()) == 1;
  }

  /// What the server hears of `text`.
  void write(Side& server, std::string_view text) {
    SSL_write(ssl_.get(), text.data(), static_cast<int>(text.size()));
    server.receive(wire_.take_output());
  }

 private:
  StreamBio wire_;
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
  std::unique_ptr<SSL, decltype(&SSL_free)> ssl_;
  std::string answer_;
  int verdict_ = 0;
};

class TlsEndpointTest : public testing::Test {
 protected:
  Side accept(Application application = Application::Sip) { return Side(TlsEndpoint::accept(context_, application)); }
  Side connect(const std::string& name = {}) { return Side(TlsEndpoint::connect(context_, name)); }

  pki::Certificate certificate_ = make_certificate();
  Context context_ = *Context::create(certificate_, {.authorities = certificate_of(certificate_.pem())});
};

TEST_F(TlsEndpointTest, CarriesBytesBothWaysAlsoWhatWasSaidBeforeTheHandshakeWasOver) {
  Side server = accept();
  Side client = connect();
  client.endpoint.send(as_bytes("early "));
  EXPECT_EQ(client.endpoint.waiting(), 6U);
  exchange(client, server);
  EXPECT_EQ(client.endpoint.waiting(), 0U);
  client.endpoint.send(as_bytes("late"));
  server.endpoint.send(as_bytes("answer"));
  exchange(client, server);
  EXPECT_EQ(server.text(), "early late");
  EXPECT_EQ(client.text(), "answer");
}

TEST_F(TlsEndpointTest, BytesMayComeOneByOne) {
  Side server = accept();
  Side client = connect("pbx.example.com");
  client.endpoint.send(as_bytes("hello"));
  exchange(client, server, 1);
  EXPECT_EQ(server.text(), "hello");
}

TEST_F(TlsEndpointTest, LongMessagesArriveWhole) {
  Side server = accept();
  Side client = connect();
  const std::string text(3'000'000, 'x');
  client.endpoint.send(as_bytes(text));
  exchange(client, server, 1000);
  EXPECT_EQ(server.text(), text);
}

TEST_F(TlsEndpointTest, GoodbyeIsHeard) {
  Side server = accept();
  Side client = connect();
  client.endpoint.send(as_bytes("last words"));
  exchange(client, server);
  client.endpoint.close();
  exchange(client, server);
  EXPECT_EQ(server.endpoint.state(), State::Closed);
  EXPECT_EQ(server.text(), "last words");
  server.endpoint.send(as_bytes("nobody listens"));
  server.receive("nor speaks");
  EXPECT_EQ(server.endpoint.state(), State::Closed);
}

TEST_F(TlsEndpointTest, ServerIsVerifiedByNameOrAddress) {
  for (const char* name : {"pbx.example.com", "PBX.example.com", "192.0.2.1"}) {
    Side server = accept();
    Side client = connect(name);
    exchange(client, server);
    EXPECT_EQ(client.endpoint.state(), State::Open) << client.endpoint.failure();
  }
}

TEST_F(TlsEndpointTest, ServerForSomebodyElseIsRefused) {
  Side server = accept();
  Side client = connect("other.example.com");
  exchange(client, server);
  ASSERT_EQ(client.endpoint.state(), State::Failed);
  EXPECT_EQ(client.endpoint.failure(),
            "TLS: the certificate is for pbx.example.com, 192.0.2.1 and not for other.example.com");
}

TEST_F(TlsEndpointTest, ServerThatNobodyVouchesForIsRefusedAndToldSoUnlessAnybodyWillDo) {
  const Context stranger = *Context::create(make_certificate(), {});
  Side server(TlsEndpoint::accept(stranger, Application::Sip));
  Side client = connect("pbx.example.com");
  exchange(client, server);
  ASSERT_EQ(client.endpoint.state(), State::Failed);
  EXPECT_THAT(client.endpoint.failure(), HasSubstr("certificate verify failed: self-signed certificate"));
  EXPECT_EQ(server.endpoint.state(), State::Failed);
  EXPECT_THAT(server.endpoint.failure(), HasSubstr("alert unknown ca"));

  Side anybody(TlsEndpoint::accept(stranger, Application::Sip));
  Side easy = connect();
  exchange(easy, anybody);
  EXPECT_EQ(easy.endpoint.state(), State::Open);
}

TEST_F(TlsEndpointTest, NobodyIsRefusedIfNobodyIsVerifiedButTheServerIsStillToldItsName) {
  const Context easy = *Context::create(make_certificate(), {.authorities = {}, .verify = false});
  Side server = accept();
  Side client(TlsEndpoint::connect(easy, "other.example.com"));
  const std::string hello = client.endpoint.take_output();
  EXPECT_THAT(hello, HasSubstr("other.example.com"));
  server.receive(hello);
  exchange(client, server);
  EXPECT_EQ(client.endpoint.state(), State::Open);
}

TEST_F(TlsEndpointTest, ReplacedCertificateIsShownToNewClientsAndOldConnectionsLiveOn) {
  Side old_server = accept();
  Side old_client = connect("pbx.example.com");
  exchange(old_client, old_server);
  ASSERT_TRUE(context_.replace(make_certificate("new.example.com")));
  old_client.endpoint.send(as_bytes("still here"));
  exchange(old_client, old_server);
  EXPECT_EQ(old_server.text(), "still here");

  Side server = accept();
  RawClient client;
  ASSERT_TRUE(client.handshake(server));
  X509* shown = SSL_get1_peer_certificate(&client.ssl());
  EXPECT_TRUE(pki::names_of(*shown).identify("new.example.com"));
  X509_free(shown);
}

TEST_F(TlsEndpointTest, UselessCertificateLeavesTheOldOneInPlace) {
  EVP_PKEY* weak = EVP_RSA_gen(1024);
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey(bio, weak, nullptr, nullptr, 0, nullptr, nullptr);
  X509* leaf = X509_new();
  X509_gmtime_adj(X509_getm_notBefore(leaf), 0);
  X509_gmtime_adj(X509_getm_notAfter(leaf), 1000);
  X509_set_pubkey(leaf, weak);
  X509_sign(leaf, weak, EVP_sha256());
  PEM_write_bio_X509(bio, leaf);
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  const std::string pem(data, static_cast<std::size_t>(size));
  BIO_free(bio);
  X509_free(leaf);
  EVP_PKEY_free(weak);

  const auto useless = pki::Certificate::parse_pem(pem, pem);
  ASSERT_TRUE(useless) << useless.error().text;
  const auto replaced = context_.replace(*useless);
  ASSERT_FALSE(replaced);
  EXPECT_EQ(replaced.error().text, "the certificate is of no use to TLS: ee key too small");
  Side server = accept();
  Side client = connect("pbx.example.com");
  exchange(client, server);
  EXPECT_EQ(client.endpoint.state(), State::Open);
}

TEST_F(TlsEndpointTest, TrustWithoutAnyAuthorityIsRefused) {
  const auto context = Context::create(certificate_, {.authorities = "nonsense"});
  ASSERT_FALSE(context);
  EXPECT_THAT(context.error().text, testing::StartsWith("no certificate of an authority"));
}

TEST_F(TlsEndpointTest, VersionsOneTwoAndOneThreeAreSpokenAndNoOlderOne) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    Side server = accept();
    RawClient client;
    SSL_set_min_proto_version(&client.ssl(), version);
    SSL_set_max_proto_version(&client.ssl(), version);
    EXPECT_TRUE(client.handshake(server));
    EXPECT_EQ(SSL_version(&client.ssl()), version);
    client.write(server, "hello");
    EXPECT_EQ(server.text(), "hello");
  }
  Side server = accept();
  RawClient old;
  SSL_set_security_level(&old.ssl(), 0);
  SSL_set_cipher_list(&old.ssl(), "ALL:@SECLEVEL=0");
  SSL_set_min_proto_version(&old.ssl(), TLS1_VERSION);
  SSL_set_max_proto_version(&old.ssl(), TLS1_1_VERSION);
  EXPECT_FALSE(old.handshake(server));
  EXPECT_EQ(server.endpoint.state(), State::Failed);
  EXPECT_EQ(server.endpoint.failure(), "TLS: unsupported protocol");
}

TEST_F(TlsEndpointTest, CipherSuitesWithoutForwardSecrecyOrAuthenticatedEncryptionAreRefused) {
  for (const char* cipher : {"AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA256", "ECDHE-ECDSA-AES128-SHA", "aNULL"}) {
    Side server = accept();
    RawClient client;
    SSL_set_max_proto_version(&client.ssl(), TLS1_2_VERSION);
    SSL_set_cipher_list(&client.ssl(), (std::string(cipher) + ":@SECLEVEL=0").c_str());
    EXPECT_FALSE(client.handshake(server)) << cipher;
    EXPECT_EQ(server.endpoint.failure(), "TLS: no shared cipher") << cipher;
  }
}

TEST_F(TlsEndpointTest, NoSessionIsResumed) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    Side server = accept();
    RawClient client;
    SSL_set_max_proto_version(&client.ssl(), version);
    ASSERT_TRUE(client.handshake(server));
    client.write(server, "hello");
    EXPECT_EQ(SSL_SESSION_is_resumable(SSL_get_session(&client.ssl())), 0);
  }
}

TEST_F(TlsEndpointTest, RenegotiationIsRefused) {
  Side server = accept();
  RawClient client;
  SSL_set_max_proto_version(&client.ssl(), TLS1_2_VERSION);
  ASSERT_TRUE(client.handshake(server));
  ASSERT_EQ(SSL_renegotiate(&client.ssl()), 1);
  EXPECT_FALSE(client.handshake(server));
}

TEST_F(TlsEndpointTest, ClientForAnotherApplicationIsRefused) {
  const auto offers = [&](const std::string& protocols, Application application) {
    Side server = accept(application);
    RawClient client;
    SSL_set_alpn_protos(&client.ssl(), reinterpret_cast<const unsigned char*>(protocols.data()),
                        static_cast<unsigned>(protocols.size()));
    const bool done = client.handshake(server);
    const unsigned char* chosen = nullptr;
    unsigned length = 0;
    SSL_get0_alpn_selected(&client.ssl(), &chosen, &length);
    return done ? std::string(reinterpret_cast<const char*>(chosen), length) : "refused";
  };
  EXPECT_EQ(offers("\x02h2\x08http/1.1", Application::Http), "http/1.1");
  EXPECT_EQ(offers("\x02h2\x08http/1.1", Application::Sip), "refused");
  EXPECT_EQ(offers("\x05sip/2", Application::Sip), "sip/2");
  EXPECT_EQ(offers("\x02h2", Application::Http), "refused");
}

TEST_F(TlsEndpointTest, WhatIsNotTlsFailsAtItsFirstByteAndIsNotAnsweredInTls) {
  for (const std::string& text : {std::string("GET / HTTP/1.1\r\n\r\n"), std::string("OPTIONS sip:pbx SIP/2.0\r\n\r\n"),
                                  std::string("\r\n"), std::string(2, '\0')}) {
    Side server = accept();
    server.receive(text);
    EXPECT_TRUE(server.endpoint.peer_is_plain());
    EXPECT_EQ(server.endpoint.failure(), "TLS: the peer does not speak it");
    EXPECT_EQ(server.endpoint.take_output(), "");
    server.receive(text);
    server.endpoint.send(as_bytes("x"));
    server.endpoint.close();
  }
}

TEST_F(TlsEndpointTest, GarbageInPlaceOfAHandshakeFailsWithAnAlert) {
  Side server = accept();
  server.receive("\x16\x03\x01" + std::string("\x00\x05garba", 7));
  EXPECT_EQ(server.endpoint.state(), State::Failed);
  EXPECT_FALSE(server.endpoint.peer_is_plain());
  EXPECT_THAT(server.endpoint.take_output(), testing::StartsWith("\x15"));
}

TEST_F(TlsEndpointTest, ClientIsNotFooledByAServerThatDoesNotSpeakTls) {
  Side client = connect();
  client.receive("SIP/2.0 400 Bad Request\r\n\r\n");
  EXPECT_EQ(client.endpoint.state(), State::Failed);
  EXPECT_EQ(client.endpoint.failure(), "TLS: wrong version number");
}

TEST_F(TlsEndpointTest, AnyByteThatWasChangedOnTheWayIsNoticed) {
  SeededRandom random(4);
  for (int round = 0; round < 200; ++round) {
    Side server = accept();
    Side client = connect();
    exchange(client, server);
    client.endpoint.send(as_bytes("transfer 1 to bob"));
    std::string record = client.endpoint.take_output();
    record[random.below(record.size())] ^= static_cast<char>(1 + random.below(255));
    server.receive(record);
    EXPECT_EQ(server.text(), "");
  }
}

TEST_F(TlsEndpointTest, RandomBytesInAHandshakeNeverOpenIt) {
  SeededRandom random(5);
  for (int round = 0; round < 500; ++round) {
    Side server = accept();
    std::string hello = connect().endpoint.take_output();
    const std::size_t at = random.below(hello.size());
    for (std::size_t i = at; i < std::min(at + 4, hello.size()); ++i) hello[i] = static_cast<char>(random.below(256));
    server.receive(hello);
    server.receive(std::string(random.below(100), static_cast<char>(random.below(256))));
    EXPECT_NE(server.endpoint.state(), State::Open);
  }
}

}  // namespace
}  // namespace webcalling::tls
