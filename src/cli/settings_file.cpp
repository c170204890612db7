#include "cli/settings_file.hpp"

#include <filesystem>

#include "config/loader.hpp"
#include "io/files.hpp"

namespace webcalling::cli {
namespace {

constexpr const char* kDefaultFile = "webcalling.toml";

}  // namespace

Result<config::Settings> load_settings(const std::string& path) {
  const std::filesystem::path file = path.empty() ? kDefaultFile : path;
  const auto text = io::read_file(file);
  if (path.empty() && !text && text.error().kind == Error::Kind::Missing) return config::Settings{};
  if (!text) return in_context("The settings", text.error());
  auto settings = config::parse(*text);
  if (!settings) return in_context(file.string(), settings.error());
  const auto folder = std::filesystem::absolute(file).parent_path();
  for (std::string* relative : {&settings->server.data_directory, &settings->web.root, &settings->tls.certificate,
                                &settings->tls.private_key, &settings->tls.authorities}) {
    if (!relative->empty()) *relative = (folder / *relative).lexically_normal();
  }
  return settings;
}

}  // namespace webcalling::cli
