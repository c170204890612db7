#include "events/notifier.hpp"

#include <gmock/gmock.h>

#include <optional>

#include "sip/message/headers.hpp"
#include "sip/message/parser.hpp"

namespace webcalling::events {
namespace {

using sip::HeaderName;
using sip::Method;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::StartsWith;

class PackageForTests final : public Package {
 public:
  PackageForTests(std::string event, Audience audience) : event_(std::move(event)), audience_(audience) {}
  [[nodiscard]] std::string_view event() const override { return event_; }
  [[nodiscard]] std::string_view body_type() const override { return "application/test+xml"; }
  [[nodiscard]] Audience audience() const override { return audience_; }
  [[nodiscard]] Duration pace() const override { return 1s; }
  [[nodiscard]] std::string describe(const Subject& subject, std::uint32_t version) const override {
    return fmt::format("{} {} {} v{}", subject.extension, subject.entity.text(), state, version);
  }
  std::string state = "quiet";

 private:
  std::string event_;
  Audience audience_;
};

/// A notifier for the extensions 1001 and 1002; whatever 1002 sends was proved to come from 1002.
class NotifierTest : public testing::Test, private sip::MessageSender, private sip::TransactionLayer::User {
 protected:
  NotifierTest() {
    transactions.set_user(*this);
    notifier.add_package(lamp);
    notifier.add_package(diary);
  }

  static sip::Flow flow(std::uint64_t connection = 0) {
    return {.kind = connection == 0 ? sip::TransportKind::Udp : sip::TransportKind::Tcp,
            .local = {IpAddress::v4(0x0a000001), 5060},
            .remote = {IpAddress::v4(0x0a000009), 5070},
            .connection = sip::ConnectionId{connection}};
  }

  sip::Request subscribe(std::string_view event, int expires = 600, std::string_view user = "1001") {
    ++serial;
    sip::Request out(Method::Subscribe, *sip::Uri::parse(fmt::format("sip:{}@pbx.example.com:5060;x=y", user)));
    out.add(HeaderName::Via, fmt::format("SIP/2.0/UDP 10.0.0.9:5070;branch=z9hG4bK{};rport", serial));
    out.add(HeaderName::From, "<sip:1002@pbx.example.com>;tag=theirs");
    out.add(HeaderName::To, fmt::format("<sip:{}@pbx.example.com>", user));
    out.add(HeaderName::CallId, fmt::format("call-{}", serial));
    out.add(HeaderName::CSeq, "1 SUBSCRIBE");
    out.add(HeaderName::Contact, "<sip:1002@10.0.0.9:5070>");
    out.add(HeaderName::RecordRoute, "<sip:proxy.example.com;lr>");
    out.add(HeaderName::MaxForwards, "70");
    if (!event.empty()) out.add(HeaderName::Event, event);
    if (expires >= 0) out.add(HeaderName::Expires, std::to_string(expires));
    return out;
  }
  /// The next SUBSCRIBE in the dialog of the first.
  sip::Request again(const sip::Request& first, std::string_view event, int expires, int cseq = 2) {
    auto out = first;
    out.set(HeaderName::Via, fmt::format("SIP/2.0/UDP 10.0.0.9:5070;branch=z9hG4bK{};rport", ++serial));
    out.set(HeaderName::CSeq, fmt::format("{} SUBSCRIBE", cseq));
    out.set(HeaderName::To, fmt::format("<sip:1001@pbx.example.com>;tag={}", tags.at(std::string(first.call_id()))));
    out.set(HeaderName::Event, event);
    out.set(HeaderName::Expires, std::to_string(expires));
    return out;
  }

  /// What was said to it at once.
  sip::Response send(const sip::Request& request, std::uint64_t connection = 0) {
    responses.clear();
    notifies.clear();
    transactions.receive(request.write(), flow(connection));
    return responses.empty() ? sip::Response() : responses.front();
  }
  void answer(const sip::Request& notify, int status) {
    transactions.receive(sip::make_response(notify, status, "theirs").write(), flow());
  }
  /// All that are under way are answered.
  void answer_all(int status = 200) {
    for (const auto& notify : std::exchange(notifies, {})) answer(notify, status);
  }
  void change(std::string state) {
    lamp.state = std::move(state);
    notifier.note_change("lamp", "1001");
  }
  [[nodiscard]] std::string state_of(const sip::Request& notify) const {
    return std::string(*notify.header(HeaderName::SubscriptionState));
  }

