#include "sip/message/call_headers.hpp"
#include "sip/message/headers.hpp"
#include "support/story.hpp"

namespace webcalling::sim {
namespace {

using sip::Method;

/// Behind Bob's address is a proxy that forks the call (RFC 3261 sections 12.1.2 and 13.2.2.4): what comes from there
/// has several To tags. Bob himself says nothing; the forks speak over his flow, and repeat themselves as datagrams
/// need it.
class ForkingDownstream : public Story {
 protected:
  void SetUp() override { bob.habits().rings = false; }

  /// The INVITE has reached the proxy.
  bool call() { return ring(alice, bob); }

  sip::Response response_of(const std::string& fork, int status) {
    auto response = sip::make_response(bob.call().invite(), status, fork);
    sip::Contact contact;
    contact.uri.user = fork;
    contact.uri.host = bob.address().address.text();
    contact.uri.port = bob.address().port;
    response.add(contact);
    return response;
  }
  /// Three times, as of three datagrams one gets through.
  void say(const sip::Response& response) {
    for (const Duration delay : {0ms, 500ms, 1000ms}) {
      bob.later(delay, [this, text = response.write()] { net.carry_to_pbx(bob, bob.flow(), text); });
    }
  }
  void ring_at(const std::string& fork) { say(response_of(fork, 180)); }
  void announce_at(const std::string& fork, bool reliably = false) {
    auto response = response_of(fork, 183);
    if (reliably) {
      response.add(sip::HeaderName::Require, "100rel");
      response.add(sip::RSeq{1});
    }
    response.set_body("application/sdp", bob.call().media().answer(bob.call().invite().body()));
    say(response);
  }
  void answer_at(const std::string& fork) {
    auto response = response_of(fork, 200);
    response.set_body("application/sdp", bob.call().media().answer(bob.call().invite().body()));
    say(response);
  }
  /// The proxy's own transaction is over.
  void done() {
    bob.hang_up();
    net.run_until_idle();
  }

  /// How often the PBX has sent such a request to a fork.
  std::size_t count(std::string_view method, std::string_view fork) const {
    const std::string ladder = net.ladder();
    const std::string wanted = fmt::format(" pbx -> {}: {} sip:{}@", bob.extension(), method, fork);
    std::size_t times = 0;
    for (auto at = ladder.find(wanted); at != std::string::npos; at = ladder.find(wanted, at + 1)) ++times;
    return times;
  }
  bool has_sent(std::string_view method, std::string_view fork) {
    return eventually([&] { return count(method, fork) > 0; });
  }

