#include "server/registrations.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>
#include <vector>

#include "io/files.hpp"
#include "io/local_addresses.hpp"
#include "server/still_ours.hpp"
#include "store/binding_file.hpp"

namespace webcalling::server {
namespace {

using registrar::StoredBinding;

std::string in_data_directory(const config::Settings& settings, std::string_view name) {
  return std::filesystem::path(settings.server.data_directory) / name;
}

std::string password_mark(account::AccountDirectory& accounts, const std::string& user) {
  const auto account = accounts.find(user);
  return account ? account::password_mark(*account) : std::string();
}

std::vector<StoredBinding> keep_valid(std::vector<StoredBinding> stored, const config::Settings& settings,
                                      account::AccountDirectory& accounts) {
  const auto addresses = io::local_addresses().value_or(std::vector<io::LocalAddress>{});
  std::erase_if(stored, [&](const StoredBinding& each) {
    const std::string mark = password_mark(accounts, each.user);
    return mark.empty() || mark != each.password_mark || !is_still_ours(each.binding.flow, settings, addresses);
  });
  return stored;
}

}  // namespace

Result<std::unique_ptr<BindingRecorder>> resume_registrations(io::Loop& loop, const Log& log,
                                                              const config::Settings& settings,
                                                              account::AccountDirectory& accounts,
                                                              registrar::Registrar& registrar) {
  auto file = store::BindingFile::open(in_data_directory(settings, "registrations.db"));
  if (!file) return Failure(std::move(file.error()));
  auto stored = (*file)->read();
  if (!stored) return Failure(std::move(stored.error()));
  const std::size_t known = stored->size();
  const std::size_t usable = registrar.restore(keep_valid(std::move(*stored), settings, accounts));
  if (known > 0) log.info("{} of {} registrations outlived the restart", usable, known);

  const auto mark = [&accounts](const std::string& user) { return password_mark(accounts, user); };
  const auto snapshot = [&registrar, mark] {
    auto all = registrar.snapshot();
    for (StoredBinding& stored : all) stored.password_mark = mark(stored.user);
    return all;
  };
  // What is of no use any more goes, and a disk that is full shows now.
  if (auto written = (*file)->write({.replace_all = true, .put = snapshot(), .removed = {}}); !written) {
    return Failure(std::move(written.error()));
  }
  auto recorder = std::make_unique<BindingRecorder>(
      loop, log, std::move(*file), BindingRecorder::Sources{.snapshot = snapshot, .password_mark = mark},
      BindingRecorder::Settings{});
  registrar.set_journal(*recorder);
  return recorder;
}

Result<sip::Seal::Key> load_seal_key(const config::Settings& settings, Random& random) {
  const std::string path = in_data_directory(settings, "token.key");
  const auto content = io::read_file(path);
  sip::Seal::Key key{};
  if (content) {
    if (content->size() != key.size()) {
      return malformed("{} has {} bytes instead of {}: delete it to get a new one", path, content->size(), key.size());
    }
    std::copy(content->begin(), content->end(), key.begin());
    return key;
  }
  if (content.error().kind != Error::Kind::Missing) return Failure(content.error());
  key = sip::Seal::draw_key(random);
  if (auto written = io::write_file_atomically(path, as_text(key), 0600); !written) {
    return Failure(std::move(written.error()));
  }
  return key;
}

}  // namespace webcalling::server
