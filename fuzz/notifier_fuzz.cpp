// Somebody with a password subscribes, publishes and answers as he likes: messages stand in the input one after the
// other, each behind two bytes that say over which flow it comes and what else happens then. Nothing may be left in the
// end, and nobody has more than allowed.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "events/dialog_package.hpp"
#include "events/notifier.hpp"
#include "events/presence_package.hpp"
#include "events/publications.hpp"
#include "events/registration_package.hpp"
#include "sip/message/headers.hpp"
#include "sip/message/parser.hpp"

namespace {

using namespace webcalling;

void must(bool fact) {
  if (!fact) std::abort();
}

constexpr std::string_view kUser = "1002";

/// A house with one extension, where everything is allowed that is allowed to anybody.
class House final : sip::MessageSender, sip::TransactionLayer::User {
 public:
  House() {
    transactions.set_user(*this);
    notifier.add_package(dialog);
    notifier.add_package(presence);
    notifier.add_package(registration);
  }

  void receive(std::string_view message, std::uint8_t way) { transactions.receive(message, flow_of(way)); }

  void happen(std::uint8_t event) {
    const std::string user(kUser);
    switch (event % 8) {
      case 0: return notifier.remove_connection(sip::ConnectionId{1U + event / 8 % 3});
      case 1: return timers.advance(timers.now() + event * 100ms);
      case 2: return timers.advance(timers.now() + event * 10s);
      case 3:
        return dialogs.put(user, {.id = std::to_string(event / 8), .state = events::DialogState::State::Confirmed});
      case 4: return dialogs.remove(user, std::to_string(event / 8));
      case 5: return answer_last(event / 8 % 2 == 0 ? 200 : 481);
      case 6: return notifier.remove_user(user, event / 8 % 2 == 0);
      default: return;
    }
  }

  void check() const { must(notifier.size() <= notifier.settings().max_subscriptions); }
  void end() {
    timers.advance(timers.now() + 24h);
    must(notifier.size() == 0 && publications.size() == 0 && dialogs.size() <= events::DialogStates::kMost);
    must(transactions.active() == 0 && timers.size() == 0);
  }

 private:
  static sip::Flow flow_of(std::uint8_t way) {
    const bool is_stream = way % 4 != 0;
    return {.kind = is_stream ? sip::TransportKind::Tcp : sip::TransportKind::Udp,
            .local = {IpAddress::v4(0x0a000001), 5060},
            .remote = {IpAddress::v4(0xc0000207), static_cast<std::uint16_t>(5060 + way)},
            .connection = sip::ConnectionId{way % 4U}};
  }
  void send(const sip::Flow& flow, std::string_view message) override {
    auto parsed = sip::parse(message);
    must(parsed.has_value());
    const auto* request = std::get_if<sip::Request>(&*parsed);
    if (request == nullptr) return;
    must(request->method() == sip::Method::Notify && !sip::validate(*request));
    last_notify = *request;
    last_flow = flow;
  }
  void answer_last(int status) {
    if (last_notify) transactions.receive(sip::make_response(*last_notify, status, "theirs").write(), last_flow);
  }
  void on_request(const sip::Request& request, const sip::Flow& flow) override {
    if (!request.to_tag().empty()) {
      if (!notifier.receive_in_dialog(request, flow)) refuse(request, flow, 481);
      return;
    }
    const std::string user(kUser);
    if (request.method() == sip::Method::Subscribe) {
      return notifier.receive(request, flow, {user, request.uri().user, request.uri().user == user});
    }
    if (request.method() != sip::Method::Publish) return refuse(request, flow, 405);
    transactions.respond(transactions.accept(request, flow), publications.handle(request, user));
  }
  void refuse(const sip::Request& request, const sip::Flow& flow, int status) {
    transactions.reply_statelessly(request, flow, sip::make_response(request, status, "ours"));
  }
  void on_cancel(sip::ServerTransactionId /*invite*/, const sip::Request& /*cancel*/) override {}
  void on_server_failure(sip::ServerTransactionId /*transaction*/) override {}

  TimerQueue timers{TimePoint{1s}};
  SeededRandom random{1};
  Log log{Log::Level::Error, [](Log::Level, std::string_view) {}};
  sip::TransactionLayer transactions{timers, random, *this};
  registrar::Registrar registrar{timers, random, [] { return WallTime{}; }};
  events::Notifier notifier{
      {.timers = timers, .random = random, .transactions = transactions, .log = log, .announce = [](sip::Message&) {}},
      {.max_subscriptions = 5}};
  events::DialogStates dialogs{timers, [this](const std::string& extension) {
                                 notifier.note_change("dialog", extension);
                                 notifier.note_change("presence", extension);
                               }};
  events::Publications publications{
      timers, random, {}, [this](const std::string& extension) { notifier.note_change("presence", extension); }};
  events::DialogPackage dialog{dialogs};
  events::PresencePackage presence{registrar, dialogs, publications};
  events::RegistrationPackage registration{registrar};
  std::optional<sip::Request> last_notify;
  sip::Flow last_flow;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  House house;
  std::string_view input(reinterpret_cast<const char*>(data), size);
  while (input.size() > 2) {
    const auto way = static_cast<std::uint8_t>(input[0]);
    const auto event = static_cast<std::uint8_t>(input[1]);
    input.remove_prefix(2);
    const auto end = input.find('\0');
    house.happen(event);
    house.receive(input.substr(0, end), way);
    input.remove_prefix(end == std::string_view::npos ? input.size() : end + 1);
    house.check();
  }
  house.end();
  return 0;
}
