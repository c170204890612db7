#include <cstdint>
#include <cstdlib>
#include <set>
#include <string_view>
#include <variant>

#include "base/random.hpp"
#include "base/timer_queue.hpp"
#include "registrar/registrar.hpp"
#include "sip/message/headers.hpp"
#include "sip/message/parser.hpp"

// A registrar that is told anything by somebody with a password: messages stand in the input one after the other, each
// behind two bytes that say over which flow it comes and what else happens then. What it tells, what it writes down and
// what it says must agree at every moment, and nothing may be left in the end.

namespace {

using namespace webcalling;
using namespace webcalling::registrar;

void must(bool fact) {
  if (!fact) std::abort();
}

struct Books final : Registrar::Listener, BindingJournal {
  void on_registered(const std::string&, const Binding& binding) override { told.insert(binding.id); }
  void on_unregistered(const std::string&, const Binding& binding) override { told.erase(binding.id); }
  void put(const StoredBinding& stored) override { written.insert(stored.binding.id); }
  void remove(BindingId id) override { written.erase(id); }

  std::set<BindingId> told;
  std::set<BindingId> written;
};

sip::Flow flow_of(std::uint8_t choice) {
  const auto kind = static_cast<sip::TransportKind>(choice % 5);
  const std::uint64_t connection = kind == sip::TransportKind::Udp ? 0 : 1 + choice / 5 % 4;
  return {.kind = kind,
          .local = {IpAddress::v4(0x0a000001), 5060},
          .remote = {IpAddress::v4(0xc0000207), static_cast<std::uint16_t>(5060 + choice)},
          .connection = sip::ConnectionId{connection}};
}

/// Every GRUU that a response gives away leads to the device it is given for.
void try_gruus(const Registrar& registrar, const sip::Response& response) {
  const auto contacts = response.get_all<sip::Contact>().value();
  for (const auto& contact : contacts) {
    for (const auto* name : {"pub-gruu", "temp-gruu"}) {
      const auto gruu = contact.parameters.get(name);
      if (!gruu) continue;
      const auto uri = sip::Uri::parse(*gruu);
      must(uri && registrar.find_device(*uri));
    }
  }
}

void compare(const Registrar& registrar, const Books& books, const std::string& user) {
  std::size_t ways = 0;
  for (const Device& device : registrar.find_devices(user)) ways += device.flows.size();
  must(ways == registrar.find(user).size() && ways == registrar.size());
  must(books.told.size() == ways && books.written == books.told);
  must(ways <= Settings{}.max_bindings);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  TimerQueue timers{TimePoint{1s}};
  SeededRandom random{1};
  Books books;
  Registrar registrar(timers, random, [&] {
    return WallTime(std::chrono::floor<std::chrono::milliseconds>(timers.now().time_since_epoch()));
  });
  registrar.set_listener(books);
  registrar.set_journal(books);

  std::string_view input(reinterpret_cast<const char*>(data), size);
  while (input.size() > 2) {
    const auto way = static_cast<std::uint8_t>(input[0]);
    const auto event = static_cast<std::uint8_t>(input[1]);
    input.remove_prefix(2);
    const auto end = input.find('\0');
    const auto message = sip::parse(input.substr(0, end));
    input.remove_prefix(end == std::string_view::npos ? input.size() : end + 1);

    if (event % 8 == 0) registrar.remove_connection(sip::ConnectionId{1 + event / 8 % 4U});
    if (event % 8 == 1) registrar.remove_user("1002");
    if (event % 8 == 2) timers.advance(timers.now() + event * 10s);
    const auto* request = message ? std::get_if<sip::Request>(&*message) : nullptr;
    if (request != nullptr && !sip::validate(*request)) {
      const auto response = registrar.handle(*request, "1002", flow_of(way));
      must(sip::parse(response.write()).has_value());
      if (response.is_success()) try_gruus(registrar, response);
      (void)registrar.find_device(request->uri());
      (void)registrar.unveil(request->uri());
    }
    timers.advance(timers.now());
    compare(registrar, books, "1002");
  }

  timers.advance(timers.now() + 24h);
  must(registrar.size() == 0 && timers.size() == 0);
  return 0;
}
