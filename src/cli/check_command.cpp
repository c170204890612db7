#include "cli/check_command.hpp"

#include <algorithm>
#include <filesystem>
#include <thread>

#include "io/bound_udp.hpp"
#include "io/files.hpp"
#include "io/loop.hpp"
#include "io/static_files.hpp"
#include "io/tcp_listener.hpp"
#include "server/server.hpp"
#include "store/account_store.hpp"

namespace webcalling::cli {
namespace {

template <typename T>
Finding finding(std::string subject, const Result<T>& result) {
  return {std::move(subject), result ? std::string{} : result.error().text};
}

Result<void> check_data_directory(const std::string& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (error) return failed("making {}: {}; name another folder as server.data_directory", directory, error.message());
  const std::string probe = std::filesystem::path(directory) / ".check";
  auto written = io::write_file_atomically(probe, "written by webcalling check\n");
  std::filesystem::remove(probe, error);
  return written;
}

Result<std::size_t> check_accounts(const config::Settings& settings) {
  auto store = store::AccountStore::open(server::account_file(settings), settings.sip.realm);
  if (!store) return Failure(std::move(store.error()));
  const std::size_t accounts = (*store)->list().size();
  if (accounts == 0) return refused("there is no account yet: make one with `webcalling account add 1001`");
  return accounts;
}

Finding check_udp(const std::string& what, const IpAddress& address, std::uint16_t port) {
  return finding(fmt::format("{}, UDP port {}", what, port), io::BoundUdp::bind({address, port}));
}

Finding check_tcp(const std::string& what, const IpAddress& address, std::uint16_t port) {
  io::Loop loop;
  return finding(fmt::format("{}, TCP port {}", what, port),
                 io::TcpListener::listen(loop, {address, port}, {}, [](io::TcpConnection) {}));
}

}  // namespace

std::vector<Finding> check(const config::Settings& settings) {
  const auto& sip = settings.sip;
  std::vector<Finding> findings{
      finding(fmt::format("Data directory {}", settings.server.data_directory),
              check_data_directory(settings.server.data_directory)),
      finding("Account store", check_accounts(settings)),
      finding("Media certificate", server::load_certificate(settings)),
      finding(fmt::format("Web phone in {}", settings.web.root), io::StaticFiles::open(settings.web.root, {})),
      check_udp("SIP", sip.listen_address, sip.udp_port),
      check_tcp("SIP", sip.listen_address, sip.tcp_port),
      check_tcp("SIP over WebSocket", sip.listen_address, sip.ws_port),
      check_tcp("Web phone", settings.web.listen_address, settings.web.port),
  };
  const std::size_t loops =
      settings.media.loops != 0 ? settings.media.loops : std::max(1U, std::thread::hardware_concurrency());
  for (std::size_t i = 0; i < loops; ++i) {
    findings.push_back(
        check_udp("WebRTC media", sip.listen_address, static_cast<std::uint16_t>(settings.media.webrtc_port + i)));
  }
  return findings;
}

}  // namespace webcalling::cli
