#include "io/dns_client.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <set>
#include <string>

#include "base/ascii.hpp"
#include "io/local_addresses.hpp"
#include "io/udp_socket.hpp"

namespace webcalling::io {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr Duration kPatience = 10s;
const IpAddress kLoopback = IpAddress::v4(0x7f000001);
/// 192.0.2.1
const std::string kOne("\xc0\x00\x02\x01", 4);
constexpr std::uint8_t kNoSuchName = 3;
constexpr std::uint8_t kServerFailure = 2;

std::string u16(std::size_t value) {
  return {static_cast<char>(value >> 8 & 0xff), static_cast<char>(value & 0xff)};
}

std::string labels(std::string_view name) {
  std::string out;
  while (!name.empty()) {
    const auto label = ascii::take_until(name, '.');
    out += static_cast<char>(label.size());
    out += label;
  }
  return out + '\0';
}

std::string text(std::string_view value) { return static_cast<char>(value.size()) + std::string(value); }

/// One resource record about the name of the question.
std::string record(std::uint16_t type, std::string_view data, std::uint32_t ttl = 300) {
  // A pointer to the name of the question, which begins behind the header.
  return std::string("\xc0\x0c", 2) + u16(type) + u16(1) + u16(ttl >> 16) + u16(ttl & 0xffff) + u16(data.size()) +
         std::string(data);
}

/// What a test makes of a question.
struct Reply {
  std::vector<std::string> records;
  std::uint8_t code = 0;
};

/// A DNS server that says what a test wants.
class DnsServer {
 public:
  explicit DnsServer(Loop& loop)
      : socket_(*UdpSocket::bind(loop, {kLoopback, 0},
                                 [this](MutableBytes bytes, const Endpoint& remote, const IpAddress& local) {
                                   questions.emplace_back(as_text(bytes));
                                   askers.insert(remote.port);
                                   for (const std::string& answer : answer_to(questions.back())) {
                                     socket_.send(local, remote, as_bytes(answer));
                                   }
                                 })) {}

  [[nodiscard]] Endpoint address() const { return socket_.local(); }
  static std::string make(const std::string& question, const Reply& reply) {
    return question.substr(0, 2) + "\x85" + static_cast<char>(0x80 | reply.code) + u16(1) + u16(reply.records.size()) +
           u16(0) + u16(0) + question.substr(12) + fmt::format("{}", fmt::join(reply.records, ""));
  }

  std::vector<std::string> questions;
  std::set<std::uint16_t> askers;
  std::function<std::vector<std::string>(const std::string& question)> answer_to = [](const auto&) {
    return std::vector<std::string>{};
  };

 private:
  UdpSocket socket_;
};

class DnsClientTest : public testing::Test {
 protected:
  void reply(Reply reply) {
    server.answer_to = [reply = std::move(reply)](const std::string& question) {
      return std::vector{DnsServer::make(question, reply)};
    };
  }
  Result<DnsAnswer> ask(DnsType type, const std::string& name = "example.com") {
    std::optional<Result<DnsAnswer>> answer;
    client.ask(name, type, [&](const auto& told) { answer = told; });
    EXPECT_FALSE(answer) << "answered from inside ask()";
    if (!loop.run_until([&] { return answer.has_value(); }, kPatience)) return failed("no answer came");
    return *answer;
  }

