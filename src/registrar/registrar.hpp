#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.hpp"
#include "base/time.hpp"
#include "base/timer_queue.hpp"
#include "registrar/binding.hpp"
#include "registrar/bindings.hpp"
#include "registrar/device.hpp"
#include "registrar/register_wish.hpp"
#include "registrar/settings.hpp"
#include "sip/message/message.hpp"
#include "sip/token/seal.hpp"

namespace webcalling::registrar {

/// Where the devices of each extension are (RFC 3261 section 10.3), with flows (RFC 5626), paths (RFC 3327) and
/// addresses of single devices (RFC 5627). Sans-IO. Knows nothing of passwords: who a REGISTER comes from was found out
/// before.
class Registrar {
 public:
  using Listener = Bindings::Listener;
  using WallClock = Bindings::WallClock;

  /// What `key` seals is recognised as long as the next registrar gets the same; a registrar without draws its own.
  Registrar(TimerQueue& timers, Random& random, WallClock wall_clock, Settings settings = {},
            const std::optional<sip::Seal::Key>& key = std::nullopt);
  Registrar(const Registrar&) = delete;
  Registrar& operator=(const Registrar&) = delete;

  void set_listener(Listener& listener) { bindings_.set_listener(listener); }
  void set_journal(BindingJournal& journal) { bindings_.set_journal(journal); }

  /// Serves a REGISTER that `user` has proved to have sent: all of it, or nothing with 400, 403, 423, 439 or 500. A 200
  /// lists every binding, each on a Contact line of its own (a browser phone that does not find itself there never
  /// registers again).
  [[nodiscard]] sip::Response handle(const sip::Request& request, std::string_view user, const sip::Flow& flow);

  /// The live bindings, last refreshed first.
  [[nodiscard]] std::vector<Binding> find(std::string_view user) const { return bindings_.find(user); }
  /// The same as what rings: the preferred devices first, each with its ways.
  [[nodiscard]] std::vector<Device> find_devices(std::string_view user) const;
  /// The one device that a GRUU addresses (RFC 5627 section 5.3): a public one among those of its extension, a
  /// temporary one wherever it is. Nothing if it is gone, or `uri` is no GRUU.
  [[nodiscard]] std::optional<Device> find_device(const sip::Uri& uri) const;
  /// The public GRUU of the device that a temporary one addresses, for whoever looks at the user part. Nothing if it is
  /// no temporary GRUU, or not good any more.
  [[nodiscard]] std::optional<sip::Uri> unveil(const sip::Uri& uri) const;
  /// True if a binding was lost with its connection less than `within` ago and no new one has come since: the device is
  /// probably coming back, so let the caller ring. Remembered for a minute.
  [[nodiscard]] bool recently_lost(std::string_view user, Duration within) const {
    return bindings_.recently_lost(user, within);
  }

  /// Must be told of every connection that closed: its bindings end.
  void remove_connection(sip::ConnectionId connection) { bindings_.remove_connection(connection); }
  /// A request that `user` has proved to have sent over this connection asks that it be used in place of a new one (RFC
  /// 5923: `alias` in its Via). That goes for bindings of this very user only: the address of a connection, and what
  /// its peer says of its port, prove nothing about others behind that address. Gives the number of bindings that move.
  std::size_t adopt_connection(std::string_view user, const sip::Request& request, const sip::Flow& flow);
  /// The account is gone or has a new password.
  void remove_user(std::string_view user) { bindings_.remove_user(std::string(user)); }

  /// Takes over what was written down before a restart, before anything else happens. Tells nobody; gives the number of
  /// bindings that can be used. Whose connection is gone counts as lost just now.
  std::size_t restore(std::vector<StoredBinding> stored) { return bindings_.restore(std::move(stored)); }
  /// Everything, as it would be written down now.
  [[nodiscard]] std::vector<StoredBinding> snapshot() const { return bindings_.snapshot(); }

  /// All bindings of all users.
  [[nodiscard]] std::size_t size() const { return bindings_.size(); }

 private:
  /// The refusal of a request that came after a later one (section 10.3 steps 6 and 7).
  [[nodiscard]] bool is_out_of_order(const std::string& user, const RegisterWish& wish,
                                     const sip::Request& request) const;
  void apply(const std::string& user, const Update& update, const sip::Request& request, const sip::Flow& flow);
  [[nodiscard]] sip::Response accept(const sip::Request& request, const std::string& user, const RegisterWish& wish,
                                     const sip::Flow& flow);
  [[nodiscard]] sip::Contact list(const Binding& binding, bool with_gruus);
  void confirm_flow(const sip::Request& request, const sip::Flow& flow, sip::Response& response) const;
  [[nodiscard]] sip::Response refuse(const sip::Request& request, int status, std::string_view reason);

  TimerQueue& timers_;
  Random& random_;
  WallClock wall_clock_;
  Settings settings_;
  sip::Seal seal_;
  Bindings bindings_;
};

}  // namespace webcalling::registrar
