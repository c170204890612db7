#include "sip/transaction/non_invite_server_transaction.hpp"

#include "sip/transaction/transaction_sim.hpp"

namespace webcalling::sip {
namespace {

using State = NonInviteServerTransaction::State;
using testing::ElementsAre;

const RequestText kBye{.method = "BYE"};

struct Sim : TransactionSim {
  explicit Sim(const Flow& flow = udp_flow())
      : machine(context, ServerTransactionId{1}, reply_path(kBye.request(), flow)) {}

  void respond(int status) { machine.respond(make_response(kBye.request(), status, "ours")); }

  NonInviteServerTransaction machine;
};

TEST(NonInviteServerTransaction, AbsorbsRetransmissionsUntilItIsAnsweredAndThenRepeatsTheAnswer) {
  Sim sim;
  sim.machine.receive_retransmission();
  EXPECT_EQ(sim.sent.count(), 0U);
  sim.respond(200);
  sim.machine.receive_retransmission();
  EXPECT_THAT(sim.sent.first_lines(), ElementsAre("SIP/2.0 200 OK", "SIP/2.0 200 OK"));
}

TEST(NonInviteServerTransaction, RepeatsAProvisionalResponseToo) {
  Sim sim;
  sim.respond(182);
  sim.machine.receive_retransmission();
  sim.respond(200);
  sim.respond(500);
  EXPECT_THAT(sim.sent.first_lines(), ElementsAre("SIP/2.0 182 Queued", "SIP/2.0 182 Queued", "SIP/2.0 200 OK"));
}

TEST(NonInviteServerTransaction, IsForgottenOnTimerJ) {
  Sim sim;
  sim.advance(10s);
  sim.respond(200);
  sim.advance(31999ms);
  EXPECT_EQ(sim.machine.state(), State::Completed);
  sim.advance(1ms);
  EXPECT_EQ(sim.machine.state(), State::Terminated);
  EXPECT_EQ(sim.count<ServerTransactionEnded>(), 1U);
  EXPECT_EQ(sim.timers.size(), 0U);
}

TEST(NonInviteServerTransaction, EndsAtOnceOverAConnection) {
  Sim sim(tcp_flow());
  sim.respond(200);
  EXPECT_EQ(sim.machine.state(), State::Terminated);
  EXPECT_EQ(sim.count<ServerTransactionEnded>(), 1U);
  EXPECT_EQ(sim.timers.size(), 0U);
}

TEST(NonInviteServerTransaction, IsForgottenIfNobodyAnswersIt) {
  Sim sim;
  sim.advance(32s);
  EXPECT_EQ(sim.machine.state(), State::Terminated);
  sim.respond(200);
  EXPECT_EQ(sim.sent.count(), 0U);
}

TEST(NonInviteServerTransaction, LostTransportIsReportedOnlyBeforeTheAnswer) {
  Sim waiting;
  waiting.machine.fail_transport();
  EXPECT_EQ(waiting.count<ServerTransactionFailed>(), 1U);
  Sim answered;
  answered.respond(200);
  answered.machine.fail_transport();
  EXPECT_EQ(answered.count<ServerTransactionFailed>(), 0U);
  EXPECT_EQ(answered.machine.state(), State::Terminated);
}

}  // namespace
}  // namespace webcalling::sip
