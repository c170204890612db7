#include "config/loader.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace webcalling::config {
namespace {

TEST(ConfigLoader, EmptyTextGivesTheDefaults) {
  const auto settings = parse("");
  ASSERT_TRUE(settings) << settings.error().text;
  EXPECT_EQ(settings->sip.udp_port, 5060);
  EXPECT_EQ(settings->web.port, 8080);
  EXPECT_EQ(settings->media.webrtc_port, 40000);
  EXPECT_FALSE(settings->server.public_address);
}

TEST(ConfigLoader, ReadsEveryKindOfValue) {
  const auto settings = parse(R"(
[server]
public_address = "203.0.113.7"
log_level = "debug"
[sip]
listen_address = "127.0.0.1"
udp_port = 15060
realm = "office"
[media]
loops = 2
encryption = "required"
[tls]
certificate = "fullchain.pem"
names = ["pbx.example.com", "sip.example.com"]
verify_servers = false
[guard]
trusted_networks = ["10.0.0.0/8", "2001:db8::1"]
longest_ban = 86400
[calls]
foreign_domains = ["Example.com", "192.0.2.7", "2001:db8::7", "*"]
[dns]
servers = ["192.0.2.53", "192.0.2.54:5353", "2001:db8::53", "[::1]:5353"]
)");
  ASSERT_TRUE(settings) << settings.error().text;
  EXPECT_EQ(settings->server.public_address->text(), "203.0.113.7");
  EXPECT_EQ(settings->server.log_level, Log::Level::Debug);
  EXPECT_EQ(settings->sip.listen_address.text(), "127.0.0.1");
  EXPECT_EQ(settings->sip.udp_port, 15060);
  EXPECT_EQ(settings->sip.realm, "office");
  EXPECT_EQ(settings->media.loops, 2);
  EXPECT_EQ(settings->media.encryption, Settings::Media::Encryption::Required);
  EXPECT_EQ(settings->tls.certificate, "fullchain.pem");
  EXPECT_EQ(settings->tls.names, (std::vector<std::string>{"pbx.example.com", "sip.example.com"}));
  EXPECT_FALSE(settings->tls.verify_servers);
  ASSERT_EQ(settings->guard.trusted_networks.size(), 2u);
  EXPECT_EQ(settings->guard.trusted_networks[0].text(), "10.0.0.0/8");
  EXPECT_EQ(settings->guard.longest_ban, 86400u);
  EXPECT_EQ(settings->calls.foreign_domains,
            (std::vector<std::string>{"example.com", "192.0.2.7", "2001:db8::7", "*"}));
  std::vector<std::string> servers;
  for (const Endpoint& server : settings->dns.servers) servers.push_back(server.text());
  EXPECT_EQ(servers, (std::vector<std::string>{"192.0.2.53:53", "192.0.2.54:5353", "[2001:db8::53]:53", "[::1]:5353"}));
}

TEST(ConfigLoader, NamesTheLineAndWhatIsWrong) {
  struct Case {
    const char* toml;
    const char* expected;
  };
  for (const Case& c : {
           Case{"[sip]\nudp_prot = 1", "line 2: there is no setting 'udp_prot' in [sip]"},
           Case{"[telephone]\na = 1", "there is no section [telephone]"},
           Case{"[sip]\nudp_port = 70000", "sip.udp_port: line 2: this must be a number from 1 to 65535"},
           Case{"[sip]\nudp_port = \"5060\"", "sip.udp_port: line 2: this must be a number"},
           Case{"[sip]\nlisten_address = \"localhost\"", "sip.listen_address: line 2: this must be an IP address"},
           Case{"[server]\nlog_level = \"loud\"", "server.log_level: line 2"},
           Case{"[media]\nencryption = \"maybe\"", "media.encryption: line 2: this must be \"off\""},
           Case{"[sip\nudp_port = 1", "line 1"},
           Case{"[media]\nrtp_port_min = 20000\nrtp_port_max = 20000", "media.rtp_port_max"},
           Case{"[registrar]\nmin_expires = 900", "registrar.default_expires: it must lie between"},
           Case{"[registrar]\nmax_expires = 500", "registrar.default_expires: it must lie between"},
           Case{"[events]\nmin_expires = 7200", "events.default_expires: it must lie between"},
           Case{"[events]\nmax_subscriptions = 0",
                "events.max_subscriptions: line 2: this must be a number from 1 to 10000"},
           Case{"[registrar]\nmax_bindings = 0", "registrar.max_bindings: line 2: this must be a number from 1 to 100"},
           Case{"[calls]\nsession_expires = 60", "calls.session_minimum: it must not be above calls.session_expires"},
           Case{"sip = 1", "there is no section [sip]"},
           Case{"[tls]\nnames = \"pbx\"", "tls.names: line 2: this must be a list of host names"},
           Case{"[tls]\nnames = [\"pbx\", \"two words\"]", "tls.names: line 2: this must be a list of host names"},
           Case{"[tls]\nverify_servers = 1", "tls.verify_servers: line 2: this must be true or false"},
           Case{"[guard]\ntrusted_networks = [\"10.0.0.0/33\"]",
                "guard.trusted_networks: line 2: '10.0.0.0/33': a number from 0 to 32 must follow the '/'"},
           Case{"[guard]\ntrusted_proxies = \"10.0.0.1\"", "guard.trusted_proxies: line 2: this must be a list of net"},
           Case{"[guard]\nburst = 0", "guard.burst: line 2: this must be a number from 1 to 1000000"},
           Case{"[guard]\nscanner_user_agents = [\"\"]", "guard.scanner_user_agents: line 2: this must be a list of"},
           Case{"[guard]\nlongest_ban = 60", "guard.longest_ban: it must not be shorter than guard.first_ban"},
           Case{"[limits]\nheaders = 1", "limits.headers: line 2: this must be a number from 20 to 128"},
           Case{"[limits]\nnested_bodies = 5", "limits.nested_bodies: line 2: this must be a number from 0 to 4"},
           Case{"[calls]\nforeign_domains = \"*\"", "calls.foreign_domains: line 2: this must be a list of domains"},
           Case{"[calls]\nforeign_domains = [\"a b\"]", "calls.foreign_domains: line 2: this must be a list"},
           Case{"[dns]\nservers = [\"dns.example.com\"]", "dns.servers: line 2: this must be a list of addresses"},
           Case{"[dns]\nservers = [\"::1:0\", \"192.0.2.1:0\"]", "dns.servers: line 2: this must be a list"},
           Case{"[tls]\nprivate_key = \"key.pem\"", "tls.private_key: name the certificate"},
       }) {
    const auto settings = parse(c.toml);
    ASSERT_FALSE(settings) << c.toml;
    EXPECT_NE(settings.error().text.find(c.expected), std::string::npos) << settings.error().text;
  }
}

TEST(ConfigLoader, TheExampleSaysWhatTheDefaultsAre) {
  std::ifstream file(WEBCALLING_SOURCE_DIR "/config/webcalling.toml");
  std::stringstream text;
  text << file.rdbuf();
  ASSERT_FALSE(text.str().empty());
  const auto example = parse(text.str());
  ASSERT_TRUE(example) << example.error().text;
  const Settings defaults;
  EXPECT_EQ(example->server.data_directory, defaults.server.data_directory);
  EXPECT_EQ(example->sip.listen_address, defaults.sip.listen_address);
  EXPECT_EQ(example->sip.udp_port, defaults.sip.udp_port);
  EXPECT_EQ(example->sip.tcp_port, defaults.sip.tcp_port);
  EXPECT_EQ(example->sip.tls_port, defaults.sip.tls_port);
  EXPECT_EQ(example->sip.ws_port, defaults.sip.ws_port);
  EXPECT_EQ(example->sip.wss_port, defaults.sip.wss_port);
  EXPECT_EQ(example->sip.message_timeout, defaults.sip.message_timeout);
  EXPECT_EQ(example->sip.realm, defaults.sip.realm);
  EXPECT_EQ(example->web.listen_address, defaults.web.listen_address);
  EXPECT_EQ(example->web.port, defaults.web.port);
  EXPECT_EQ(example->web.https_port, defaults.web.https_port);
  EXPECT_EQ(example->web.request_timeout, defaults.web.request_timeout);
  EXPECT_EQ(example->web.root, defaults.web.root);
  EXPECT_EQ(example->media.loops, defaults.media.loops);
  EXPECT_EQ(example->media.webrtc_port, defaults.media.webrtc_port);
  EXPECT_EQ(example->media.rtp_port_min, defaults.media.rtp_port_min);
  EXPECT_EQ(example->media.rtp_port_max, defaults.media.rtp_port_max);
  EXPECT_EQ(example->media.encryption, defaults.media.encryption);
  EXPECT_EQ(example->tls.certificate, defaults.tls.certificate);
  EXPECT_EQ(example->tls.private_key, defaults.tls.private_key);
  EXPECT_EQ(example->tls.names, defaults.tls.names);
  EXPECT_EQ(example->tls.handshake_timeout, defaults.tls.handshake_timeout);
  EXPECT_EQ(example->tls.verify_servers, defaults.tls.verify_servers);
  EXPECT_EQ(example->tls.authorities, defaults.tls.authorities);
  EXPECT_EQ(example->calls.ring_timeout, defaults.calls.ring_timeout);
  EXPECT_EQ(example->calls.reconnect_seconds, defaults.calls.reconnect_seconds);
  EXPECT_EQ(example->calls.session_expires, defaults.calls.session_expires);
  EXPECT_EQ(example->calls.session_minimum, defaults.calls.session_minimum);
  EXPECT_EQ(example->calls.foreign_domains, defaults.calls.foreign_domains);
  EXPECT_EQ(example->dns.servers, defaults.dns.servers);
  EXPECT_EQ(example->registrar.min_expires, defaults.registrar.min_expires);
  EXPECT_EQ(example->registrar.default_expires, defaults.registrar.default_expires);
  EXPECT_EQ(example->registrar.max_expires, defaults.registrar.max_expires);
  EXPECT_EQ(example->registrar.max_bindings, defaults.registrar.max_bindings);
  EXPECT_EQ(example->events.min_expires, defaults.events.min_expires);
  EXPECT_EQ(example->events.default_expires, defaults.events.default_expires);
  EXPECT_EQ(example->events.max_expires, defaults.events.max_expires);
  EXPECT_EQ(example->events.max_subscriptions, defaults.events.max_subscriptions);
  EXPECT_EQ(example->guard.trusted_networks, defaults.guard.trusted_networks);
  EXPECT_EQ(example->guard.trusted_proxies, defaults.guard.trusted_proxies);
  EXPECT_EQ(example->guard.requests_per_second, defaults.guard.requests_per_second);
  EXPECT_EQ(example->guard.burst, defaults.guard.burst);
  EXPECT_EQ(example->guard.connections_per_address, defaults.guard.connections_per_address);
  EXPECT_EQ(example->guard.calls_per_source, defaults.guard.calls_per_source);
  EXPECT_EQ(example->guard.transactions_per_source, defaults.guard.transactions_per_source);
  EXPECT_EQ(example->guard.failures_before_ban, defaults.guard.failures_before_ban);
  EXPECT_EQ(example->guard.failure_window, defaults.guard.failure_window);
  EXPECT_EQ(example->guard.first_ban, defaults.guard.first_ban);
  EXPECT_EQ(example->guard.longest_ban, defaults.guard.longest_ban);
  EXPECT_EQ(example->guard.scanner_user_agents, defaults.guard.scanner_user_agents);
  EXPECT_EQ(example->limits.message_bytes, defaults.limits.message_bytes);
  EXPECT_EQ(example->limits.headers, defaults.limits.headers);
  EXPECT_EQ(example->limits.header_line_bytes, defaults.limits.header_line_bytes);
  EXPECT_EQ(example->limits.nested_bodies, defaults.limits.nested_bodies);
}

}  // namespace
}  // namespace webcalling::config
