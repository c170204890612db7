#include "cli/serve_command.hpp"

#include <fmt/chrono.h>

#include <csignal>
#include <cstdio>

#include "io/clock.hpp"
#include "io/files.hpp"
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

}  // namespace

Result<void> serve(const config::Settings& settings) {
  const Log log(settings.server.log_level, write_to_standard_error);
  if (auto limit = io::raise_open_file_limit(); !limit) log.warning("{}", limit.error().text);

  io::Loop loop;
  auto server = server::Server::start(loop, settings, log);
  if (!server) return Failure(std::move(server.error()));

  bool stopping = false;
  loop.on_signal({SIGINT, SIGTERM}, [&](int /*signal*/) {
    // A second signal does not wait for the phones.
    if (stopping) return loop.stop();
    stopping = true;
    log.info("Ending: saying goodbye to {} calls", (*server)->pbx().active_calls());
    (*server)->stop(kGoodbyeTime, [&loop] { loop.stop(); });
  });
  const IpAddress& web = settings.web.listen_address;
  fmt::print("WebCalling is ready: http://{}\n", web.is_unspecified() || web.is_loopback()
                                                     ? fmt::format("localhost:{}", settings.web.port)
                                                     : Endpoint{web, settings.web.port}.text());
  std::fflush(stdout);
  loop.run();
  server->reset();
  return {};
}

}  // namespace webcalling::cli