  Loop loop;
  DnsServer server{loop};
  DnsClient client = *DnsClient::start(loop, {.servers = {server.address()}, .timeout = 200ms});
};

TEST_F(DnsClientTest, ReadsAddressesWithTheirLifetime) {
  reply({.records = {record(1, kOne, 900), record(1, std::string("\xc0\x00\x02\x02", 4), 120)}});
  const auto answer = ask(DnsType::A);
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_THAT(answer->addresses, ElementsAre(IpAddress::v4(0xc0000201), IpAddress::v4(0xc0000202)));
  EXPECT_EQ(answer->ttl, 120s);
}

TEST_F(DnsClientTest, ReadsIpv6Addresses) {
  reply({.records = {record(28, std::string("\x20\x01\x0d\xb8", 4) + std::string(11, '\0') + "\x01")}});
  const auto answer = ask(DnsType::Aaaa);
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_THAT(answer->addresses, ElementsAre(*IpAddress::parse("2001:db8::1")));
}

TEST_F(DnsClientTest, ReadsServices) {
  reply({.records = {record(33, u16(10) + u16(60) + u16(5070) + labels("a.example.com")),
                     record(33, u16(20) + u16(0) + u16(5060) + labels("b.example.com"))}});
  const auto answer = ask(DnsType::Srv, "_sip._udp.example.com");
  ASSERT_TRUE(answer) << answer.error().text;
  ASSERT_EQ(answer->srv.size(), 2u);
  EXPECT_EQ(answer->srv[0].target, "a.example.com");
  EXPECT_EQ(answer->srv[0].priority, 10);
  EXPECT_EQ(answer->srv[0].weight, 60);
  EXPECT_EQ(answer->srv[0].port, 5070);
}

TEST_F(DnsClientTest, ReadsNamingAuthorityPointers) {
  reply({.records = {record(35, u16(50) + u16(10) + text("s") + text("SIP+D2U") + text("") +
                                    labels("_sip._udp.example.com"))}});
  const auto answer = ask(DnsType::Naptr);
  ASSERT_TRUE(answer) << answer.error().text;
  ASSERT_EQ(answer->naptr.size(), 1u);
  EXPECT_EQ(answer->naptr[0].order, 50);
  EXPECT_EQ(answer->naptr[0].preference, 10);
  EXPECT_EQ(answer->naptr[0].flags, "s");
  EXPECT_EQ(answer->naptr[0].service, "SIP+D2U");
  EXPECT_EQ(answer->naptr[0].replacement, "_sip._udp.example.com");
}

TEST_F(DnsClientTest, WhatDoesNotExistIsAnAnswer) {
  reply({.records = {}, .code = kNoSuchName});
  for (const DnsType type : {DnsType::Naptr, DnsType::Srv, DnsType::A, DnsType::Aaaa}) {
    const auto answer = ask(type);
    ASSERT_TRUE(answer) << answer.error().text;
    EXPECT_TRUE(answer->addresses.empty() && answer->srv.empty() && answer->naptr.empty());
  }
}

TEST_F(DnsClientTest, RefusalIsNoSilence) {
  reply({.records = {}, .code = kServerFailure});
  for (const DnsType type : {DnsType::Naptr, DnsType::A}) {
    const auto answer = ask(type);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().kind, Error::Kind::Refused) << answer.error().text;
  }
}

TEST_F(DnsClientTest, SilenceEndsSoon) {
  const auto answer = ask(DnsType::Srv);
  EXPECT_EQ(answer.error().kind, Error::Kind::Failed);
  EXPECT_THAT(answer.error().text, HasSubstr("no DNS server answers"));
  EXPECT_EQ(server.questions.size(), 2u) << "a lost packet is sent again";
}

// ATTACKS S38.
TEST_F(DnsClientTest, AnswerWithAnotherIdOrQuestionIsNoAnswer) {
  server.answer_to = [](const std::string& question) {
    std::string guessed = DnsServer::make(question, {.records = {record(1, "\xc6\x33\x64\x01")}});
    guessed[0] = static_cast<char>(guessed[0] ^ 1);
    std::string other = DnsServer::make(question, {.records = {record(1, "\xc6\x33\x64\x01")}});
    other[13] = 'z';
    return std::vector{guessed, other, DnsServer::make(question, {.records = {record(1, kOne)}})};
  };
  const auto answer = ask(DnsType::A);
  ASSERT_TRUE(answer) << answer.error().text;
  EXPECT_THAT(answer->addresses, ElementsAre(IpAddress::v4(0xc0000201)));
}

