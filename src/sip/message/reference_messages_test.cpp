#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "sip/message/headers.hpp"
#include "sip/message/parser.hpp"

namespace webcalling::sip {
namespace {

using testing::ElementsAre;

const std::filesystem::path kFolder = std::filesystem::path(WEBCALLING_SOURCE_DIR) / "tests/fixtures/reference";

std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  EXPECT_FALSE(content.str().empty()) << path;
  return content.str();
}

template <typename M>
M read(std::string_view name) {
  auto parsed = parse(bytes_of(kFolder / fmt::format("{}.sip", name)));
  EXPECT_TRUE(parsed && std::holds_alternative<M>(*parsed)) << name;
  return std::get<M>(std::move(*parsed));
}

TEST(ReferenceMessages, AllAreValidAndReadBackAsWritten) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    if (entry.path().extension() != ".sip") continue;
    ++count;
    const std::string bytes = bytes_of(entry.path());
    const auto parsed = parse(bytes);
    ASSERT_TRUE(parsed.has_value()) << entry.path() << ": " << parsed.error().text;
    const auto* request = std::get_if<Request>(&*parsed);
    const auto* response = std::get_if<Response>(&*parsed);
    if (request) {
      EXPECT_EQ(validate(*request), std::nullopt) << entry.path();
    } else {
      EXPECT_TRUE(is_valid(*response)) << entry.path();
    }
    const std::string wire = request ? request->write() : response->write();
    // Content-Length moves to the end; everything else stays in its place.
    EXPECT_EQ(wire.size(), bytes.size()) << entry.path();
    const auto again = parse(wire);
    ASSERT_TRUE(again.has_value()) << entry.path();
    EXPECT_EQ(std::visit([](const auto& message) { return message.write(); }, *again), wire) << entry.path();
  }
  EXPECT_EQ(count, 15);
}

TEST(ReferenceMessages, Register) {
  const auto message = read<Request>("register");
  EXPECT_EQ(message.method(), Method::Register);
  EXPECT_EQ(message.uri().text(), "sip:10.105.10.116:5060");
  EXPECT_EQ(message.get<To>()->uri.aor(), "1002@10.105.10.116");
  EXPECT_EQ(message.get<From>()->display_name, "1002");
  EXPECT_EQ(message.get<CSeq>()->number, 3u);
  EXPECT_EQ(message.get<MaxForwards>()->value, 70);
  EXPECT_EQ(message.get<Via>()->transport, "WS");
  EXPECT_TRUE(message.lists(HeaderName::Allow, "REFER"));
  EXPECT_THAT(message.values(HeaderName::Supported), ElementsAre("outbound", "path", "gruu"));

  const auto contact = message.get<Contact>();
  ASSERT_TRUE(contact.has_value());
  EXPECT_EQ(contact->uri.text(), "sip:8bum4n4l@7bhs9fl1c2ll.invalid;transport=ws");
  EXPECT_EQ(contact->expires(), std::chrono::seconds(600));

  const auto credentials = message.get<Authorization>();
  ASSERT_TRUE(credentials.has_value());
  EXPECT_EQ(credentials->get("uri"), "sip:10.105.10.116:5060");
  EXPECT_EQ(credentials->get("qop"), "auth");
  EXPECT_EQ(credentials->get("nc"), "00000001");
}

TEST(ReferenceMessages, RegisterAnswered) {
  const auto message = read<Response>("register-200");
  EXPECT_EQ(message.status(), 200);
  EXPECT_EQ(message.get<Via>()->parameters.get("received"), "10.105.10.116");
  EXPECT_EQ(message.get<Via>()->parameters.get("rport"), "44539");
  EXPECT_EQ(message.header(HeaderName::Date), "Sat, 09 Nov 2024 14:16:35 GMT");
  EXPECT_EQ(message.to_tag(), "Zg66rjDajv8cN");
}

TEST(ReferenceMessages, MessageWaiting) {
  const auto message = read<Request>("notify-mwi");
  EXPECT_EQ(message.method(), Method::Notify);
  EXPECT_EQ(message.get<Event>()->token, "message-summary");
  EXPECT_EQ(message.get<SubscriptionState>()->parameters.get("reason"), "noresource");
  EXPECT_EQ(message.get<ContentType>()->token, "application/simple-message-summary");
  EXPECT_EQ(message.get<Route>()->parameters.get("transport"), "ws");
  EXPECT_EQ(message.body(), "Messages-Waiting: no\r\nMessage-Account: sip:1002@10.105.10.116\r\n\r\n");
}

TEST(ReferenceMessages, InviteAndItsAnswersShareTheDialog) {
  const auto invite = read<Request>("invite");
  EXPECT_EQ(invite.get<ProxyAuthorization>()->get("username"), "1002");
  EXPECT_TRUE(invite.get<Contact>()->uri.parameters.has("ob"));
  EXPECT_EQ(invite.body().size(), 2696u);
  EXPECT_EQ(read<Response>("invite-100").to_tag(), "");
  for (const std::string_view name : {"invite-183", "invite-200"}) {
    const auto answer = read<Response>(name);
    EXPECT_EQ(answer.call_id(), invite.call_id());
    EXPECT_EQ(answer.from_tag(), invite.from_tag());
    EXPECT_EQ(answer.to_tag(), "81958549QcHND");
    EXPECT_EQ(answer.get<Via>()->branch, invite.get<Via>()->branch);
    EXPECT_EQ(answer.header("Remote-Party-ID")->substr(0, 1), "\"");
  }
  EXPECT_EQ(read<Response>("invite-183").body(), read<Response>("invite-200").body());
}

TEST(ReferenceMessages, ResponsesOfOursCarryWhatTheReferencesCarry) {
  const auto invite = read<Request>("invite");
  const auto theirs = read<Response>("invite-200");
  const auto ours = make_response(invite, 200, "81958549QcHND");
  for (const HeaderName name : {HeaderName::From, HeaderName::To, HeaderName::CallId, HeaderName::CSeq}) {
    EXPECT_EQ(ours.header(name), theirs.header(name)) << text(name);
  }
}

}  // namespace
}  // namespace webcalling::sip
