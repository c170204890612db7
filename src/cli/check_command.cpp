#include "cli/check_command.hpp"

#include <filesystem>

#include "io/bound_udp.hpp"
#include "io/clock.hpp"
#include "io/files.hpp"
#include "io/loop.hpp"
#include "io/static_files.hpp"
#include "io/tcp_listener.hpp"
#include "server/media_server.hpp"
#include "server/server.hpp"
#include "server/tls_certificate.hpp"
#include "store/account_store.hpp"

namespace webcalling::cli {
namespace {

template <typename T>
Finding finding(std::string subject, const Result<T>& result) {
  return {std::move(subject), result ? std::string{} : result.error().text};
}

Result<void> check_data_directory(const config::Settings& settings) {
  if (auto made = server::make_data_directory(settings); !made) return made;
  const std::string probe = std::filesystem::path(settings.server.data_directory) / ".check";
  auto written = io::write_file_atomically(probe, "written by webcalling check\n");
  std::error_code ignored;
  std::filesystem::remove(probe, ignored);
  return written;
}

Result<std::size_t> check_accounts(const config::Settings& settings) {
  auto store = store::AccountStore::open(server::account_file(settings), settings.sip.realm);
  if (!store) return Failure(std::move(store.error()));
  const std::size_t accounts = (*store)->list().size();
  if (accounts == 0) return refused("there is no account yet: make one with `webcalling account add 1001`");
  return accounts;
}

/// Names whom the certificate is for, which nobody but its reader can judge.
Finding check_tls(const config::Settings& settings) {
  const WallTime now = io::wall_clock();
  const auto loaded = server::load_tls_certificate(settings, now);
  if (!loaded) return finding("TLS certificate", loaded);
  const std::string subject = "TLS certificate " + loaded->certificate.text();
  if (const auto valid = loaded->certificate.check_time(now); !valid) return finding(subject, valid);
  const auto trust = server::load_trust(settings);
  if (!trust) return finding(subject, trust);
  return finding(subject, tls::Context::create(loaded->certificate, *trust));
}

/// Takes ports as a start would, and keeps them: two settings that name one port are a problem, too.
class PortCheck {
 public:
  Finding udp(const std::string& what, const Endpoint& local) {
    auto port = io::BoundUdp::bind(local);
    Finding found = finding(fmt::format("{}, UDP port {}", what, local.port), port);
    if (port) udp_.push_back(std::move(*port));
    return found;
  }

  Finding tcp(const std::string& what, const Endpoint& local) {
    auto listener = io::TcpListener::listen(loop_, local, {}, [](io::TcpConnection) {});
    Finding found = finding(fmt::format("{}, TCP port {}", what, local.port), listener);
    if (listener) tcp_.push_back(std::move(*listener));
    return found;
  }

 private:
  io::Loop loop_;
  std::vector<io::BoundUdp> udp_;
  std::vector<io::TcpListener> tcp_;
};

}  // namespace

std::vector<Finding> check(const config::Settings& settings) {
  const auto& sip = settings.sip;
  PortCheck ports;
  std::vector<Finding> findings{
      finding(fmt::format("Data directory {}", settings.server.data_directory), check_data_directory(settings)),
      finding("Account store", check_accounts(settings)),
      check_tls(settings),
      finding("Media certificate", server::load_certificate(settings)),
      finding(fmt::format("Web phone in {}", settings.web.root), io::StaticFiles::open(settings.web.root, {})),
      ports.udp("SIP", {sip.listen_address, sip.udp_port}),
      ports.tcp("SIP", {sip.listen_address, sip.tcp_port}),
      ports.tcp("SIP over TLS", {sip.listen_address, sip.tls_port}),
      ports.tcp("SIP over WebSocket", {sip.listen_address, sip.ws_port}),
      ports.tcp("SIP over secure WebSocket", {sip.listen_address, sip.wss_port}),
      ports.tcp("Web phone", {settings.web.listen_address, settings.web.port}),
      ports.tcp("Web phone by HTTPS", {settings.web.listen_address, settings.web.https_port}),
  };
  const auto webrtc = server::webrtc_ports(settings);
  if (!webrtc) findings.push_back(finding("WebRTC media", webrtc));
  for (const Endpoint& port : webrtc.value_or(std::vector<Endpoint>{})) {
    findings.push_back(ports.udp("WebRTC media", port));
  }
  return findings;
}

}  // namespace webcalling::cli
