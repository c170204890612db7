#include "cli/serve_command.hpp"

#include <fmt/chrono.h>

#include <csignal>
#include <cstdio>
#include <optional>
#include <vector>

#include "io/clock.hpp"
#include "io/files.hpp"
#include "io/local_addresses.hpp"
#include "io/terminal.hpp"
#include "server/server.hpp"

namespace webcalling::cli {
namespace {

constexpr Duration kGoodbyeTime = 2s;

std::string_view text(Log::Level level) {
  switch (level) {
    case Log::Level::Debug: return "debug";
    case Log::Level::Info: return "info";
    case Log::Level::Warning: return "warning";
    case Log::Level::Error: return "error";
  }
  return "";
}

void write_to_standard_error(Log::Level level, std::string_view line) {
  const auto now = io::wall_clock();
  const auto milliseconds = now.time_since_epoch().count() % 1000;
  const std::string whole =
      fmt::format("{:%Y-%m-%d %H:%M:%S}.{:03} {:<7} {}\n", fmt::gmtime(std::chrono::system_clock::to_time_t(now)),
                  milliseconds, text(level), line);
  std::fwrite(whole.data(), 1, whole.size(), stderr);
}

/// The address by which other machines are likeliest to reach this one; nothing if it has none.
std::optional<IpAddress> outside_address() {
  for (const io::LocalAddress& local : io::local_addresses().value_or(std::vector<io::LocalAddress>{})) {
    if (!local.is_loopback && local.is_lasting) return local.address;
  }
  return std::nullopt;
}

/// Where a browser finds the phone, and with it its microphone: on this machine by HTTP, on others by HTTPS only.
std::string where_the_phone_is(const config::Settings::Web& web) {
  const auto by_https = [&](const IpAddress& address) { return "https://" + Endpoint{address, web.https_port}.text(); };
  const std::string here = fmt::format("http://localhost:{}", web.port);
  if (web.listen_address.is_loopback()) return here;
  if (!web.listen_address.is_unspecified()) return by_https(web.listen_address);
  const auto outside = outside_address();
  return outside ? fmt::format("{}, on other machines {}", here, by_https(*outside)) : here;
}

}  // namespace

Result<void> serve(const config::Settings& settings) {
  const Log log(settings.server.log_level, write_to_standard_error);
  if (auto limit = io::raise_open_file_limit(); !limit) log.warning("{}", limit.error().text);

  io::Loop loop;
  auto server = server::Server::start(loop, settings, log);
  if (!server) return Failure(std::move(server.error()));

  bool stopping = false;
  const auto stop = [&](int /*signal*/) {
    // A second signal does not wait for the phones.
    if (stopping) return loop.stop();
    stopping = true;
    log.info("Ending: saying goodbye to {} calls", (*server)->pbx().active_calls());
    (*server)->stop(kGoodbyeTime, [&loop] { loop.stop(); });
  };
  loop.on_signal({SIGINT, SIGTERM}, stop);
  // The system sends it as well when the terminal is closed in which we were started.
  loop.on_signal({SIGHUP}, [&, had_terminal = io::has_terminal()](int signal) {
    if (had_terminal && !io::has_terminal()) return stop(signal);
    (*server)->reload();
  });
  fmt::print("WebCalling is ready: {}\n", where_the_phone_is(settings.web));
  std::fflush(stdout);
  loop.run();
  server->reset();
  return {};
}

}  // namespace webcalling::cli
