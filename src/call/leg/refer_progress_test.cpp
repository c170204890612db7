#include "call/leg/refer_progress.hpp"

#include <gmock/gmock.h>

#include <vector>

#include "sip/message/headers.hpp"

namespace webcalling::call {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

class ReferProgressTest : public testing::Test, public DialogRequests {
 public:
  sip::Request make_request(sip::Method method) override { return {method, *sip::Uri::parse("sip:1002@192.0.2.9")}; }
  sip::Response make_response(const sip::Request& request, int status) override {
    return sip::make_response(request, status, "ours");
  }
  void send(sip::Request request, OnResponse on_response) override {
    sent.push_back(std::move(request));
    answer = std::move(on_response);
  }
  void acknowledge(const sip::Response& /*response*/) override {}

  [[nodiscard]] std::string body(std::size_t index) const { return std::string(sent.at(index).body()); }
  [[nodiscard]] std::string state(std::size_t index) const {
    return std::string(*sent.at(index).header(sip::HeaderName::SubscriptionState));
  }

  std::vector<sip::Request> sent;
  OnResponse answer;
  int over = 0;
  std::shared_ptr<ReferProgress> progress = std::make_shared<ReferProgress>(*this, std::nullopt, [this] { ++over; });
};

TEST_F(ReferProgressTest, TellsTheReferrerHowItGoes) {
  progress->tell(100);
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].method(), sip::Method::Notify);
  EXPECT_EQ(sent[0].header(sip::HeaderName::Event), "refer");
  EXPECT_EQ(sent[0].header(sip::HeaderName::ContentType), "message/sipfrag;version=2.0");
  EXPECT_EQ(body(0), "SIP/2.0 100 Trying\r\n");
  EXPECT_THAT(state(0), HasSubstr("active;expires="));
  answer(sip::Response(200));
  progress->tell(200);
  ASSERT_EQ(sent.size(), 2u);
  EXPECT_EQ(body(1), "SIP/2.0 200 OK\r\n");
  EXPECT_EQ(state(1), "terminated;reason=noresource");
  EXPECT_EQ(over, 0);
  answer(sip::Response(200));
  EXPECT_EQ(over, 1);
  EXPECT_TRUE(progress->is_over());
}

TEST_F(ReferProgressTest, SendsOneNotifyAtATimeAndThenTheNewestState) {
  progress->tell(100);
  progress->tell(180);
  progress->tell(486);
  ASSERT_EQ(sent.size(), 1u);
  answer(sip::Response(200));
  ASSERT_EQ(sent.size(), 2u);
  EXPECT_EQ(body(1), "SIP/2.0 486 Busy Here\r\n");
}

TEST_F(ReferProgressTest, IsOverWhenTheReferrerKnowsNothingOfIt) {
  progress->tell(100);
  answer(sip::Response(481));
  EXPECT_EQ(over, 1);
  progress->tell(200);
  EXPECT_EQ(sent.size(), 1u);
}

TEST_F(ReferProgressTest, MayBeUnsubscribed) {
  progress->tell(100);
  answer(sip::Response(200));
  EXPECT_EQ(progress->refresh(seconds{60}), seconds{60});
  EXPECT_EQ(progress->refresh(seconds{86400}), seconds{600});
  EXPECT_EQ(progress->refresh(seconds{0}), seconds{0});
  progress->tell(200);
  EXPECT_EQ(sent.size(), 1u);
  EXPECT_EQ(over, 0) << "nobody wants to know";
}

// RFC 3515 section 2.4.6.
TEST_F(ReferProgressTest, NamesTheReferIfThereWereSeveral) {
  const auto second = std::make_shared<ReferProgress>(*this, 93809823, [] {});
  second->tell(100);
  EXPECT_EQ(sent[0].header(sip::HeaderName::Event), "refer;id=93809823");
  sip::Request subscribe;
  subscribe.add(sip::HeaderName::Event, "refer;id=93809823");
  EXPECT_TRUE(second->is_named_by(subscribe));
  EXPECT_FALSE(progress->is_named_by(subscribe));
  subscribe.set(sip::HeaderName::Event, "refer");
  EXPECT_TRUE(progress->is_named_by(subscribe));
  subscribe.set(sip::HeaderName::Event, "dialog");
  EXPECT_FALSE(progress->is_named_by(subscribe));
}

TEST_F(ReferProgressTest, ThatIsGoneHearsNoAnswer) {
  progress->tell(200);
  progress.reset();
  answer(sip::Response(200));
  EXPECT_EQ(over, 0);
}

}  // namespace
}  // namespace webcalling::call
