#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "account/session_table.hpp"
#include "api/api.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "config/settings.hpp"
#include "guard/guard.hpp"
#include "history/call_history.hpp"
#include "io/clock.hpp"
#include "io/loop.hpp"
#include "pbx/pbx.hpp"
#include "server/ban_keeper.hpp"
#include "server/binding_recorder.hpp"
#include "server/call_recorder.hpp"
#include "server/certificate_keeper.hpp"
#include "server/dns_resolver.hpp"
#include "server/doorkeeper.hpp"
#include "server/history_recorder.hpp"
#include "server/media_server.hpp"
#include "server/message_recorder.hpp"
#include "server/session_recorder.hpp"
#include "server/sip_server.hpp"
#include "server/web_server.hpp"
#include "store/account_store.hpp"
#include "story/call_stories.hpp"
#include "story/tapped_sender.hpp"

namespace webcalling::server {

/// The whole product: joins sockets, media loops and the store to the Pbx. Nothing in it is global: two servers fit in
/// one process.
class Server {
 public:
  /// Opens everything; errors are sentences for whoever starts the program.
  static Result<std::unique_ptr<Server>> start(io::Loop& loop, const config::Settings& settings, const Log& log);
  ~Server();

  /// Takes up what may be changed while it runs: the certificate of TLS.
  void reload() { certificate_->reload(); }

  /// Ends all calls with BYE; calls done() when the phones have answered or `at_most` has passed, perhaps at once.
  void stop(Duration at_most, std::function<void()> done);

  [[nodiscard]] Pbx& pbx() { return *pbx_; }

 private:
  Server(io::Loop& loop, const config::Settings& settings, const Log& log)
      : loop_(loop),
        log_(log),
        guard_({.timers = loop.timers(), .random = random_, .wall_clock = io::wall_clock, .log = log},
               guard_settings(settings)),
        sip_(loop, log, &guard_),
        doorkeeper_(guard_, sip_),
        account_watch_(loop.timers(), [this] { watch_accounts(); }),
        shut_out_soon_(loop.timers(), [this] { shut_out(); }),
        goodbye_(loop.timers(), [this] { look_if_done(); }) {}

  Result<void> open(const config::Settings& settings);
  /// Who loses the account or its password is signed out soon, also when nobody calls.
  void watch_accounts();
  [[nodiscard]] std::vector<call::LegObserver*> observers();
  void on_record(const call::CallRecord& record);
  void shut_out();
  void look_if_done();
  [[nodiscard]] std::string metrics() const;

  io::Loop& loop_;
  const Log& log_;
  SystemRandom random_;
  std::unique_ptr<store::AccountStore> accounts_;
  std::unique_ptr<CertificateKeeper> certificate_;
  std::unique_ptr<MediaServer> media_;
  guard::Guard guard_;
  SipServer sip_;
  Doorkeeper doorkeeper_;
  std::unique_ptr<BanKeeper> ban_keeper_;
  std::unique_ptr<BindingRecorder> recorder_;
  std::unique_ptr<MessageRecorder> message_recorder_;
  std::optional<DnsResolver> dns_;
  std::optional<account::SessionTable> sessions_;
  std::unique_ptr<SessionRecorder> session_recorder_;
  std::unique_ptr<HistoryRecorder> history_recorder_;
  std::unique_ptr<CallRecorder> call_recorder_;
  std::optional<history::CallHistory> history_;
  /// Nothing where the settings want none.
  std::optional<story::CallStories> stories_;
  std::optional<story::TappedSender> tapped_sender_;
  std::optional<Pbx> pbx_;
  std::optional<api::Api> api_;
  std::optional<WebServer> web_;
  Timer account_watch_;
  /// Whose connections are to be closed once nobody is speaking over them.
  std::vector<Network> shut_out_;
  Timer shut_out_soon_;
  Timer goodbye_;
  TimePoint goodbye_deadline_;
  std::function<void()> on_done_;
};

/// The file of the account store inside the data directory.
[[nodiscard]] std::string account_file(const config::Settings& settings);

/// Makes the data directory if it is not there; then for its owner alone, since what lies in it replaces passwords.
[[nodiscard]] Result<void> make_data_directory(const config::Settings& settings);

/// The certificate of media encryption: read from the data directory, or made there.
[[nodiscard]] Result<media::dtls::Certificate> load_certificate(const config::Settings& settings);

}  // namespace webcalling::server
