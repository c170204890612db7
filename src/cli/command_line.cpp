#include "cli/command_line.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <functional>
#include <string>

#include "cli/account_command.hpp"
#include "cli/ban_command.hpp"
#include "cli/check_command.hpp"
#include "cli/serve_command.hpp"
#include "cli/settings_file.hpp"
#include "io/clock.hpp"

namespace webcalling::cli {
namespace {

struct Arguments {
  std::string config;
  std::string extension;
  std::string display_name;
  std::string password;
  std::string file;
  std::string address;
  std::string time = "1h";
};

/// Runs with the settings; its text goes to standard output.
using Command = std::function<Result<std::string>(const config::Settings&)>;

Result<std::string> check_and_report(const config::Settings& settings) {
  std::string report;
  std::size_t problems = 0;
  for (const Finding& finding : check(settings)) {
    if (!finding.problem.empty()) ++problems;
    report += finding.problem.empty() ? fmt::format("ok       {}\n", finding.subject)
                                      : fmt::format("PROBLEM  {}: {}\n", finding.subject, finding.problem);
  }
  fmt::print("{}", report);
  if (problems > 0) return refused("{} of these would keep the server from working", problems);
  return std::string{};
}

void add_account_commands(CLI::App& app, Arguments& arguments, Command& chosen, Random& random) {
  auto* account = app.add_subcommand("account", "Extensions and their passwords; works while the server runs");
  account->require_subcommand(1);
  auto* add = account->add_subcommand("add", "Make an extension");
  add->add_option("extension", arguments.extension, "The number, e.g. 1003")->required();
  add->add_option("--password", arguments.password, "Generated and shown if not given");
  add->add_option("--name", arguments.display_name, "What others see beside the number");
  add->callback([&] {
    chosen = [&](const config::Settings& settings) {
      return add_account(settings, random, arguments.extension, arguments.display_name, arguments.password);
    };
  });
  auto* many = account->add_subcommand("import", "Make the extensions of a file, all of them or none");
  many->add_option("file", arguments.file, "Lines as `list` shows them, with a password after another tab, or without")
      ->required();
  many->callback([&] {
    chosen = [&](const config::Settings& settings) { return import_accounts(settings, random, arguments.file); };
  });
  account->add_subcommand("list", "Show all extensions")->callback([&] { chosen = list_accounts; });
  auto* remove = account->add_subcommand("remove", "Delete an extension");
  remove->add_option("extension", arguments.extension)->required();
  remove->callback([&] {
    chosen = [&](const config::Settings& settings) { return remove_account(settings, arguments.extension); };
  });
  auto* password = account->add_subcommand("password", "Give an extension a new password");
  password->add_option("extension", arguments.extension)->required();
  password->add_option("--password", arguments.password, "Generated and shown if not given");
  password->callback([&] {
    chosen = [&](const config::Settings& settings) {
      return set_password(settings, random, arguments.extension, arguments.password);
    };
  });
}

void add_ban_commands(CLI::App& app, Arguments& arguments, Command& chosen) {
  auto* bans = app.add_subcommand("bans", "Addresses that are shut out; works while the server runs");
  bans->require_subcommand(1);
  bans->add_subcommand("list", "Show who is banned, how long and why")->callback([&] {
    chosen = [](const config::Settings& settings) { return list_bans(settings, io::wall_clock()); };
  });
  auto* remove = bans->add_subcommand("remove", "Let an address in again, and forget that it has been banned");
  remove->add_option("address", arguments.address, "As `bans list` shows it")->required();
  remove->callback(
      [&] { chosen = [&](const config::Settings& settings) { return remove_ban(settings, arguments.address); }; });
  auto* add = bans->add_subcommand("add", "Shut an address out");
  add->add_option("address", arguments.address, "IPv4, or IPv6 with its whole /64")->required();
  add->add_option("--for", arguments.time, "How long: a number with s, m, h or d; an hour if not given");
  add->callback([&] {
    chosen = [&](const config::Settings& settings) {
      return add_ban(settings, io::wall_clock(), arguments.address, arguments.time);
    };
  });
}

int execute(const Arguments& arguments, const Command& command) {
  const auto settings = load_settings(arguments.config);
  auto output = settings ? command(*settings) : Result<std::string>(Failure(settings.error()));
  if (!output) {
    fmt::print(stderr, "webcalling: {}\n", output.error().text);
    return 1;
  }
  fmt::print("{}", *output);
  return 0;
}

}  // namespace

int run(int argc, char** argv) {
  CLI::App app("WebCalling: an IP PBX that you call from a browser", "webcalling");
  app.require_subcommand(1);
  app.fallthrough();
  Arguments arguments;
  Command chosen;
  SystemRandom random;
  app.add_option("--config", arguments.config, "The settings; without it webcalling.toml here, or the defaults");
  app.add_subcommand("serve", "Run the PBX until it is told to end")->callback([&] {
    chosen = [](const config::Settings& settings) -> Result<std::string> {
      if (auto served = serve(settings); !served) return Failure(std::move(served.error()));
      return std::string{};
    };
  });
  app.add_subcommand("check", "Say what would keep the server from working, and how to mend it")->callback([&] {
    chosen = check_and_report;
  });
  add_account_commands(app, arguments, chosen, random);
  add_ban_commands(app, arguments, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  return execute(arguments, chosen);
}

}  // namespace webcalling::cli
