#pragma once

#include <memory>
#include <string>

#include "account/account_directory.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "config/settings.hpp"
#include "io/loop.hpp"
#include "registrar/registrar.hpp"
#include "server/binding_recorder.hpp"
#include "sip/token/seal.hpp"

namespace webcalling::server {

/// What registrations need to survive a restart: gives the registrar what the last run has written down, and from then
/// on writes down what changes, as long as it lives. Bindings of accounts that are gone or have a new password, and of
/// addresses that this machine does not have any more, are left behind.
[[nodiscard]] Result<std::unique_ptr<BindingRecorder>> resume_registrations(io::Loop& loop, const Log& log,
                                                                            const config::Settings& settings,
                                                                            account::AccountDirectory& accounts,
                                                                            registrar::Registrar& registrar);

/// The key of flow tokens and temporary GRUUs: read from the data directory, or made there.
[[nodiscard]] Result<sip::Seal::Key> load_seal_key(const config::Settings& settings, Random& random);

}  // namespace webcalling::server