// ATTACKS S38.
TEST_F(DnsClientTest, IdsAndPortsAreNotTheSameAgain) {
  reply({.records = {record(1, kOne)}});
  std::set<std::string> ids;
  for (int i = 0; i < 8; ++i) ASSERT_TRUE(ask(DnsType::A));
  for (const std::string& question : server.questions) ids.insert(question.substr(0, 2));
  EXPECT_GT(ids.size(), 5u);
  EXPECT_GT(server.askers.size(), 1u);
}

// ATTACKS S38: pointers that lead in circles, lengths that lie, and cut-off records.
TEST_F(DnsClientTest, SurvivesAnswersThatAreBroken) {
  const std::string name_of_itself = std::string("\xc0\x0c", 2);
  const std::vector<std::string> broken{
      record(33, u16(1) + u16(1) + u16(5060) + std::string("\xc0\x2b", 2)),
      record(33, u16(1) + u16(1) + u16(5060) + std::string("\xff\xff", 2)),
      record(33, u16(1)),
      record(35, u16(1) + u16(1) + "\xffs" + text("SIP+D2U")),
      record(35, u16(1) + u16(1) + text("s") + text("SIP+D2U") + text("") + name_of_itself).substr(0, 20),
      record(1, "\x01"),
      std::string(400, '\xc0'),
  };
  for (const std::string& bytes : broken) {
    reply({.records = {bytes}});
    for (const DnsType type : {DnsType::Naptr, DnsType::Srv, DnsType::A}) {
      const auto answer = ask(type);
      EXPECT_TRUE(!answer || answer->addresses.empty()) << "nothing can be read here";
    }
  }
  reply({.records = {record(1, kOne)}});
  EXPECT_TRUE(ask(DnsType::A));
}

TEST_F(DnsClientTest, MayGoWhileItAsks) {
  bool is_told = false;
  {
    DnsClient other = *DnsClient::start(loop, {.servers = {server.address()}});
    for (const DnsType type : {DnsType::Naptr, DnsType::Srv, DnsType::A, DnsType::Aaaa}) {
      other.ask("example.com", type, [&](const auto&) { is_told = true; });
    }
    ASSERT_TRUE(loop.run_until([&] { return server.questions.size() >= 4; }, kPatience));
  }
  reply({.records = {record(1, kOne)}});
  ASSERT_TRUE(ask(DnsType::A));
  EXPECT_FALSE(is_told);
}

TEST_F(DnsClientTest, MayGoWhenItTells) {
  reply({.records = {record(1, kOne)}});
  std::optional<DnsClient> other = *DnsClient::start(loop, {.servers = {server.address()}});
  bool is_told = false;
  for (int i = 0; i < 3; ++i) {
    other->ask("example.com", DnsType::A, [&](const auto&) {
      is_told = true;
      other.reset();
    });
  }
  EXPECT_TRUE(loop.run_until([&] { return is_told; }, kPatience));
}

TEST_F(DnsClientTest, ManyQuestionsAtOnceAreBounded) {
  std::size_t told = 0;
  std::size_t refused = 0;
  for (std::size_t i = 0; i < DnsClient::kMostQuestions + 10; ++i) {
    client.ask(fmt::format("n{}.example.com", i), DnsType::Srv, [&](const auto& answer) {
      ++told;
      refused += !answer && answer.error().text.find("too many") != std::string::npos ? 1 : 0;
    });
  }
  ASSERT_TRUE(loop.run_until([&] { return told == DnsClient::kMostQuestions + 10; }, kPatience));
  EXPECT_EQ(refused, 10u);
}

TEST(LocalAddress, TowardsOurselvesIsOurselves) {
  EXPECT_EQ(local_address_towards(kLoopback).value(), kLoopback);
  EXPECT_EQ(local_address_towards(IpAddress::v4(0x7f000009)).value().is_loopback(), true);
}

}  // namespace
}  // namespace webcalling::io
