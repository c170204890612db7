#include "server/server.hpp"

#include <filesystem>
#include <set>
#include <utility>

#include "io/clock.hpp"
#include "io/files.hpp"
#include "io/host_name.hpp"
#include "io/local_addresses.hpp"
#include "server/calls.hpp"
#include "server/messages.hpp"
#include "server/metrics.hpp"
#include "server/registrations.hpp"
#include "server/sessions.hpp"
#include "store/call_history_file.hpp"

namespace webcalling::server {
namespace {

constexpr Duration kGoodbyePoll = 20ms;
constexpr Duration kAccountWatch = 1s;

call::Encryption encryption_of_phones(const config::Settings& settings) {
  using Encryption = config::Settings::Media::Encryption;
  switch (settings.media.encryption) {
    case Encryption::Off: return call::Encryption::Off;
    case Encryption::Optional: return call::Encryption::Optional;
    case Encryption::Required: return call::Encryption::Required;
  }
  return call::Encryption::Optional;
}

std::string certificate_file(const config::Settings& settings) {
  return std::filesystem::path(settings.server.data_directory) / "media-certificate.pem";
}

registrar::Settings registrar_settings(const config::Settings::Registrar& settings) {
  return {.min_expires = std::chrono::seconds(settings.min_expires),
          .default_expires = std::chrono::seconds(settings.default_expires),
          .max_expires = std::chrono::seconds(settings.max_expires),
          .max_bindings = settings.max_bindings};
}

events::Settings event_settings(const config::Settings::Events& settings) {
  return {.min_expires = std::chrono::seconds(settings.min_expires),
          .default_expires = std::chrono::seconds(settings.default_expires),
          .max_expires = std::chrono::seconds(settings.max_expires),
          .max_subscriptions = settings.max_subscriptions};
}

/// Hosts that mean this machine, whichever of its addresses a request came to.
std::vector<std::string> own_names(const config::Settings& settings) {
  std::vector<std::string> names{"localhost"};
  if (settings.server.public_address) names.push_back(settings.server.public_address->text());
  for (const auto& local : io::local_addresses().value_or(std::vector<io::LocalAddress>{})) {
    names.push_back(local.address.text());
  }
  names.insert(names.end(), settings.tls.names.begin(), settings.tls.names.end());
  if (const std::string host = io::host_name(); !host.empty()) names.push_back(host);
  return names;
}

story::CallStories::Settings story_settings(const config::Settings::Api& settings) {
  return {.keep = std::chrono::minutes(settings.story_minutes),
          .max_bytes = std::size_t{settings.story_megabytes} * 1024 * 1024};
}

Result<std::unique_ptr<HistoryRecorder>> open_history(io::Loop& loop, const Log& log, const config::Settings& settings,
                                                      account::AccountDirectory& accounts) {
  auto file = store::CallHistoryFile::open(std::filesystem::path(settings.server.data_directory) / "history.db",
                                           settings.api.max_history);
  if (!file) return Failure(std::move(file.error()));
  std::set<std::string> extensions;
  for (const account::Account& account : accounts.list()) extensions.insert(account.extension);
  if (auto kept = (*file)->keep_only(extensions); !kept) return Failure(std::move(kept.error()));
  return std::make_unique<HistoryRecorder>(loop, log, std::move(*file), HistoryRecorder::Settings{});
}

}  // namespace

std::string account_file(const config::Settings& settings) {
  return std::filesystem::path(settings.server.data_directory) / "webcalling.db";
}

Result<void> make_data_directory(const config::Settings& settings) {
  const std::string& directory = settings.server.data_directory;
  std::error_code error;
  const bool is_new = std::filesystem::create_directories(directory, error);
  if (!error && is_new) std::filesystem::permissions(directory, std::filesystem::perms::owner_all, error);
  if (!error) return {};
  return failed("making the data directory {}: {}; name another folder as server.data_directory", directory,
                error.message());
}

Result<media::dtls::Certificate> load_certificate(const config::Settings& settings) {
  const std::string path = certificate_file(settings);
  const auto pem = io::read_file(path);
  if (pem) {
    auto certificate = media::dtls::Certificate::parse_pem(*pem);
    if (!certificate)
      return in_context(fmt::format("The certificate {} (delete it to get a new one)", path), certificate.error());
    return certificate;
  }
  if (pem.error().kind != Error::Kind::Missing) return Failure(pem.error());
  auto certificate = media::dtls::Certificate::generate(io::wall_clock());
  if (!certificate) return certificate;
  if (auto written = io::write_file_atomically(path, certificate->pem(), 0600); !written)
    return Failure(std::move(written.error()));
  return certificate;
}

Result<std::unique_ptr<Server>> Server::start(io::Loop& loop, const config::Settings& settings, const Log& log) {
  std::unique_ptr<Server> server(new Server(loop, settings, log));
  if (auto opened = server->open(settings); !opened) return Failure(std::move(opened.error()));
  return server;
}

Server::~Server() = default;

Result<void> Server::open(const config::Settings& settings) {
  if (auto made = make_data_directory(settings); !made) return made;
  auto accounts = store::AccountStore::open(account_file(settings), settings.sip.realm);
  if (!accounts) return Failure(std::move(accounts.error()));
  accounts_ = std::move(*accounts);

  auto keeper = CertificateKeeper::start(loop_, settings, log_);
  if (!keeper) return Failure(std::move(keeper.error()));
  certificate_ = std::move(*keeper);
  const io::TlsOptions tls{.context = certificate_->context(),
                           .handshake_timeout = std::chrono::seconds(settings.tls.handshake_timeout)};

  auto certificate = load_certificate(settings);
  if (!certificate) return Failure(std::move(certificate.error()));
  auto media = MediaServer::start(loop_, random_, settings, std::move(*certificate));
  if (!media) return Failure(std::move(media.error()));
  media_ = std::move(*media);

  auto seal_key = load_seal_key(settings, random_);
  if (!seal_key) return Failure(std::move(seal_key.error()));
  auto dns = io::DnsClient::start(loop_, {.servers = settings.dns.servers});
  if (!dns) return Failure(std::move(dns.error()));
  dns_.emplace(std::move(*dns));
  sessions_.emplace(
      random_, [] { return io::wall_clock(); }, session_settings(settings));
  auto session_recorder = resume_sessions(loop_, log_, settings, *accounts_, *sessions_);
  if (!session_recorder) return Failure(std::move(session_recorder.error()));
  session_recorder_ = std::move(*session_recorder);
  auto history_recorder = open_history(loop_, log_, settings, *accounts_);
  if (!history_recorder) return Failure(std::move(history_recorder.error()));
  history_recorder_ = std::move(*history_recorder);
  history_.emplace(history::CallHistory::Outside{
      .accounts = *accounts_, .keeper = *history_recorder_, .wall_clock = [] { return io::wall_clock(); }});
  if (settings.api.stories) {
    stories_.emplace([] { return io::wall_clock(); }, story_settings(settings.api));
    tapped_sender_.emplace(sip_, *stories_);
  }
  auto resumed = resume_calls(loop_, log_, settings, *accounts_);
  if (!resumed) return Failure(std::move(resumed.error()));
  call_recorder_ = std::move(resumed->recorder);
  if (auto listening = sip_.listen(settings.sip, tls, message_limits(settings)); !listening) return listening;
  pbx_.emplace(Pbx::Outside{.timers = loop_.timers(),
                            .random = random_,
                            .sender = tapped_sender_ ? static_cast<sip::MessageSender&>(*tapped_sender_) : sip_,
                            .media = *media_,
                            .accounts = *accounts_,
                            .log = log_,
                            .wall_clock = [] { return io::wall_clock(); },
                            .gate = &doorkeeper_,
                            .dns = &*dns_,
                            .sessions = &*sessions_,
                            .observers = observers(),
                            .on_record = [this](const call::CallRecord& record) { on_record(record); },
                            .call_keeper = call_recorder_.get()},
               Pbx::Settings{.realm = settings.sip.realm,
                             .registrar = registrar_settings(settings.registrar),
                             .events = event_settings(settings.events),
                             .calls = {.bridged = {.ring_timeout = std::chrono::seconds(settings.calls.ring_timeout)}},
                             .reconnect = std::chrono::seconds(settings.calls.reconnect_seconds),
                             .session = {.interval = std::chrono::seconds(settings.calls.session_expires),
                                         .min_interval = std::chrono::seconds(settings.calls.session_minimum)},
                             .messages = messages_settings(settings),
                             .encryption = encryption_of_phones(settings),
                             .body_depth = static_cast<int>(settings.limits.nested_bodies),
                             .seal_key = *seal_key,
                             .names = own_names(settings),
                             .foreign_domains = settings.calls.foreign_domains});
  auto ban_keeper = resume_bans(loop_, log_, settings, guard_);
  if (!ban_keeper) return Failure(std::move(ban_keeper.error()));
  ban_keeper_ = std::move(*ban_keeper);
  guard_.set_on_ban([this](const guard::Ban& ban) {
    shut_out_.push_back(ban.source);
    shut_out_soon_.start(Duration::zero());
  });
  auto recorder = resume_registrations(loop_, log_, settings, *accounts_, pbx_->registrar());
  if (!recorder) return Failure(std::move(recorder.error()));
  recorder_ = std::move(*recorder);
  auto message_recorder = resume_messages(loop_, log_, settings, pbx_->messenger());
  if (!message_recorder) return Failure(std::move(message_recorder.error()));
  message_recorder_ = std::move(*message_recorder);
  accounts_->set_on_change([this](const std::string& extension, account::AccountChange change) {
    log_.info("{}: {}", extension, change == account::AccountChange::Removed ? "removed" : "has a new password");
    pbx_->forget(extension, change);
    // Whoever gets the extension next has not made its calls.
    const bool is_gone = change == account::AccountChange::Removed;
    if (is_gone) history_recorder_->clear(extension, [](const Result<bool>&) {});
  });
  watch_accounts();
  sip_.set_handlers({.on_message =
                         [this](std::string_view message, const sip::Flow& flow) {
                           if (stories_) stories_->on_message(story::Line::Direction::In, message);
                           pbx_->receive(message, flow);
                         },
                     .on_malformed = [this](std::string_view head, const Error& error,
                                            const sip::Flow& flow) { pbx_->receive_malformed(head, error, flow); },
                     .on_failure = [this](const sip::Flow& flow) { pbx_->on_transport_failure(flow); },
                     .on_closed = [this](const sip::Flow& flow) { pbx_->on_connection_closed(flow); },
                     .is_known = [this](const sip::Glance& request,
                                        const sip::Flow& flow) { return pbx_->knows(request, flow); }});
  media_->set_on_event([this](media::LegId leg, const media::LegEvent& event) { pbx_->on_media_event(leg, event); });

  for (const call::KeptCall& call : resumed->calls) pbx_->revive(call);

  api_.emplace(api::Api::Outside{.accounts = *accounts_,
                                 .sessions = *sessions_,
                                 .history = *history_recorder_,
                                 .guard = guard_,
                                 .log = log_,
                                 .random = random_,
                                 .stories = stories_ ? &*stories_ : nullptr},
               api::Api::Settings{.version = WEBCALLING_VERSION, .https_port = settings.web.https_port});
  auto web = WebServer::listen(
      loop_, settings, tls,
      {.guard = guard_,
       .on_websocket =
           [this](io::WebSocketConnection connection, sip::TransportKind kind, const std::optional<IpAddress>& client) {
             sip_.accept(std::move(connection), kind, client);
           },
       .api = *api_,
       .metrics = [this] { return metrics(); }});
  if (!web) return Failure(std::move(web.error()));
  web_.emplace(std::move(*web));
  return {};
}

std::vector<call::LegObserver*> Server::observers() {
  std::vector<call::LegObserver*> all{&*history_};
  if (stories_) all.push_back(&*stories_);
  return all;
}

void Server::on_record(const call::CallRecord& record) {
  history_->on_record(record);
  if (stories_) stories_->on_record(record);
}

void Server::shut_out() {
  for (const Network& source : std::exchange(shut_out_, {})) sip_.close_all_of(source);
}

std::string Server::metrics() const {
  return write_metrics(guard_, {.calls = pbx_->active_calls(),
                                .bindings = pbx_->bindings(),
                                .transactions = pbx_->active_transactions(),
                                .turned_away = sip_.turned_away(),
                                .media = media_->dropped()});
}

void Server::watch_accounts() {
  accounts_->refresh();
  account_watch_.start(kAccountWatch);
}

void Server::stop(Duration at_most, std::function<void()> done) {
  on_done_ = std::move(done);
  goodbye_deadline_ = loop_.now() + at_most;
  web_.reset();
  look_if_done();
}

void Server::look_if_done() {
  // Also calls that came since the last look: phones do not know that we are ending.
  pbx_->hang_up_all();
  // A call is over with its BYE; the answer is waited for as well, so that a lost BYE is sent again.
  const bool quiet = pbx_->active_calls() == 0 && pbx_->unanswered_requests() == 0;
  if (quiet || loop_.now() >= goodbye_deadline_) return on_done_();
  goodbye_.start(kGoodbyePoll);
}

}  // namespace webcalling::server
