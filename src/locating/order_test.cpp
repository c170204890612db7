#include "locating/order.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace webcalling::locating {
namespace {

using sip::TransportKind;
using testing::ElementsAre;

std::vector<std::string> names(const std::vector<SrvRecord>& records) {
  std::vector<std::string> out;
  for (const SrvRecord& record : records) out.push_back(record.target);
  return out;
}

TEST(SrvOrder, LowestPriorityComesFirst) {
  SeededRandom random(1);
  EXPECT_THAT(names(order_by_weight({{20, 100, 5060, "backup"}, {10, 1, 5060, "main"}, {30, 0, 5060, "last"}}, random)),
              ElementsAre("main", "backup", "last"));
}

TEST(SrvOrder, ChanceFollowsTheWeights) {
  SeededRandom random(7);
  std::map<std::string, int> first;
  for (int i = 0; i < 10'000; ++i) {
    ++first[order_by_weight({{1, 60, 1, "a"}, {1, 30, 1, "b"}, {1, 10, 1, "c"}, {1, 0, 1, "never"}}, random)
                .front()
                .target];
  }
  EXPECT_NEAR(first["a"], 6000, 300);
  EXPECT_NEAR(first["b"], 3000, 300);
  EXPECT_NEAR(first["c"], 1000, 200);
  EXPECT_GT(first["never"], 0) << "RFC 2782: a very small chance";
  EXPECT_LT(first["never"], 250);
}

TEST(SrvOrder, EveryServerIsTriedOnce) {
  SeededRandom random(3);
  const auto ordered = names(order_by_weight({{1, 0, 1, "a"}, {1, 0, 1, "b"}, {1, 65535, 1, "c"}}, random));
  EXPECT_THAT(ordered, testing::UnorderedElementsAre("a", "b", "c"));
}

TEST(SrvOrder, LeavesOutWhatIsDecidedlyNotThere) {
  SeededRandom random(3);
  EXPECT_TRUE(order_by_weight({{0, 0, 0, "."}, {0, 0, 0, ""}}, random).empty());
}

// The example of RFC 3263 section 4.1.
const std::vector<NaptrRecord> kExample{
    {50, 50, "s", "SIPS+D2T", "_sips._tcp.example.com"},
    {90, 50, "s", "SIP+D2T", "_sip._tcp.example.com"},
    {100, 50, "s", "SIP+D2U", "_sip._udp.example.com"},
};

TEST(NaptrChoice, FollowsTheOrderOfTheDomain) {
  EXPECT_THAT(choose_services(kExample, false, {}),
              ElementsAre(Service{TransportKind::Tls, "_sips._tcp.example.com"},
                          Service{TransportKind::Tcp, "_sip._tcp.example.com"},
                          Service{TransportKind::Udp, "_sip._udp.example.com"}));
}

TEST(NaptrChoice, LeavesOutWhatWeCannot) {
  EXPECT_THAT(choose_services(kExample, false, {.transports = {TransportKind::Udp, TransportKind::Tcp}}),
              ElementsAre(Service{TransportKind::Tcp, "_sip._tcp.example.com"},
                          Service{TransportKind::Udp, "_sip._udp.example.com"}));
}

TEST(NaptrChoice, LeavesOutWhatIsNotSecureForSips) {
  EXPECT_THAT(choose_services(kExample, true, {}), ElementsAre(Service{TransportKind::Tls, "_sips._tcp.example.com"}));
}

TEST(NaptrChoice, PreferenceDecidesAmongEqualOrders) {
  EXPECT_THAT(choose_services({{10, 20, "S", "sip+d2u", "u.example.com."}, {10, 10, "s", "SIP+D2T", "t.example.com"}},
                              false, {}),
              ElementsAre(Service{TransportKind::Tcp, "t.example.com"}, Service{TransportKind::Udp, "u.example.com"}));
}

TEST(NaptrChoice, TakesNoOtherServiceAndNoOtherFlag) {
  EXPECT_THAT(choose_services({{1, 1, "u", "E2U+sip", "x.example.com"},
                               {1, 1, "s", "SIP+D2S", "sctp.example.com"},
                               {1, 1, "a", "SIP+D2U", "host.example.com"},
                               {1, 1, "s", "SIP+D2U", ""},
                               {1, 1, "s", "SIP+D2U", "with blank.example.com"}},
                              false, {}),
              testing::IsEmpty());
}

}  // namespace
}  // namespace webcalling::locating