  TimerQueue timers{TimePoint{1000s}};
  SeededRandom random{3};
  Log log{Log::Level::Error, [](Log::Level, std::string_view) {}};
  sip::TransactionLayer transactions{timers, random, *this};
  PackageForTests lamp{"lamp", Audience::Everybody};
  PackageForTests diary{"diary", Audience::Oneself};
  Notifier notifier{{.timers = timers,
                     .random = random,
                     .transactions = transactions,
                     .log = log,
                     .announce = [](sip::Message& message) { message.add(HeaderName::AllowEvents, "lamp, diary"); }},
                    {.min_expires = 60s, .default_expires = 1800s, .max_expires = 3600s, .max_subscriptions = 3}};
  std::vector<sip::Response> responses;
  std::vector<sip::Request> notifies;
  std::map<std::string, std::string> tags;
  int serial = 0;

 private:
  void send(const sip::Flow& /*flow*/, std::string_view message) override {
    auto parsed = sip::parse(message).value();
    if (auto* request = std::get_if<sip::Request>(&parsed)) return notifies.push_back(std::move(*request));
    auto& response = std::get<sip::Response>(parsed);
    tags.try_emplace(std::string(response.call_id()), response.to_tag());
    responses.push_back(std::move(response));
  }
  void on_request(const sip::Request& request, const sip::Flow& from) override {
    if (!request.to_tag().empty()) {
      if (!notifier.receive_in_dialog(request, from)) {
        transactions.reply_statelessly(request, from, sip::make_response(request, 481, "ours"));
      }
      return;
    }
    const std::string& user = request.uri().user;
    notifier.receive(request, from, {.watcher = "1002", .extension = user, .exists = user == "1001" || user == "1002"});
  }
  void on_cancel(sip::ServerTransactionId /*invite*/, const sip::Request& /*cancel*/) override {}
  void on_server_failure(sip::ServerTransactionId /*transaction*/) override {}
};

TEST_F(NotifierTest, AnswersAndTellsAtOnce) {
  const auto response = send(subscribe("lamp;id=7"));
  EXPECT_EQ(response.status(), 200);
  EXPECT_EQ(response.get<sip::Expires>()->value, seconds{600});
  EXPECT_FALSE(response.to_tag().empty());
  EXPECT_EQ(response.get<sip::Contact>()->uri.text(), "sip:1001@10.0.0.1:5060");
  ASSERT_EQ(notifies.size(), 1u);
  const auto& notify = notifies.front();
  EXPECT_EQ(notify.uri().text(), "sip:1002@10.0.0.9:5070");
  EXPECT_EQ(notify.header(HeaderName::Route), "<sip:proxy.example.com;lr>");
  EXPECT_EQ(notify.from_tag(), response.to_tag());
  EXPECT_EQ(notify.to_tag(), "theirs");
  EXPECT_EQ(notify.header(HeaderName::Event), "lamp;id=7");
  EXPECT_EQ(state_of(notify), "active;expires=600");
  EXPECT_EQ(notify.header(HeaderName::ContentType), "application/test+xml");
  EXPECT_EQ(notify.body(), "1001 sip:1001@pbx.example.com quiet v0");
  EXPECT_TRUE(notify.has(HeaderName::Contact));
}

TEST_F(NotifierTest, KeepsTimesWithinBounds) {
  EXPECT_EQ(send(subscribe("lamp", -1)).get<sip::Expires>()->value, seconds{1800});
  EXPECT_EQ(send(subscribe("lamp", 86400)).get<sip::Expires>()->value, seconds{3600});
  const auto refusal = send(subscribe("lamp", 59));
  EXPECT_EQ(refusal.status(), 423);
  EXPECT_EQ(refusal.header(HeaderName::MinExpires), "60");
  EXPECT_EQ(notifier.size(), 2u);
}

TEST_F(NotifierTest, RefusesWhatItCannotOrMustNotTell) {
  for (const auto* event : {"", "unknown", "lamp.winfo"}) {
    const auto response = send(subscribe(event));
    EXPECT_EQ(response.status(), 489) << event;
    EXPECT_EQ(response.header(HeaderName::AllowEvents), "lamp, diary");
  }
  EXPECT_EQ(send(subscribe("refer")).status(), 403);
  EXPECT_EQ(send(subscribe("lamp", 600, "4711")).status(), 404);
  EXPECT_EQ(send(subscribe("diary")).status(), 403);
  EXPECT_EQ(send(subscribe("diary", 600, "1002")).status(), 200);
  EXPECT_EQ(send(subscribe("LAMP")).status(), 200) << "a token has no case";
  EXPECT_EQ(send(subscribe("lamp;id=" + std::string(500, 'x'))).status(), 400);
  auto unreachable = subscribe("lamp");
  unreachable.set(HeaderName::Contact, "*");
  EXPECT_EQ(send(unreachable).status(), 400);
  EXPECT_EQ(notifier.size(), 2u);
}

TEST_F(NotifierTest, TellsOnlyWhoCanReadIt) {
  const auto status_with = [this](std::string_view accept) {
    auto request = subscribe("lamp", 0);
    request.add(HeaderName::Accept, accept);
    return send(request).status();
  };
  EXPECT_EQ(status_with("application/sdp"), 406);
  EXPECT_EQ(status_with(""), 406);
  EXPECT_EQ(status_with("application/sdp, application/TEST+xml;q=0.3"), 200);
  EXPECT_EQ(status_with("application/*"), 200);
  EXPECT_EQ(status_with("*/*"), 200);
}

// ATTACKS S13.
TEST_F(NotifierTest, SurvivesFiftyLongAccepts) {
  auto request = subscribe("lamp", 0);
  for (int i = 0; i < 50; ++i) request.add(HeaderName::Accept, "application/" + std::string(500, 'x'));
  EXPECT_EQ(send(request).status(), 406);
}

TEST_F(NotifierTest, TellsEachChangeButNotFasterThanThePace) {
  send(subscribe("lamp"));
  answer_all();
  change("rings");
  EXPECT_EQ(notifies.size(), 0u) << "the first has only just been told";
  change("talks");
  timers.advance(timers.now() + 1s);
  ASSERT_EQ(notifies.size(), 1u);
  EXPECT_THAT(std::string(notifies[0].body()), HasSubstr("talks v1"));
  answer_all();
  timers.advance(timers.now() + 10s);
  change("quiet");
  EXPECT_EQ(notifies.size(), 1u) << "after a while at once";
}

TEST_F(NotifierTest, SaysNothingTwice) {
  send(subscribe("lamp"));
  answer_all();
  timers.advance(timers.now() + 10s);
  notifier.note_change("lamp", "1001");
  notifier.note_change("lamp", "1002");
  notifier.note_change("diary", "1001");
  change("rings");
  change("quiet");
  answer_all();
  EXPECT_EQ(notifies.size(), 0u);
}

TEST_F(NotifierTest, HasOneNotifyUnderWay) {
  send(subscribe("lamp"));
  timers.advance(timers.now() + 100ms);
  change("rings");
  change("talks");
  ASSERT_EQ(notifies.size(), 1u);
  timers.advance(timers.now() + 100ms);
  answer_all();
  timers.advance(timers.now() + 1s);
  ASSERT_EQ(notifies.size(), 1u);
  EXPECT_THAT(std::string(notifies[0].body()), HasSubstr("talks"));
}

TEST_F(NotifierTest, IsRefreshedInItsDialogAndTellsAgain) {
  const auto first = subscribe("lamp");
  send(first);
  answer_all();
  timers.advance(timers.now() + 500s);
  EXPECT_EQ(send(again(first, "lamp", 600)).status(), 200);
  ASSERT_EQ(notifies.size(), 1u);
  EXPECT_EQ(state_of(notifies[0]), "active;expires=600");
  answer_all();
  timers.advance(timers.now() + 500s);
  EXPECT_EQ(notifier.size(), 1u);
  timers.advance(timers.now() + 100s);
  ASSERT_EQ(notifies.size(), 1u);
  EXPECT_EQ(state_of(notifies[0]), "terminated;reason=timeout");
  EXPECT_EQ(notifier.size(), 0u);
  EXPECT_EQ(send(again(first, "lamp", 600, 3)).status(), 481);
}

TEST_F(NotifierTest, IsNotRefreshedByAnythingElse) {
  const auto first = subscribe("lamp;id=7");
  send(first);
  EXPECT_EQ(send(again(first, "diary", 600)).status(), 489);
  EXPECT_EQ(send(again(first, "lamp", 600, 3)).status(), 481);
  EXPECT_EQ(send(again(first, "lamp;id=7", 30, 4)).status(), 423);
  EXPECT_EQ(send(again(first, "lamp;id=7", 600, 2)).status(), 500) << "it came too late";
  auto stranger = again(first, "lamp;id=7", 600, 5);
  stranger.set(HeaderName::From, "<sip:1002@pbx.example.com>;tag=another");
  EXPECT_EQ(send(stranger).status(), 481);
  EXPECT_EQ(notifies.size(), 0u);
  EXPECT_EQ(send(again(first, "lamp;id=7", 600, 6)).status(), 200);
}

// ATTACKS S31.
TEST_F(NotifierTest, IsUnsubscribedAndThenUnknown) {
  const auto first = subscribe("lamp");
  send(first);
  EXPECT_EQ(send(again(first, "lamp", 0)).get<sip::Expires>()->value, seconds{0});
  ASSERT_EQ(notifies.size(), 1u);
  EXPECT_EQ(state_of(notifies[0]), "terminated;reason=timeout");
  EXPECT_EQ(send(again(first, "lamp", 0, 3)).status(), 481);
  EXPECT_EQ(notifier.size(), 0u);
}

TEST_F(NotifierTest, AnswersWhoAsksOnce) {
  EXPECT_EQ(send(subscribe("lamp", 0)).status(), 200);
  ASSERT_EQ(notifies.size(), 1u);
  EXPECT_EQ(state_of(notifies[0]), "terminated;reason=timeout");
  EXPECT_THAT(std::string(notifies[0].body()), HasSubstr("quiet"));
  EXPECT_EQ(notifier.size(), 0u);
}

TEST_F(NotifierTest, ForgetsWhoKnowsNothingOfIt) {
  send(subscribe("lamp"));
  answer_all(481);
  EXPECT_EQ(notifier.size(), 0u);
  send(subscribe("lamp"));
  answer_all(500);
  EXPECT_EQ(notifier.size(), 1u) << "that one came at the wrong time";
}

TEST_F(NotifierTest, ForgetsWhoIsSilent) {
  send(subscribe("lamp"));
  timers.advance(timers.now() + 33s);
  EXPECT_EQ(notifier.size(), 0u);
  EXPECT_EQ(timers.size(), 0u);
}

TEST_F(NotifierTest, ForgetsWhoseConnectionIsGone) {
  send(subscribe("lamp"), 1);
  send(subscribe("lamp"), 2);
  notifier.remove_connection(sip::ConnectionId{1});
  EXPECT_EQ(notifier.size(), 1u);
  EXPECT_EQ(notifies.size(), 1u) << "nobody is told";
}

TEST_F(NotifierTest, FollowsItsSubscriberToAnotherConnection) {
  const auto first = subscribe("lamp");
  send(first, 1);
  EXPECT_EQ(send(again(first, "lamp", 600), 2).status(), 200);
  notifier.remove_connection(sip::ConnectionId{1});
  EXPECT_EQ(notifier.size(), 1u);
  notifier.remove_connection(sip::ConnectionId{2});
  EXPECT_EQ(notifier.size(), 0u);
}

TEST_F(NotifierTest, EndsTheOldestOfTooMany) {
  for (int i = 0; i < 3; ++i) {
    timers.advance(timers.now() + 1s);
    send(subscribe("lamp"));
    answer_all();
  }
  EXPECT_EQ(send(subscribe("lamp")).status(), 200);
  EXPECT_EQ(notifier.size(), 3u);
  ASSERT_EQ(notifies.size(), 2u);
  EXPECT_EQ(notifies[0].call_id(), "call-1");
  EXPECT_THAT(state_of(notifies[0]), StartsWith("terminated;reason=probation"));
}

TEST_F(NotifierTest, EndsEverythingOfAnAccount) {
  send(subscribe("lamp"));
  send(subscribe("diary", 600, "1002"));
  notifies.clear();
  notifier.remove_user("1001", false);
  EXPECT_EQ(notifier.size(), 2u) << "a new password of the one who is watched";
  notifier.remove_user("1001", true);
  ASSERT_EQ(notifies.size(), 1u);
  EXPECT_EQ(state_of(notifies[0]), "terminated;reason=noresource");
  notifier.remove_user("1002", true);
  ASSERT_EQ(notifies.size(), 2u);
  EXPECT_EQ(state_of(notifies[1]), "terminated;reason=rejected");
  EXPECT_EQ(notifier.size(), 0u);
}

TEST_F(NotifierTest, EndsAllWhenTheServerStops) {
  send(subscribe("lamp"));
  notifies.clear();
  notifier.end_all();
  ASSERT_EQ(notifies.size(), 1u);
  EXPECT_EQ(state_of(notifies[0]), "terminated;reason=probation;retry-after=30");
}

TEST_F(NotifierTest, ServesNothingElseInItsDialogs) {
  const auto first = subscribe("lamp");
  send(first);
  auto bye = again(first, "lamp", 600);
  sip::Request other(Method::Bye, bye.uri());
  for (const auto& header : bye.headers()) other.add(header.name, header.value);
  other.set(HeaderName::CSeq, "2 BYE");
  EXPECT_EQ(send(other).status(), 405);
  EXPECT_EQ(notifier.size(), 1u);
}

}  // namespace
}  // namespace webcalling::events
