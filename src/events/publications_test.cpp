#include "events/publications.hpp"

#include <gmock/gmock.h>

#include "sip/message/headers.hpp"

namespace webcalling::events {
namespace {

using sip::HeaderName;

class PublicationsTest : public testing::Test {
 protected:
  static std::string document(std::string_view basic, std::string_view note = {}) {
    return fmt::format("<presence><tuple><status><basic>{}</basic></status></tuple><note>{}</note></presence>", basic,
                       note);
  }
  static sip::Request publish(std::string_view body, std::string_view tag = {}, int expires = 600,
                              std::string_view user = "1001") {
    sip::Request out(sip::Method::Publish, *sip::Uri::parse(fmt::format("sip:{}@h", user)));
    out.add(HeaderName::To, "<sip:1001@h>");
    out.add(HeaderName::Event, "presence");
    out.add(HeaderName::Expires, std::to_string(expires));
    if (!tag.empty()) out.add("SIP-If-Match", tag);
    if (!body.empty()) out.set_body("application/pidf+xml", body);
    return out;
  }
  /// Its new tag; empty if it was refused.
  std::string tag_of(const sip::Request& request) {
    return std::string(publications.handle(request, "1001").header("SIP-ETag").value_or(""));
  }
  int status_of(const sip::Request& request) { return publications.handle(request, "1001").status(); }

  TimerQueue timers{TimePoint{1s}};
  SeededRandom random{4};
  int changes = 0;
  Publications publications{timers, random, {}, [this](const std::string&) { ++changes; }};
};

TEST_F(PublicationsTest, KeepsWhatIsSaidUntilItExpires) {
  const auto response = publications.handle(publish(document("closed", "away")), "1001");
  EXPECT_EQ(response.status(), 200);
  EXPECT_EQ(response.get<sip::Expires>()->value, 600s);
  EXPECT_EQ(publications.find("1001"), (PublishedPresence{.open = false, .note = "away"}));
  EXPECT_EQ(publications.find("1002"), std::nullopt);
  timers.advance(timers.now() + 599s);
  EXPECT_TRUE(publications.find("1001"));
  timers.advance(timers.now() + 1s);
  EXPECT_FALSE(publications.find("1001"));
  EXPECT_EQ(changes, 2);
  EXPECT_EQ(timers.size(), 0u);
}

TEST_F(PublicationsTest, IsRefreshedChangedAndWithdrawnByItsTag) {
  const auto first = tag_of(publish(document("open")));
  const auto second = tag_of(publish({}, first));
  EXPECT_NE(first, second);
  EXPECT_EQ(status_of(publish({}, first)), 412) << "the old name is gone";
  const auto third = tag_of(publish(document("closed"), second));
  EXPECT_EQ(publications.find("1001")->open, false);
  EXPECT_EQ(publications.size(), 1u);
  EXPECT_EQ(status_of(publish({}, third, 0)), 200);
  EXPECT_EQ(publications.size(), 0u);
  EXPECT_EQ(status_of(publish({}, third, 0)), 412);
  EXPECT_EQ(timers.size(), 0u);
}

TEST_F(PublicationsTest, OfSeveralPhonesMakeOnePresence) {
  const auto desk = tag_of(publish(document("closed", "from the desk")));
  (void)tag_of(publish(document("open")));
  EXPECT_EQ(publications.find("1001"), (PublishedPresence{.open = true, .note = "from the desk"}));
  for (std::size_t i = 0; i < 3 * Publications::kMostOfOne; ++i) (void)tag_of(publish(document("open")));
  EXPECT_EQ(publications.size(), Publications::kMostOfOne);
  EXPECT_EQ(status_of(publish({}, desk)), 412) << "the oldest had to go";
  publications.remove_user("1001");
  EXPECT_EQ(publications.size(), 0u);
  EXPECT_EQ(timers.size(), 0u);
}

TEST_F(PublicationsTest, RefusesWhatItMustNotKeep) {
  EXPECT_EQ(status_of(publish(document("open"), {}, 600, "1002")), 403) << "somebody else's";
  EXPECT_EQ(status_of(publish({})), 400) << "nothing to keep";
  EXPECT_EQ(status_of(publish(document("open"), "unknown")), 412);
  EXPECT_EQ(status_of(publish(document("open"), {}, 5)), 423);
  EXPECT_EQ(status_of(publish("<presence")), 400);
  EXPECT_EQ(status_of(publish(document("open", std::string(20'000, 'x')))), 413);
  auto event = publish(document("open"));
  event.set(HeaderName::Event, "dialog");
  EXPECT_EQ(status_of(event), 489);
  auto type = publish(document("open"));
  type.set(HeaderName::ContentType, "text/plain");
  EXPECT_EQ(status_of(type), 415);
  EXPECT_EQ(publications.size(), 0u);
  EXPECT_EQ(changes, 0);
}

// ATTACKS S24.
TEST_F(PublicationsTest, RefusesDocumentsWithoutBottom) {
  std::string deep = "<presence>";
  for (int i = 0; i < 2000; ++i) deep += "<a>";
  EXPECT_EQ(status_of(publish(deep)), 400);
}

}  // namespace
}  // namespace webcalling::events
