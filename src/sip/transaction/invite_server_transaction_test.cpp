#include "sip/transaction/invite_server_transaction.hpp"

#include "sip/transaction/transaction_sim.hpp"

namespace webcalling::sip {
namespace {

using State = InviteServerTransaction::State;
using testing::ElementsAre;

struct Sim : TransactionSim {
  explicit Sim(const Flow& flow = udp_flow())
      : machine(context, ServerTransactionId{1}, RequestText{}.request(), reply_path(RequestText{}.request(), flow)) {}

  void respond(int status) {
    machine.respond(make_response(RequestText{}.request(), status, status == 100 ? "" : "ours"));
    outbox.deliver();
  }

  InviteServerTransaction machine;
};

TEST(InviteServerTransaction, SaysTryingAtOnceAndRepeatsTheLastProvisionalResponse) {
  Sim sim;
  EXPECT_THAT(sim.sent.first_lines(), ElementsAre("SIP/2.0 100 Trying"));
  sim.machine.receive_retransmission();
  sim.respond(180);
  sim.machine.receive_retransmission();
  EXPECT_THAT(sim.sent.first_lines(),
              ElementsAre("SIP/2.0 100 Trying", "SIP/2.0 100 Trying", "SIP/2.0 180 Ringing", "SIP/2.0 180 Ringing"));
}

TEST(InviteServerTransaction, RetransmitsFinalResponseOnTimerG) {
  Sim sim;
  sim.respond(486);
  EXPECT_EQ(sim.sent.count(), 2U);
  sim.advance(500ms);
  EXPECT_EQ(sim.sent.count(), 3U);
  sim.advance(1s + 2s + 4s + 4s);
  EXPECT_EQ(sim.sent.count(), 7U);
}

TEST(InviteServerTransaction, RetransmittedInviteMeetsTheFinalResponse) {
  Sim sim;
  sim.respond(486);
  sim.machine.receive_retransmission();
  EXPECT_EQ(sim.sent.first_line(2), "SIP/2.0 486 Busy Here");
}

TEST(InviteServerTransaction, AbsorbsAckAfterFinalResponseAndEndsOnTimerI) {
  Sim sim;
  sim.respond(486);
  EXPECT_FALSE(sim.machine.receive_ack());
  EXPECT_FALSE(sim.machine.receive_ack());
  sim.machine.receive_retransmission();
  EXPECT_EQ(sim.machine.state(), State::Confirmed);
  sim.advance(5s);
  EXPECT_EQ(sim.machine.state(), State::Terminated);
  EXPECT_EQ(sim.sent.count(), 2U);
  EXPECT_EQ(sim.count<ServerTransactionFailed>(), 0U);
  EXPECT_EQ(sim.timers.size(), 0U);
}

TEST(InviteServerTransaction, FailureOverAConnectionIsSentOnceAndEndsWithItsAck) {
  Sim sim(tcp_flow());
  sim.respond(486);
  sim.advance(10s);
  EXPECT_EQ(sim.sent.count(), 2U);
  EXPECT_FALSE(sim.machine.receive_ack());
  EXPECT_EQ(sim.count<ServerTransactionEnded>(), 1U);
  EXPECT_EQ(sim.timers.size(), 0U);
}

TEST(InviteServerTransaction, FailureWithoutAckIsReportedOnTimerHAfterTheTransactionIsGone) {
  Sim sim;
  sim.respond(486);
  sim.advance(32s);
  ASSERT_EQ(sim.events.size(), 2U);
  EXPECT_TRUE(std::holds_alternative<ServerTransactionEnded>(sim.events[0]));
  EXPECT_TRUE(std::holds_alternative<ServerTransactionFailed>(sim.events[1]));
  EXPECT_EQ(sim.timers.size(), 0U);
}

TEST(InviteServerTransaction, RepeatsA2xxOverEveryTransportUntilItIsAcknowledged) {
  for (const Flow& flow : {udp_flow(), tcp_flow(), ws_flow()}) {
    Sim sim(flow);
    sim.respond(200);
    sim.advance(500ms + 1s + 2s + 4s + 4s);
    EXPECT_EQ(sim.sent.count(), 7U) << text(flow.kind);
    sim.machine.acknowledge();
    sim.machine.receive_retransmission();
    sim.advance(32s);
    EXPECT_EQ(sim.sent.count(), 7U) << text(flow.kind);
    EXPECT_EQ(sim.machine.state(), State::Terminated);
    EXPECT_EQ(sim.count<ServerTransactionFailed>(), 0U);
    EXPECT_EQ(sim.timers.size(), 0U);
  }
}

TEST(InviteServerTransaction, AnswerThatIsNeverAcknowledgedFailsAfter64T1) {
  Sim sim(ws_flow());
  sim.respond(200);
  sim.advance(31999ms);
  EXPECT_EQ(sim.count<ServerTransactionFailed>(), 0U);
  sim.advance(1ms);
  EXPECT_EQ(sim.count<ServerTransactionFailed>(), 1U);
  EXPECT_EQ(sim.timers.size(), 0U);
}

TEST(InviteServerTransaction, AckWithTheBranchOfTheInviteIsTheUsersIfItAnswersA2xx) {
  Sim sim;
  sim.respond(200);
  EXPECT_TRUE(sim.machine.receive_ack());
  EXPECT_EQ(sim.machine.state(), State::Accepted);
}

TEST(InviteServerTransaction, AckBeforeAnyFinalResponseIsIgnored) {
  Sim sim;
  EXPECT_FALSE(sim.machine.receive_ack());
  sim.machine.acknowledge();
  EXPECT_EQ(sim.machine.state(), State::Proceeding);
}

TEST(InviteServerTransaction, OnlyTheFirstFinalResponseCounts) {
  Sim sim;
  sim.respond(486);
  sim.respond(200);
  sim.respond(180);
  EXPECT_THAT(sim.sent.first_lines(), ElementsAre("SIP/2.0 100 Trying", "SIP/2.0 486 Busy Here"));
  Sim answered;
  answered.respond(200);
  answered.respond(486);
  EXPECT_EQ(answered.sent.count(), 2U);
}

TEST(InviteServerTransaction, RemembersItsTag) {
  Sim sim;
  EXPECT_EQ(sim.machine.local_tag(), "");
  sim.respond(180);
  EXPECT_EQ(sim.machine.local_tag(), "ours");
}

TEST(InviteServerTransaction, LostTransportIsReportedOnlyIfSomethingIsStillToBeSaid) {
  Sim ringing(ws_flow());
  ringing.machine.fail_transport();
  EXPECT_EQ(ringing.count<ServerTransactionFailed>(), 1U);
  Sim settled(ws_flow());
  settled.respond(200);
  settled.machine.acknowledge();
  settled.machine.fail_transport();
  EXPECT_EQ(settled.count<ServerTransactionFailed>(), 0U);
  EXPECT_EQ(settled.count<ServerTransactionEnded>(), 1U);
}

}  // namespace
}  // namespace webcalling::sip
