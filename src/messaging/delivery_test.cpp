#include "messaging/delivery.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "sip/transaction/transaction_sim.hpp"

namespace webcalling::messaging {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class DeliveryTest : public testing::Test, private Delivery::Listener, private sip::TransactionLayer::User {
 protected:
  DeliveryTest() { transactions.set_user(*this); }

  static call::Destination device(std::uint16_t port) {
    call::Destination to;
    to.contact = *sip::Uri::parse("sip:1002@10.0.0.2");
    to.flow = {.local = {IpAddress::v4(0x0a000001), 5060}, .remote = {IpAddress::v4(0x0a000002), port}};
    return to;
  }
  static call::Destination device_with_two_ways(std::uint16_t first, std::uint16_t second) {
    auto to = device(first);
    to.alternatives.push_back(device(second));
    return to;
  }
  void deliver(const std::vector<call::Destination>& devices) {
    delivery = Delivery::start({timers, random, transactions, "WebCalling"}, *this,
                               {.sender = {.extension = "1001", .display_name = "Alice"},
                                .recipient = "1002",
                                .fields = {{"Content-Type", "text/plain"}},
                                .body = "hi"},
                               devices);
  }
  /// The device at this port answers what was sent to it last.
  void answer(std::uint16_t port, int status) {
    for (std::size_t i = sent.count(); i-- > 0;) {
      if (sent.all[i].flow.remote.port != port) continue;
      const auto response = sip::make_response(sent.request(i), status, "theirs");
      return transactions.receive(response.write(), sent.all[i].flow);
    }
    FAIL() << "nothing was sent to " << port;
  }
  void pass(Duration time) { timers.advance(timers.now() + time); }
  /// Where it has been sent, repetitions left out.
  std::vector<std::uint16_t> asked() {
    std::vector<std::uint16_t> ports;
    for (const auto& each : sent.all) {
      const auto port = each.flow.remote.port;
      if (std::find(ports.begin(), ports.end(), port) == ports.end()) ports.push_back(port);
    }
    return ports;
  }

  TimerQueue timers{TimePoint{1000s}};
  SeededRandom random{7};
  sip::SentMessages sent;
  sip::TransactionLayer transactions{timers, random, sent};
  std::shared_ptr<Delivery> delivery;
  std::vector<std::string> told;

 private:
  void on_outcome(Outcome outcome, int status) override {
    constexpr std::array kNames{"taken", "declined", "refused", "failed"};
    told.push_back(fmt::format("{} {}", kNames.at(static_cast<std::size_t>(outcome)), status));
  }
  void on_finished() override { told.emplace_back("finished"); }
  void on_request(const sip::Request&, const sip::Flow&) override {}
  void on_cancel(sip::ServerTransactionId, const sip::Request&) override {}
  void on_server_failure(sip::ServerTransactionId) override {}
};

TEST_F(DeliveryTest, IsTakenWithTheFirstSuccessAndFinishedWithTheLast) {
  deliver({device(1), device(2)});
  answer(2, 200);
  EXPECT_THAT(told, ElementsAre("taken 200"));
  answer(1, 486);
  EXPECT_THAT(told, ElementsAre("taken 200", "finished"));
  EXPECT_EQ(transactions.unanswered(), 0u);
}

TEST_F(DeliveryTest, DoesNotWaitLongForSilentDevicesOnceOneHasIt) {
  deliver({device(1), device(2)});
  answer(2, 202);
  pass(3s);
  EXPECT_THAT(told, ElementsAre("taken 200", "finished"));
  answer(1, 200);
  pass(1min);
  EXPECT_THAT(told, ElementsAre("taken 200", "finished")) << "each is told once";
}

TEST_F(DeliveryTest, TellsWhetherItIsWorthAnotherTry) {
  const auto verdict = [this](int first, int second) {
    told.clear();
    deliver({device(1), device(2)});
    answer(1, first);
    EXPECT_THAT(told, IsEmpty());
    answer(2, second);
    return told.front();
  };
  EXPECT_EQ(verdict(415, 405), "refused 0");
  EXPECT_EQ(verdict(415, 480), "failed 0");
  EXPECT_EQ(verdict(501, 603), "declined 603");
  EXPECT_EQ(verdict(401, 407), "failed 0") << "challenges are not answered (ATTACKS S4)";
}

TEST_F(DeliveryTest, FailsWhenNobodyAnswers) {
  deliver({device(1)});
  pass(31s);
  EXPECT_THAT(told, IsEmpty());
  pass(2s);
  EXPECT_THAT(told, ElementsAre("failed 0", "finished"));
}

TEST_F(DeliveryTest, TakesTheNextWayWhenOneFails) {
  deliver({device_with_two_ways(1, 2)});
  EXPECT_THAT(asked(), ElementsAre(1));
  answer(1, 430);
  EXPECT_THAT(asked(), ElementsAre(1, 2));
  answer(2, 200);
  EXPECT_THAT(told, ElementsAre("taken 200", "finished"));
}

TEST_F(DeliveryTest, TakesTheNextWayWhenOneIsSilent) {
  deliver({device_with_two_ways(1, 2)});
  pass(4s);
  EXPECT_THAT(asked(), ElementsAre(1));
  pass(2s);
  EXPECT_THAT(asked(), ElementsAre(1, 2));
  answer(2, 480);
  EXPECT_THAT(told, IsEmpty()) << "the silent way may still answer";
  answer(1, 200);
  EXPECT_THAT(told, ElementsAre("taken 200", "finished"));
}

TEST_F(DeliveryTest, AsksNoOtherWayWhenTheDeviceItselfHasAnswered) {
  deliver({device_with_two_ways(1, 2)});
  answer(1, 415);
  EXPECT_THAT(asked(), ElementsAre(1));
  EXPECT_THAT(told, ElementsAre("refused 0", "finished"));
}

TEST_F(DeliveryTest, MayBeForgottenWhileAnswersAreAwaited) {
  deliver({device(1), device_with_two_ways(2, 3)});
  delivery.reset();
  answer(1, 200);
  pass(1min);
  EXPECT_THAT(told, IsEmpty());
}

}  // namespace
}  // namespace webcalling::messaging