  SimPhone& alice = net.phone("1002");
  SimPhone& bob = net.phone("1001");
};
INSTANTIATE_TEST_SUITE_P(, ForkingDownstream, any_weather(), weather_name);

TEST_P(ForkingDownstream, RingsInTwoPlacesAndIsAnsweredInOne) {
  ASSERT_TRUE(call());
  ring_at("kitchen");
  ring_at("office");
  net.run_for(2s);
  answer_at("office");
  ASSERT_TRUE(eventually([&] { return alice.talking(); }));
  ASSERT_TRUE(has_sent("ACK", "office"));
  EXPECT_EQ(count("ACK", "kitchen"), 0u);
  alice.hang_up();
  ASSERT_TRUE(has_sent("BYE", "office"));
  EXPECT_EQ(count("BYE", "kitchen"), 0u);
  done();
}

// RFC 3261 section 13.2.2.4: the second answer is acknowledged and ended.
TEST_P(ForkingDownstream, AnswersInTwoPlacesAndKeepsTheFirst) {
  ASSERT_TRUE(call());
  ring_at("kitchen");
  answer_at("office");
  ASSERT_TRUE(eventually([&] { return alice.talking(); }));
  answer_at("kitchen");
  ASSERT_TRUE(has_sent("BYE", "kitchen"));
  EXPECT_GE(count("ACK", "kitchen"), 1u);
  settle();
  EXPECT_TRUE(alice.talking());
  EXPECT_EQ(count("BYE", "office"), 0u);
  alice.hang_up();
  ASSERT_TRUE(has_sent("BYE", "office"));
  done();
}

// RFC 3262 section 4: each early dialog counts its reliable responses for itself.
TEST_P(ForkingDownstream, AcknowledgesReliableRingingOfEachFork) {
  ASSERT_TRUE(call());
  announce_at("kitchen", true);
  announce_at("office", true);
  ASSERT_TRUE(has_sent("PRACK", "kitchen"));
  ASSERT_TRUE(has_sent("PRACK", "office"));
  net.run_for(2s);
  answer_at("kitchen");
  ASSERT_TRUE(eventually([&] { return alice.talking(); }));
  ASSERT_TRUE(has_sent("ACK", "kitchen"));
  alice.hang_up();
  ASSERT_TRUE(has_sent("BYE", "kitchen"));
  done();
}

// The answers have crossed our CANCEL, from both forks.
TEST_P(ForkingDownstream, IsEndedInBothPlacesIfTheyAnswerACancelledCall) {
  ASSERT_TRUE(call());
  ring_at("kitchen");
  ring_at("office");
  net.run_for(2s);
  alice.hang_up();
  net.run_for(GetParam().latency / 2);
  answer_at("kitchen");
  answer_at("office");
  net.run_for(4s);
  done();
  EXPECT_FALSE(alice.in_call());
  EXPECT_EQ(count("ACK", "kitchen") > 0, count("BYE", "kitchen") > 0) << "an answer that came through is ended";
  EXPECT_EQ(count("ACK", "office") > 0, count("BYE", "office") > 0);
}

TEST_P(ForkingDownstream, HearsTheEarlyMediaOfWhoeverAnswers) {
  ASSERT_TRUE(call());
  announce_at("kitchen");
  announce_at("office");
  net.run_for(2s);
  answer_at("kitchen");
  ASSERT_TRUE(eventually([&] { return alice.talking(); }));
  ASSERT_TRUE(has_sent("ACK", "kitchen"));
  EXPECT_EQ(net.media().open_legs(), 2u);
  alice.hang_up();
  ASSERT_TRUE(has_sent("BYE", "kitchen"));
  done();
}

/// ATTACKS S40: ACKs that nobody asked for, at every moment of a call, within every dialog that there could be.
class SpammedAcknowledgements : public Story {
 protected:
  /// Of the call, of a dialog that never was, and of no dialog.
  void spam(SimPhone& phone) {
    if (!phone.has_been_called()) return;
    const std::optional<sip::Dialog>& dialog = phone.call().dialog();
    for (std::uint32_t cseq = 0; cseq < 5; ++cseq) {
      if (dialog) phone.transactions().send_ack(dialog->make_ack(cseq), phone.flow());
      sip::Request stray(Method::Ack, phone.uri_of("1001"));
      sip::From from;
      from.uri = phone.uri_of(phone.extension());
      from.parameters.set("tag", phone.random().token(8));
      sip::To to;
      to.uri = phone.uri_of("1001");
      if (cseq % 2 == 0) to.parameters.set("tag", phone.random().token(8));
      stray.add(from);
      stray.add(to);
      stray.add(sip::HeaderName::CallId, phone.call().invite().call_id());
      stray.add(sip::CSeq{cseq, Method::Ack, "ACK"});
      stray.add(sip::HeaderName::MaxForwards, "70");
      phone.transactions().send_ack(std::move(stray), phone.flow());
    }
  }

  SimPhone& alice = net.phone("1002");
  SimPhone& bob = net.phone("1001");
};
INSTANTIATE_TEST_SUITE_P(, SpammedAcknowledgements, any_weather(), weather_name);

TEST_P(SpammedAcknowledgements, DisturbNoCall) {
  ASSERT_TRUE(ring(alice, bob));
  spam(alice);
  spam(bob);
  bob.answer();
  spam(alice);
  spam(bob);
  ASSERT_TRUE(eventually([&] { return alice.talking() && bob.talking(); }));
  spam(alice);
  spam(bob);
  alice.hold();
  spam(alice);
  ASSERT_TRUE(reinvited(alice, 200));
  settle();
  EXPECT_TRUE(alice.talking() && bob.talking());
  alice.hang_up();
  spam(alice);
  spam(bob);
  net.run_until_idle();
  spam(alice);
  spam(bob);
  net.run_until_idle();
  EXPECT_EQ(net.pbx().active_transactions(), 0u);
}

TEST_P(SpammedAcknowledgements, DisturbNoRefusal) {
  bob.refuse(486);
  alice.dial("1001");
  for (int i = 0; i < 20; ++i) {
    net.run_for(GetParam().latency / 2);
    spam(alice);
  }
  net.run_until_idle();
  EXPECT_EQ(alice.call().final_status(), 486);
}

}  // namespace
}  // namespace webcalling::sim
