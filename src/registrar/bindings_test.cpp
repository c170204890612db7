#include "registrar/bindings.hpp"

#include "registrar/registrar_for_tests.hpp"

namespace webcalling::registrar {
namespace {

using sip::HeaderName;
using sip::Response;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

/// A registrar that writes down what it knows, and the one after it.
class RestartTest : public RegistrarTest {
 protected:
  RestartTest() { registrar.set_journal(notebook); }

  static constexpr sip::Seal::Key kKey{1, 2, 3};

  /// The registrar that reads the notebook `later`, after a power cut: its monotonic clock begins anew.
  Registrar& restart(Duration later = 5s) {
    wall_clock = kWallStart + std::chrono::floor<std::chrono::milliseconds>(timers.now() - kStart + later);
    next = std::make_unique<Registrar>(
        next_timers, random,
        [this] { return wall_clock + std::chrono::floor<std::chrono::milliseconds>(next_timers.now() - kReboot); },
        settings);
    next->set_listener(next_journal);
    usable = next->restore(notebook.read());
    return *next;
  }
  [[nodiscard]] std::vector<std::string> contacts_after_restart() const {
    std::vector<std::string> users;
    for (const auto& binding : next->find("1002")) users.push_back(binding.contact.user);
    return users;
  }

  static constexpr TimePoint kReboot{7s};
  Notebook notebook;
  Settings settings;
  TimerQueue next_timers{kReboot};
  WallTime wall_clock;
  Journal next_journal;
  std::unique_ptr<Registrar> next;
  std::size_t usable = 0;
};

TEST_F(RestartTest, WhatIsWrittenDownIsWhatIsThere) {
  handle({.headers = contact("desk"), .call_id = "a"}, udp_flow());
  handle({.headers = contact("soft"), .call_id = "b"}, tcp_flow(7));
  handle({});
  handle({.headers = contact("desk", ";expires=0"), .call_id = "a", .cseq = 4}, udp_flow());
  registrar.remove_connection(sip::ConnectionId{9});
  ASSERT_THAT(notebook.bindings, SizeIs(1));
  EXPECT_EQ(notebook.read()[0].user, "1002");
  EXPECT_EQ(notebook.read()[0].binding.contact.user, "soft");
  EXPECT_EQ(notebook.read()[0].expires, kWallStart + 600s);
  EXPECT_THAT(registrar.snapshot(), SizeIs(1));
}

TEST_F(RestartTest, RefreshIsWrittenUnderTheSameName) {
  handle({.headers = contact("desk")}, udp_flow());
  const BindingId id = notebook.read().at(0).binding.id;
  advance(100s);
  handle({.headers = contact("desk"), .cseq = 4}, udp_flow());
  ASSERT_THAT(notebook.bindings, SizeIs(1));
  EXPECT_EQ(notebook.read()[0].binding.id, id);
  EXPECT_EQ(notebook.read()[0].expires, kWallStart + 700s);
  EXPECT_EQ(notebook.read()[0].binding.cseq, 4U);
}

TEST_F(RestartTest, PhoneOnUdpIsThereAsBefore) {
  handle({.headers = contact("desk", ";q=0.5") + "Path: <sip:10.0.0.2;lr>\r\n"}, udp_flow(5070));
  const Binding before = registrar.find("1002").at(0);
  restart();
  EXPECT_EQ(usable, 1U);
  const Binding after = next->find("1002").at(0);
  EXPECT_EQ(after.flow, before.flow);
  EXPECT_EQ(after.contact, before.contact);
  EXPECT_EQ(after.parameters, before.parameters);
  EXPECT_EQ(after.path.size(), 1U);
  EXPECT_EQ(after.id, before.id);
  EXPECT_EQ(after.expires, next_timers.now() + 595s);
}

TEST_F(RestartTest, NobodyIsToldAsOfNews) {
  handle({.headers = contact("desk")}, udp_flow());
  handle({});
  restart();
  next_timers.advance(next_timers.now() + 1s);
  EXPECT_THAT(next_journal.lines, IsEmpty());
  next_timers.advance(next_timers.now() + 600s);
  EXPECT_THAT(next_journal.lines, ElementsAre("-1002 desk"));
  EXPECT_EQ(next_timers.size(), 0U);
}

TEST_F(RestartTest, PhoneOnTcpIsConnectedToIfItListens) {
  handle({.headers = "Contact: <sip:desk@10.0.0.2:5062;transport=tcp>\r\n"}, tcp_flow());
  restart();
  const Binding after = next->find("1002").at(0);
  EXPECT_EQ(after.flow.remote, (Endpoint{IpAddress::v4(0x0a000002), 5062}));
  EXPECT_EQ(after.flow.connection, sip::ConnectionId{0});
  EXPECT_EQ(after.flow.local, tcp_flow().local) << "how the phone knows us";
  EXPECT_FALSE(next->recently_lost("1002", 10s));
}

TEST_F(RestartTest, BrowserAndPhoneBehindNatCountAsLostJustNow) {
  handle({.headers = "Contact: <sip:desk@192.168.1.5:5062;transport=tcp>\r\n", .call_id = "a"}, tcp_flow());
  handle({});
  restart();
  EXPECT_EQ(usable, 0U);
  EXPECT_THAT(contacts_after_restart(), IsEmpty());
  EXPECT_TRUE(next->recently_lost("1002", 10s));
  EXPECT_FALSE(next->recently_lost("1003", 10s));
  next_timers.advance(next_timers.now() + 60s);
  EXPECT_EQ(next_timers.size(), 0U);
}

TEST_F(RestartTest, WhatExpiredMeanwhileIsNeitherThereNorLost) {
  handle({.headers = contact("desk"), .call_id = "a"}, udp_flow());
  handle({});
  restart(600s);
  EXPECT_THAT(contacts_after_restart(), IsEmpty());
  EXPECT_FALSE(next->recently_lost("1002", 10s));
  EXPECT_EQ(next_timers.size(), 0U);
}

TEST_F(RestartTest, WallClockThatWasSetBackMakesNothingLiveLonger) {
  handle({.headers = contact("desk")}, udp_flow());
  restart(-24h);
  EXPECT_EQ(next->find("1002").at(0).expires, next_timers.now() + 600s);
}

TEST_F(RestartTest, OrderOfRefreshStays) {
  for (const auto* user : {"a", "b", "c"}) {
    handle({.headers = contact(user), .call_id = user}, udp_flow());
    advance(1s);
  }
  handle({.headers = contact("a"), .call_id = "a", .cseq = 4}, udp_flow());
  restart();
  EXPECT_THAT(contacts_after_restart(), ElementsAre("a", "c", "b"));
}

TEST_F(RestartTest, LateRequestOfBeforeIsStillLate) {
  handle({.headers = contact("desk"), .cseq = 5}, udp_flow());
  restart();
  const auto replay = Register{.headers = contact("desk", ";expires=0"), .cseq = 4}.request();
  EXPECT_EQ(next->handle(replay, "1002", udp_flow()).status(), 500);
  EXPECT_THAT(contacts_after_restart(), ElementsAre("desk"));
}

TEST_F(RestartTest, NewBindingsGetNewNames) {
  handle({.headers = contact("desk"), .call_id = "a"}, udp_flow());
  restart();
  next->set_journal(notebook);
  const auto soft = Register{.headers = contact("soft"), .call_id = "b"}.request();
  EXPECT_EQ(next->handle(soft, "1002", udp_flow()).status(), 200);
  EXPECT_THAT(notebook.bindings, SizeIs(2));
}

TEST_F(RestartTest, NoMoreThanAnExtensionMayHaveNow) {
  for (const auto* user : {"a", "b", "c"}) handle({.headers = contact(user), .call_id = user}, udp_flow());
  settings.max_bindings = 2;
  restart();
  EXPECT_EQ(next->size(), 2U);
}

TEST_F(RestartTest, TemporaryGruusStayGoodWithTheSameKey) {
  const auto clock = [] { return kWallStart; };
  Registrar before(timers, random, clock, {}, kKey);
  before.set_journal(notebook);
  const auto request =
      Register{.headers = contact("desk", ";+sip.instance=\"<urn:uuid:1>\"") + "Supported: gruu\r\n"}.request();
  const Response response = before.handle(request, "1002", udp_flow());
  const auto listed = response.get<sip::Contact>().value();
  const auto uri = sip::Uri::parse(*listed.parameters.get("temp-gruu")).value();

  Registrar after(timers, random, clock, {}, kKey);
  after.restore(notebook.read());
  ASSERT_TRUE(after.find_device(uri));
  EXPECT_EQ(after.find_device(uri)->flows.at(0).contact.user, "desk");

  Registrar with_another_key(timers, random, clock);
  with_another_key.restore(notebook.read());
  EXPECT_FALSE(with_another_key.find_device(uri));
}

// All flows of a device begin a new life when one of them comes with another Call-ID.
TEST_F(RestartTest, NewIncarnationIsWrittenDownForEveryFlow) {
  const auto flow = [](const std::string& reg_id, const std::string& call_id) {
    return Register{.headers = contact("flow" + reg_id, ";+sip.instance=\"<urn:uuid:1>\";reg-id=" + reg_id),
                    .call_id = call_id};
  };
  handle(flow("1", "a"), udp_flow());
  handle(flow("2", "b"), udp_flow());
  const std::uint64_t old = notebook.read()[0].binding.incarnation;
  EXPECT_EQ(notebook.read()[1].binding.incarnation, old);
  handle(flow("2", "after-a-restart"), udp_flow());
  EXPECT_NE(notebook.read()[0].binding.incarnation, old);
  EXPECT_EQ(notebook.read()[1].binding.incarnation, notebook.read()[0].binding.incarnation);
}

}  // namespace
}  // namespace webcalling::registrar
