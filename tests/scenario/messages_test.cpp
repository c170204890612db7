#include <fmt/format.h>

#include "sip/message/headers.hpp"
#include "support/story.hpp"

namespace webcalling::sim {
namespace {

using sip::TransportKind;
using testing::AllOf;
using testing::AnyOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;
using testing::SizeIs;

/// A text of ten bytes that is easily spoilt.
constexpr std::string_view kSmile = "sm\xc3\xb6rg\r\n\xe2\x9c\x93";

class Messages : public Story {
 protected:
  explicit Messages(const Pbx::Settings& settings = {}) : Story(settings) {}

  /// It comes back: with all that it forgot meanwhile.
  void come_back(SimPhone& phone) {
    phone.sign_in();
    net.run_until_idle();
  }
  [[nodiscard]] std::size_t kept() { return net.pbx().messenger().kept(); }
  static std::string line(const sip::Request& message, std::string_view name) {
    return std::string(message.header(name).value_or("(none)"));
  }
};
INSTANTIATE_TEST_SUITE_P(, Messages, any_weather(), weather_name);

TEST_P(Messages, ReachAPhoneByteForByteInOurWords) {
  auto& alice = net.phone("1001");
  auto& bob = net.phone("1002", TransportKind::Ws);
  sip::Request message(sip::Method::Message, alice.uri_of("1002"));
  message.add("X-Secret", "not for others");
  message.add("Subject", "Lunch");
  message.add(sip::HeaderName::Contact, "<sip:1001@10.0.0.66>");
  message.set_body("text/plain;charset=utf-8", kSmile);
  alice.write_message(std::move(message));
  net.run_until_idle();
  EXPECT_THAT(alice.written_statuses(), ElementsAre(200));
  ASSERT_THAT(bob.messages(), SizeIs(1));
  const sip::Request& got = bob.messages().front();
  EXPECT_EQ(got.body(), kSmile);
  EXPECT_EQ(line(got, "Content-Type"), "text/plain;charset=utf-8");
  EXPECT_EQ(line(got, "Subject"), "Lunch");
  EXPECT_THAT(line(got, "From"), HasSubstr("\"Phone 1001\" <sip:1001@10.0.0.1>;tag="));
  EXPECT_EQ(line(got, "To"), "<sip:1002@10.0.0.1>");
  EXPECT_EQ(got.uri(), bob.contact().uri);
  EXPECT_NE(got.call_id(), alice.written().front()->request.call_id());
  EXPECT_TRUE(got.has(sip::HeaderName::Date));
  EXPECT_FALSE(got.header("X-Secret") || got.has(sip::HeaderName::ProxyAuthorization));
  EXPECT_FALSE(got.has(sip::HeaderName::Contact)) << "RFC 3428 section 4";
}

TEST_P(Messages, ReachEveryPhoneOfTheExtension) {
  auto& alice = net.phone("1001", TransportKind::Tcp);
  auto& desk = net.phone("1002");
  auto& web = net.phone("1002", TransportKind::Ws);
  alice.write("1002", "one");
  alice.write("1002", "two");
  net.run_until_idle();
  EXPECT_THAT(alice.written_statuses(), ElementsAre(200, 200));
  EXPECT_THAT(desk.texts(), testing::UnorderedElementsAre("one", "two"));
  EXPECT_EQ(web.texts(), desk.texts()) << "in the order in which they came to us";
}

TEST_P(Messages, WaitForAPhoneThatIsAwayInTheirOrder) {
  auto& alice = net.phone("1001");
  auto& bob = net.new_phone("1002");
  for (const char* text : {"one", "two", "three"}) {
    alice.write("1002", text);
    net.run_until_idle();
  }
  EXPECT_THAT(alice.written_statuses(), ElementsAre(202, 202, 202));
  EXPECT_EQ(kept(), 3u);
  const std::string sent_at = sip::http_date(WallTime{std::chrono::hours{24 * 365 * 55}});
  net.run_for(1h);
  come_back(bob);
  EXPECT_THAT(bob.texts(), ElementsAre("one", "two", "three"));
  EXPECT_EQ(kept(), 0u);
  // "Mon, 01 Jan 2024 00:": the hour in which it was sent, not that in which it came.
  EXPECT_EQ(line(bob.messages().front(), "Date").substr(0, 19), sent_at.substr(0, 19));
  come_back(bob);
  EXPECT_THAT(bob.messages(), SizeIs(3)) << "once and not again";
}

TEST_P(Messages, ThatWaitGoToTheFirstPhoneThatComesAndToNoOther) {
  auto& alice = net.phone("1001");
  auto& desk = net.new_phone("1002");
  auto& web = net.new_phone("1002", TransportKind::Ws);
  alice.write("1002", "hello");
  net.run_until_idle();
  come_back(web);
  come_back(desk);
  EXPECT_THAT(web.texts(), ElementsAre("hello"));
  EXPECT_THAT(desk.texts(), IsEmpty());
}

TEST_P(Messages, TakeTheirSentDateAlong) {
  auto& alice = net.phone("1001");
  auto& bob = net.phone("1002");
  sip::Request message(sip::Method::Message, alice.uri_of("1002"));
  message.add(sip::HeaderName::Date, "Sat, 13 Nov 2010 23:29:00 GMT");
  message.set_body("text/plain", "late");
  alice.write_message(std::move(message));
  net.run_until_idle();
  ASSERT_THAT(bob.messages(), SizeIs(1));
  EXPECT_EQ(line(bob.messages().front(), "Date"), "Sat, 13 Nov 2010 23:29:00 GMT");
}

TEST_P(Messages, ThatAreRefusedForNowComeAtTheNextRegistration) {
  auto& alice = net.phone("1001");
  auto& bob = net.phone("1002");
  for (const int status : {480, 500, 404}) {
    bob.habits().answers_messages_with = status;
    alice.write("1002", std::to_string(status));
    net.run_until_idle();
  }
  EXPECT_THAT(alice.written_statuses(), Each(202));
  EXPECT_EQ(kept(), 3u);
  bob.habits().answers_messages_with = 200;
  come_back(bob);
  EXPECT_THAT(bob.texts(), testing::AllOf(SizeIs(testing::Ge(3)), testing::Contains("404")));
  const auto texts = bob.texts();
  EXPECT_THAT(std::vector(texts.end() - 3, texts.end()), ElementsAre("480", "500", "404"));
  EXPECT_EQ(kept(), 0u);
}

TEST_P(Messages, ThatOnePhoneCannotShowWaitForAnotherAndHoldUpNothing) {
  auto& alice = net.phone("1001");
  auto& desk = net.phone("1002");
  desk.habits().answers_messages_with = 415;
  alice.write("1002", "a picture");
  net.run_until_idle();
  EXPECT_THAT(alice.written_statuses(), ElementsAre(202));
  desk.habits().answers_messages_with = 200;
  alice.write("1002", "words");
  net.run_until_idle();
  EXPECT_THAT(alice.written_statuses(), ElementsAre(202, 200));
  EXPECT_THAT(desk.texts(), ElementsAre("a picture", "words"));
  auto& web = net.phone("1002", TransportKind::Ws);
  net.run_until_idle();
  EXPECT_THAT(web.texts(), ElementsAre("a picture"));
  EXPECT_EQ(kept(), 0u);
}

TEST_P(Messages, ThatAPersonDeclinesAreNotOfferedAgain) {
  auto& alice = net.phone("1001");
  auto& bob = net.phone("1002");
  bob.habits().answers_messages_with = 603;
  alice.write("1002", "buy this");
  net.run_until_idle();
  EXPECT_THAT(alice.written_statuses(), ElementsAre(603));
  EXPECT_EQ(kept(), 0u);
}

TEST_P(Messages, ToAPhoneThatDiedAreAnsweredInTimeAndComeToTheNextOne) {
  auto& alice = net.phone("1001");
  auto& dead = net.phone("1002");
  dead.vanish();
  alice.write("1002", "one");
  ASSERT_TRUE(eventually([&] { return alice.written_statuses().back() != 0; }));
  EXPECT_THAT(alice.written_statuses(), ElementsAre(202)) << "before its own patience ends";
  alice.write("1002", "two");
  net.run_for(1s);
  auto& heir = net.new_phone("1002", TransportKind::Tcp);
  come_back(heir);
  EXPECT_THAT(alice.written_statuses(), ElementsAre(202, 202));
  EXPECT_THAT(heir.texts(), ElementsAre("one", "two"));
  EXPECT_EQ(kept(), 0u);
}

TEST_P(Messages, OneSilentPhoneDoesNotKeepThemFromTheOther) {
  auto& alice = net.phone("1001");
  auto& dead = net.phone("1002");
  auto& web = net.phone("1002", TransportKind::Ws);
  dead.vanish();
  for (int i = 0; i < 5; ++i) alice.write("1002", std::to_string(i));
  net.run_until_idle();
  // Each gives the silent one two seconds; whose turn comes only after eight hears that his is kept.
  EXPECT_THAT(alice.written_statuses(), AllOf(SizeIs(5), Contains(200), Each(AnyOf(200, 202))));
  EXPECT_THAT(web.texts(), testing::UnorderedElementsAre("0", "1", "2", "3", "4"));
  EXPECT_EQ(kept(), 0u);
}

TEST_P(Messages, OutliveARestart) {
  auto& alice = net.phone("1001");
  auto& bob = net.new_phone("1002");
  alice.write("1002", "one");
  alice.write("1002", "two");
  net.run_until_idle();
  net.restart_pbx();
  EXPECT_EQ(kept(), 2u);
  come_back(bob);
  EXPECT_THAT(bob.texts(), testing::UnorderedElementsAre("one", "two"));
  EXPECT_EQ(kept(), 0u);
}

TEST_P(Messages, AreNotAcceptedThatCouldNotBeWrittenDown) {
  auto& alice = net.phone("1001");
  auto& bob = net.new_phone("1002");
  net.keeper().is_broken = true;
  alice.write("1002", "lost");
  net.run_until_idle();
  EXPECT_THAT(alice.written_statuses(), ElementsAre(500));
  net.keeper().is_broken = false;
  come_back(bob);
  EXPECT_THAT(bob.texts(), IsEmpty());
}

TEST_P(Messages, StayWhenTheDiskCannotBeReadJustNow) {
  auto& alice = net.phone("1001");
  auto& bob = net.new_phone("1002");
  alice.write("1002", "patience");
  net.run_until_idle();
  net.keeper().is_broken = true;
  come_back(bob);
  EXPECT_EQ(kept(), 1u);
  net.keeper().is_broken = false;
  come_back(bob);
  EXPECT_THAT(bob.texts(), ElementsAre("patience"));
}

TEST_P(Messages, OfARemovedAccountAreThrownAway) {
  auto& alice = net.phone("1001");
  net.new_phone("1002");
  alice.write("1002", "too late");
  net.run_until_idle();
  net.pbx().messenger().forget("1002");
  EXPECT_EQ(kept(), 0u);
}

// ATTACKS S1.
TEST_P(Messages, InAForeignNameAreRefused) {
  auto& mallory = net.phone("1001");
  auto& bob = net.phone("1002");
  sip::Request message(sip::Method::Message, mallory.uri_of("1002"));
  message.add(sip::HeaderName::From, "<sip:911@10.0.0.1>;tag=1");
  message.set_body("text/plain", "leave the building");
  mallory.write_message(std::move(message));
  net.run_until_idle();
  EXPECT_THAT(mallory.written_statuses(), ElementsAre(403));
  EXPECT_THAT(bob.messages(), IsEmpty());
}

// ATTACKS S1.
TEST_P(Messages, OfStrangersAreChallengedAndLeaveNothing) {
  auto& bob = net.phone("1002");
  for (const char* user : {"1002", "4711"}) {
    net.send_from_stranger(
        fmt::format("MESSAGE sip:{}@10.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.254:5060;branch=z9hG4bK{}\r\n"
                    "From: <sip:911@10.0.0.1>;tag=1\r\nTo: <sip:{}@10.0.0.1>\r\nCall-ID: {}\r\nCSeq: 1 MESSAGE\r\n"
                    "Content-Type: text/plain\r\nContent-Length: 4\r\n\r\nboo!",
                    user, user, user, user));
  }
  settle();
  EXPECT_THAT(net.answers_to_stranger(), Each(testing::StartsWith("SIP/2.0 401 ")));
  EXPECT_THAT(bob.messages(), IsEmpty());
  EXPECT_EQ(kept(), 0u);
}

TEST_P(Messages, ToNobodyAndInUnknownDialogsAreRefused) {
  auto& alice = net.phone("1001");
  net.phone("1002");
  alice.write("4711", "anybody?");
  alice.write("9196", "echo?");
  sip::Request message(sip::Method::Message, alice.uri_of("1002"));
  message.add(sip::HeaderName::To, "<sip:1002@10.0.0.1>;tag=unknown");
  message.set_body("text/plain", "in no call");
  alice.write_message(std::move(message));
  net.run_until_idle();
  EXPECT_THAT(alice.written_statuses(), ElementsAre(404, 404, 481));
}

// RFC 3428 section 4: some phones write inside the dialog of a call.
TEST_P(Messages, WithinACallReachTheOtherSide) {
  auto& alice = net.phone("1001");
  auto& bob = net.phone("1002", TransportKind::Ws);
  ASSERT_TRUE(connect(alice, bob));
  const auto write_in_call = [&](SimPhone& phone, std::string_view text) {
    auto message = phone.call().dialog()->make_request(sip::Method::Message);
    message.set_body("text/plain", text);
    int status = 0;
    phone.transactions().send_request(message, phone.flow(),
                                      [&status](const sip::Response& response) { status = response.status(); });
    EXPECT_TRUE(eventually([&] { return status != 0; }));
    return status;
  };
  EXPECT_EQ(write_in_call(alice, "from the caller"), 200);
  EXPECT_EQ(write_in_call(bob, "from the callee"), 200);
  EXPECT_THAT(bob.texts(), ElementsAre("from the caller"));
  EXPECT_THAT(alice.texts(), ElementsAre("from the callee"));
  EXPECT_THAT(line(bob.messages().front(), "From"), HasSubstr("\"Phone 1001\" <sip:1001@10.0.0.1>"));
  EXPECT_EQ(bob.messages().front().to_tag(), "") << "outside any dialog";
  EXPECT_TRUE(alice.talking() && bob.talking());
  alice.hang_up();
}

TEST_P(Messages, WithinACallToAServiceAreRefused) {
  auto& alice = net.phone("1001");
  alice.dial("9196");
  ASSERT_TRUE(eventually([&] { return alice.talking(); }));
  auto message = alice.call().dialog()->make_request(sip::Method::Message);
  int status = 0;
  alice.transactions().send_request(message, alice.flow(),
                                    [&status](const sip::Response& response) { status = response.status(); });
  EXPECT_TRUE(eventually([&] { return status == 405; })) << status;
  alice.hang_up();
}

TEST_P(Messages, ThatSomebodyIsTypingAreNotKept) {
  auto& alice = net.phone("1001");
  auto& bob = net.new_phone("1002");
  const auto type = [&] {
    sip::Request message(sip::Method::Message, alice.uri_of("1002"));
    message.set_body("application/im-iscomposing+xml", "<isComposing/>");
    alice.write_message(std::move(message));
    net.run_until_idle();
  };
  type();
  EXPECT_EQ(kept(), 0u);
  come_back(bob);
  type();
  EXPECT_THAT(alice.written_statuses(), ElementsAre(480, 200));
  EXPECT_THAT(bob.messages(), SizeIs(1));
}

TEST_P(Messages, ExpireWhenNobodyFetchesThem) {
  auto& alice = net.phone("1001");
  auto& bob = net.new_phone("1002");
  alice.write("1002", "for a week");
  sip::Request message(sip::Method::Message, alice.uri_of("1002"));
  message.add(sip::Expires{std::chrono::minutes{10}});
  message.set_body("text/plain", "for ten minutes");
  alice.write_message(std::move(message));
  net.run_until_idle();
  EXPECT_EQ(kept(), 2u);
  net.run_for(15min);
  EXPECT_EQ(kept(), 1u);
  net.run_for(std::chrono::hours{7 * 24});
  EXPECT_EQ(kept(), 0u);
  come_back(bob);
  EXPECT_THAT(bob.messages(), IsEmpty());
}

class FewMessages : public Messages {
 protected:
  FewMessages() : Messages({.messages = {.max_size = 100, .max_kept = 10, .max_kept_in_all = 15}}) {}
};
INSTANTIATE_TEST_SUITE_P(, FewMessages, fair_weather(), weather_name);

TEST_P(FewMessages, AreKeptHoweverManyAreSent) {
  auto& mallory = net.phone("1001");
  auto& bob = net.new_phone("1002");
  net.new_phone("1003");
  for (int i = 0; i < 50; ++i) mallory.write("1002", std::to_string(i));
  net.run_until_idle();
  const auto statuses = mallory.written_statuses();
  EXPECT_EQ(std::count(statuses.begin(), statuses.end(), 202), 10);
  EXPECT_EQ(std::count(statuses.begin(), statuses.end(), 480), 40);
  for (int i = 0; i < 10; ++i) mallory.write("1003", std::to_string(i));
  net.run_until_idle();
  EXPECT_EQ(kept(), 15u);
  come_back(bob);
  EXPECT_THAT(bob.messages(), SizeIs(10));
  EXPECT_EQ(kept(), 5u);
}

TEST_P(FewMessages, MayBeNoLongerThanTheLimit) {
  auto& alice = net.phone("1001");
  auto& bob = net.phone("1002");
  alice.write("1002", std::string(100, 'x'));
  alice.write("1002", std::string(101, 'x'));
  net.run_until_idle();
  EXPECT_THAT(alice.written_statuses(), ElementsAre(200, 413));
  EXPECT_THAT(bob.messages(), SizeIs(1));
}

class BurstOfMessages : public Messages {};
INSTANTIATE_TEST_SUITE_P(, BurstOfMessages, many_weathers(12), weather_name);

// One after the other, since nothing else keeps an order on UDP (RFC 3428 section 8).
TEST_P(BurstOfMessages, ArrivesOnceEachWhileThePhoneComesAndGoes) {
  auto& alice = net.phone("1001", TransportKind::Tcp);
  auto& bob = net.phone("1002");
  std::vector<std::string> sent;
  for (int i = 0; i < 40; ++i) {
    sent.push_back(std::to_string(i));
    net.after(i * 150ms, [&alice, text = sent.back()] { alice.write("1002", text); });
  }
  net.after(1s, [&bob] { bob.habits().answers_messages_with = 480; });
  net.after(3s, [&bob] {
    bob.habits().answers_messages_with = 200;
    bob.sign_in();
  });
  net.run_until_idle();
  come_back(bob);
  EXPECT_THAT(alice.written_statuses(), Each(testing::AnyOf(200, 202)));
  auto texts = bob.texts();
  EXPECT_EQ(kept(), 0u);
  EXPECT_THAT(texts, IsSupersetOf(sent));
  // What was refused came again, the rest did not; the last of each are in order.
  std::vector<std::string> last;
  for (const std::string& text : sent) {
    EXPECT_NE(std::find(texts.begin(), texts.end(), text), texts.end());
  }
  for (auto text = texts.begin(); text != texts.end(); ++text) {
    if (std::find(text + 1, texts.end(), *text) == texts.end()) last.push_back(*text);
  }
  EXPECT_EQ(last, sent);
}

}  // namespace
}  // namespace webcalling::sim
