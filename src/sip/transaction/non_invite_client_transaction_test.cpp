#include "sip/transaction/non_invite_client_transaction.hpp"

#include "sip/transaction/transaction_sim.hpp"

namespace webcalling::sip {
namespace {

using State = NonInviteClientTransaction::State;
using testing::ElementsAre;

const RequestText kOptions{.method = "OPTIONS"};

struct Sim : TransactionSim {
  explicit Sim(const Flow& flow = udp_flow()) : machine(context, ClientTransactionId{1}, kOptions.request(), flow) {}

  void receive(int status) {
    machine.receive(make_response(kOptions.request(), status, "bobs"));
    outbox.deliver();
  }

  NonInviteClientTransaction machine;
};

TEST(NonInviteClientTransaction, RetransmitsOnTimerEDoublingUpToT2AndEndsWith408OnTimerF) {
  Sim sim;
  sim.advance(500ms + 1s + 2s + 4s);
  EXPECT_EQ(sim.sent.count(), 5U);
  sim.advance(4s);
  EXPECT_EQ(sim.sent.count(), 6U);
  sim.advance(21s);
  EXPECT_EQ(sim.sent.count(), 11U);
  EXPECT_THAT(sim.statuses(), ElementsAre(408));
  EXPECT_EQ(sim.timers.size(), 0U);
}

TEST(NonInviteClientTransaction, SendsOnlyOnceOverAConnection) {
  Sim sim(ws_flow());
  sim.advance(33s);
  EXPECT_EQ(sim.sent.count(), 1U);
  EXPECT_THAT(sim.statuses(), ElementsAre(408));
}

TEST(NonInviteClientTransaction, ProvisionalResponseSlowsRetransmissionToT2ButKeepsTheTimeLimit) {
  Sim sim;
  sim.receive(100);
  sim.advance(500ms);
  EXPECT_EQ(sim.sent.count(), 2U);
  sim.advance(3999ms);
  EXPECT_EQ(sim.sent.count(), 2U);
  sim.advance(1ms);
  EXPECT_EQ(sim.sent.count(), 3U);
  sim.advance(28s);
  EXPECT_THAT(sim.statuses(), ElementsAre(100, 408));
}

TEST(NonInviteClientTransaction, AbsorbsRepeatedFinalResponsesUntilTimerK) {
  Sim sim;
  sim.receive(200);
  sim.receive(200);
  EXPECT_THAT(sim.statuses(), ElementsAre(200));
  sim.advance(4999ms);
  EXPECT_EQ(sim.machine.state(), State::Completed);
  sim.advance(1ms);
  EXPECT_EQ(sim.machine.state(), State::Terminated);
  EXPECT_EQ(sim.sent.count(), 1U);
  EXPECT_EQ(sim.timers.size(), 0U);
}

TEST(NonInviteClientTransaction, FinalResponseOverAConnectionEndsItAtOnce) {
  Sim sim(tcp_flow());
  sim.receive(404);
  EXPECT_EQ(sim.machine.state(), State::Terminated);
  EXPECT_EQ(sim.timers.size(), 0U);
}

TEST(NonInviteClientTransaction, LostTransportIsALocal503) {
  Sim sim;
  sim.machine.fail_transport();
  EXPECT_THAT(sim.statuses(), ElementsAre(503));
  EXPECT_EQ(sim.count<ClientTransactionEnded>(), 1U);
  sim.machine.fail_transport();
  EXPECT_EQ(sim.count<ClientTransactionEnded>(), 1U);
}

}  // namespace
}  // namespace webcalling::sip
