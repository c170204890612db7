#include "sip/transaction/invite_client_transaction.hpp"

#include <optional>

#include "sip/transaction/transaction_sim.hpp"

namespace webcalling::sip {
namespace {

using State = InviteClientTransaction::State;
using testing::ElementsAre;

struct Sim : TransactionSim {
  explicit Sim(const Flow& flow = udp_flow())
      : machine(context, ClientTransactionId{1}, RequestText{}.request(), flow) {}

  void receive(int status, std::string_view tag = "bobs") {
    machine.receive(make_response(RequestText{}.request(), status, tag));
    outbox.deliver();
  }

  InviteClientTransaction machine;
};

TEST(InviteClientTransaction, RetransmitsOnTimerADoublingWithoutLimitAndEndsWith408OnTimerB) {
  Sim sim;
  EXPECT_EQ(sim.sent.count(), 1U);
  sim.advance(499ms);
  EXPECT_EQ(sim.sent.count(), 1U);
  sim.advance(1ms);
  EXPECT_EQ(sim.sent.count(), 2U);
  sim.advance(1s + 2s + 4s + 8s);
  EXPECT_EQ(sim.sent.count(), 6U);
  sim.advance(16s + 500ms);
  EXPECT_EQ(sim.sent.count(), 7U);
  EXPECT_THAT(sim.statuses(), ElementsAre(408));
  EXPECT_EQ(sim.machine.state(), State::Terminated);
  EXPECT_EQ(sim.count<ClientTransactionEnded>(), 1U);
  EXPECT_EQ(sim.timers.size(), 0U);
}

TEST(InviteClientTransaction, SendsOnlyOnceOverAConnection) {
  Sim sim(tcp_flow());
  sim.advance(33s);
  EXPECT_EQ(sim.sent.count(), 1U);
  EXPECT_THAT(sim.statuses(), ElementsAre(408));
}

TEST(InviteClientTransaction, ProvisionalResponseEndsRetransmissionAndTheTimeLimit) {
  Sim sim;
  sim.receive(100);
  sim.receive(180);
  sim.advance(10min);
  EXPECT_EQ(sim.sent.count(), 1U);
  EXPECT_THAT(sim.statuses(), ElementsAre(100, 180));
  EXPECT_EQ(sim.machine.state(), State::Proceeding);
}

TEST(InviteClientTransaction, AcknowledgesAFailureItselfAndEveryRepetitionOfItUntilTimerD) {
  Sim sim;
  sim.receive(486);
  sim.receive(486);
  EXPECT_THAT(sim.sent.first_lines(),
              ElementsAre("INVITE sip:bob@example.com SIP/2.0", "ACK sip:bob@example.com SIP/2.0",
                          "ACK sip:bob@example.com SIP/2.0"));
  EXPECT_EQ(sim.sent.request(1).to_tag(), "bobs");
  EXPECT_THAT(sim.statuses(), ElementsAre(486));
  sim.advance(32s);
  EXPECT_EQ(sim.machine.state(), State::Terminated);
  EXPECT_EQ(sim.timers.size(), 0U);
}

TEST(InviteClientTransaction, FailureOverAConnectionEndsItAtOnce) {
  Sim sim(tcp_flow());
  sim.receive(486);
  EXPECT_EQ(sim.machine.state(), State::Terminated);
  EXPECT_EQ(sim.sent.count(), 2U);
  EXPECT_EQ(sim.timers.size(), 0U);
}

TEST(InviteClientTransaction, PassesEvery2xxUpUntilTimerMAndNeverAcknowledgesIt) {
  Sim sim;
  sim.receive(200, "fork1");
  sim.receive(200, "fork1");
  sim.receive(200, "fork2");
  sim.receive(486, "fork3");
  EXPECT_THAT(sim.statuses(), ElementsAre(200, 200, 200));
  EXPECT_EQ(sim.sent.count(), 1U);
  sim.advance(32s);
  EXPECT_EQ(sim.machine.state(), State::Terminated);
  sim.receive(200, "late");
  EXPECT_EQ(sim.statuses().size(), 3U);
}

TEST(InviteClientTransaction, CancelOfARingingCallGoesOutAtOnce) {
  Sim sim;
  sim.receive(180);
  sim.machine.cancel("SIP;cause=200");
  ASSERT_EQ(sim.count<CancelDue>(), 1U);
  EXPECT_EQ(std::get<CancelDue>(sim.events.back()).cancel.header(HeaderName::Reason), "SIP;cause=200");
  sim.receive(487);
  EXPECT_THAT(sim.statuses(), ElementsAre(180, 487));
  EXPECT_EQ(sim.machine.state(), State::Completed);
}

TEST(InviteClientTransaction, CancelWaitsForAProvisionalResponse) {
  Sim sim;
  sim.machine.cancel(std::nullopt);
  EXPECT_EQ(sim.count<CancelDue>(), 0U);
  sim.advance(500ms);
  EXPECT_EQ(sim.sent.count(), 2U) << "the INVITE is still retransmitted";
  sim.receive(100);
  EXPECT_EQ(sim.count<CancelDue>(), 1U);
  EXPECT_EQ(sim.machine.state(), State::Cancelling);
}

TEST(InviteClientTransaction, CancelTwiceIsCancelOnce) {
  Sim sim;
  sim.machine.cancel(std::nullopt);
  sim.machine.cancel(std::nullopt);
  sim.receive(180);
  sim.receive(180);
  sim.machine.cancel(std::nullopt);
  EXPECT_EQ(sim.count<CancelDue>(), 1U);
}

TEST(InviteClientTransaction, CancelledCallThatNeverEndsGetsALocal487) {
  Sim sim;
  sim.receive(180);
  sim.machine.cancel(std::nullopt);
  sim.advance(31s);
  sim.receive(180);
  sim.advance(1s);
  EXPECT_THAT(sim.statuses(), ElementsAre(180, 180, 487));
  EXPECT_EQ(sim.timers.size(), 0U);
}

TEST(InviteClientTransaction, AnswerThatCrossesTheCancelIsAnAnswer) {
  Sim sim;
  sim.receive(180);
  sim.machine.cancel(std::nullopt);
  sim.receive(200);
  EXPECT_THAT(sim.statuses(), ElementsAre(180, 200));
  EXPECT_EQ(sim.machine.state(), State::Accepted);
}

TEST(InviteClientTransaction, CancelAfterTheFinalResponseDoesNothing) {
  Sim answered;
  answered.receive(200);
  answered.machine.cancel(std::nullopt);
  EXPECT_EQ(answered.count<CancelDue>(), 0U);
  Sim refused;
  refused.receive(603);
  refused.machine.cancel(std::nullopt);
  EXPECT_EQ(refused.count<CancelDue>(), 0U);
}

TEST(InviteClientTransaction, LostTransportIsALocal503UnlessTheCallHasItsFinalResponse) {
  Sim calling;
  calling.machine.fail_transport();
  EXPECT_THAT(calling.statuses(), ElementsAre(503));
  Sim answered;
  answered.receive(200);
  answered.machine.fail_transport();
  EXPECT_THAT(answered.statuses(), ElementsAre(200));
  EXPECT_EQ(answered.machine.state(), State::Terminated);
}

}  // namespace
}  // namespace webcalling::sip
