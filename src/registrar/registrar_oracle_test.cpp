#include <fmt/format.h>

#include <set>

#include "registrar/registrar_for_tests.hpp"

namespace webcalling::registrar {
namespace {

/// What a registrar should know, kept in the plainest way: no timers, no indexes, everything looked at every time.
class Oracle {
 public:
  struct Entry {
    std::string device;
    std::string reg_id;
    std::uint64_t connection = 0;
    TimePoint expires;
    std::uint64_t order = 0;
  };

  void put(const Entry& entry) {
    remove([&](const Entry& other) { return other.device == entry.device && other.reg_id == entry.reg_id; });
    entries_.push_back(entry);
    entries_.back().order = ++last_order_;
    // They stand in the order of their refresh.
    if (entries_.size() > Settings{}.max_bindings) entries_.erase(entries_.begin());
  }
  template <typename Predicate>
  void remove(Predicate predicate) {
    std::erase_if(entries_, predicate);
  }
  void pass(TimePoint now) {
    remove([now](const Entry& entry) { return entry.expires <= now; });
  }
  /// Each device with its flows, newest first; e.g. "phone: 2 1".
  [[nodiscard]] std::multiset<std::string> devices() const {
    std::map<std::string, std::map<std::uint64_t, std::string>> flows;
    for (const Entry& entry : entries_) flows[entry.device].emplace(~entry.order, entry.reg_id);
    std::multiset<std::string> out;
    for (const auto& [device, ways] : flows) {
      std::string line = device + ":";
      for (const auto& [order, reg_id] : ways) line += " " + reg_id;
      out.insert(line);
    }
    return out;
  }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  std::vector<Entry> entries_;
  std::uint64_t last_order_ = 0;
};

/// Counts what it is told of, to compare it with what there is.
struct Census final : Registrar::Listener {
  void on_registered(const std::string& /*user*/, const Binding& binding) override { known.insert(binding.id); }
  void on_unregistered(const std::string& /*user*/, const Binding& binding) override { known.erase(binding.id); }
  std::set<BindingId> known;
};

class RegistrarOracleTest : public testing::TestWithParam<std::uint64_t> {
 protected:
  static constexpr std::uint64_t kDevices = 4;
  static constexpr std::uint64_t kFlows = 3;
  static constexpr std::uint64_t kConnections = 5;

  RegistrarOracleTest() { begin(); }

  void begin() {
    registrar = std::make_unique<Registrar>(timers, random, [this] { return wall_clock(); });
    registrar->set_listener(census);
    registrar->set_journal(notebook);
  }
  [[nodiscard]] WallTime wall_clock() const {
    return kWallStart + std::chrono::floor<std::chrono::milliseconds>(timers.now() - kStart);
  }
  /// A flow that is a datagram's every third time, or one of a few connections; a new one takes the place of one that
  /// is gone.
  sip::Flow draw_flow() {
    const std::uint64_t drawn = random.below(kConnections);
    if (drawn == 0) return udp_flow(static_cast<std::uint16_t>(5000 + random.below(9)));
    return ws_flow(connections.try_emplace(drawn, ++last_connection).first->second);
  }

  void register_flow() {
    // What is written down tells milliseconds apart.
    timers.advance(timers.now() + 1ms);
    oracle.pass(timers.now());
    const std::string device = fmt::format("device{}", random.below(kDevices));
    const std::string reg_id = fmt::format("{}", 1 + random.below(kFlows));
    const auto expires = std::chrono::seconds(random.below(4) == 0 ? 0 : 30 + random.below(300));
    const sip::Flow flow = draw_flow();
    const Register request{.headers = fmt::format("Contact: <sip:{}.{}@192.0.2.7>;+sip.instance=\"<urn:{}>\";reg-id={};"
                                                  "expires={}\r\nSupported: outbound, gruu\r\n",
                                                  device, reg_id, device, reg_id, expires.count()),
                           .call_id = device + reg_id,
                           .cseq = ++cseq};
    ASSERT_EQ(registrar->handle(request.request(), "1002", flow).status(), 200);
    if (expires == 0s) {
      oracle.remove([&](const auto& entry) { return entry.device == device && entry.reg_id == reg_id; });
    } else {
      oracle.put({device, reg_id, flow.connection.value(), timers.now() + expires});
    }
  }
  void disconnect() {
    const auto connection = connections.begin();
    if (connection == connections.end()) return;
    const std::uint64_t id = connection->second;
    connections.erase(connection);
    registrar->remove_connection(sip::ConnectionId{id});
    oracle.remove([id](const auto& entry) { return entry.connection == id; });
  }
  void forget_all() {
    const Register star{.headers = "Contact: *\r\nExpires: 0\r\n", .call_id = fmt::format("star{}", ++cseq)};
    ASSERT_EQ(registrar->handle(star.request(), "1002", draw_flow()).status(), 200);
    oracle.remove([](const auto&) { return true; });
  }
  void let_time_pass() {
    timers.advance(timers.now() + std::chrono::seconds(random.below(60)));
    oracle.pass(timers.now());
  }
  /// Connections end, everything else goes on where it was.
  void restart() {
    timers.advance(timers.now());
    const auto written = notebook.read();
    begin();
    registrar->restore(written);
    for (const auto& stored : written) notebook.remove(stored.binding.id);
    census.known.clear();
    for (const auto& stored : registrar->snapshot()) {
      notebook.put(stored);
      census.known.insert(stored.binding.id);
    }
    connections.clear();
    oracle.remove([](const auto& entry) { return entry.connection != 0; });
  }

  void act() {
    switch (random.below(20)) {
      case 0: return forget_all();
      case 1: return restart();
      case 2:
      case 3:
      case 4: return disconnect();
      case 5:
      case 6:
      case 7: return let_time_pass();
      default: return register_flow();
    }
  }

  void compare() {
    std::multiset<std::string> devices;
    for (const Device& device : registrar->find_devices("1002")) {
      const std::string user = device.flows.front().contact.user;
      std::string line = user.substr(0, user.find('.')) + ":";
      for (const Binding& flow : device.flows) line += " " + flow.reg_id;
      devices.insert(line);
    }
    ASSERT_EQ(devices, oracle.devices());
    ASSERT_EQ(registrar->size(), oracle.size());
    // What it tells and what it writes down agree with what it says.
    timers.advance(timers.now());
    ASSERT_EQ(census.known.size(), oracle.size());
    std::set<BindingId> written;
    for (const auto& [id, stored] : notebook.bindings) written.insert(id);
    ASSERT_EQ(written, census.known);
    ASSERT_LE(timers.size(), 1U);
  }

  TimerQueue timers{kStart};
  SeededRandom random{GetParam()};
  Oracle oracle;
  Census census;
  Notebook notebook;
  std::map<std::uint64_t, std::uint64_t> connections;
  std::uint64_t last_connection = 0;
  int cseq = 0;
  std::unique_ptr<Registrar> registrar;
};

INSTANTIATE_TEST_SUITE_P(, RegistrarOracleTest, testing::Range<std::uint64_t>(1, 41));

TEST_P(RegistrarOracleTest, AgreesWithItWhateverHappens) {
  for (int i = 0; i < 300; ++i) {
    ASSERT_NO_FATAL_FAILURE(act());
    ASSERT_NO_FATAL_FAILURE(compare()) << "after " << i << " events";
  }
  timers.advance(timers.now() + 1h);
  EXPECT_EQ(registrar->size(), 0U);
  EXPECT_TRUE(notebook.bindings.empty());
  EXPECT_EQ(timers.size(), 0U) << "nothing is left behind";
}

}  // namespace
}  // namespace webcalling::registrar
