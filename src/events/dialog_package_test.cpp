#include "events/dialog_package.hpp"

#include <gmock/gmock.h>

namespace webcalling::events {
namespace {

using State = DialogState::State;
using testing::HasSubstr;
using testing::Not;

class DialogPackageTest : public testing::Test {
 protected:
  static DialogState dialog(std::string id, State state) {
    return {.id = std::move(id), .state = state, .local = {"1001", "Bob"}, .remote = {"1002", "Alice"}};
  }
  [[nodiscard]] std::string text(std::uint32_t version = 0, bool is_own = false) const {
    return package.describe({"1001", *sip::Uri::parse("sip:1001@pbx.example.com"), is_own}, version);
  }

  TimerQueue timers{TimePoint{1s}};
  std::vector<std::string> changed;
  DialogStates states{timers, [this](const std::string& extension) { changed.push_back(extension); }};
  DialogPackage package{states};
};

TEST_F(DialogPackageTest, SaysThatNothingGoesOn) {
  EXPECT_EQ(text(7),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n"
            "<dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\" version=\"7\" state=\"full\" "
            "entity=\"sip:1001@pbx.example.com\"/>\r\n");
}

TEST_F(DialogPackageTest, SaysWhoTalksToWhom) {
  auto call = dialog("d1", State::Early);
  call.direction = DialogState::Direction::Recipient;
  call.call_id = "c";
  call.local_tag = "l";
  call.remote_tag = "r";
  states.put("1001", call);
  EXPECT_EQ(text(),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n"
            "<dialog-info xmlns=\"urn:ietf:params:xml:ns:dialog-info\" version=\"0\" state=\"full\" "
            "entity=\"sip:1001@pbx.example.com\">\r\n"
            "  <dialog id=\"d1\" call-id=\"c\" local-tag=\"l\" remote-tag=\"r\" direction=\"recipient\">\r\n"
            "    <state>early</state>\r\n"
            "    <local>\r\n"
            "      <identity display=\"Bob\">sip:1001@pbx.example.com</identity>\r\n"
            "      <target uri=\"sip:1001@pbx.example.com\"/>\r\n"
            "    </local>\r\n"
            "    <remote>\r\n"
            "      <identity display=\"Alice\">sip:1002@pbx.example.com</identity>\r\n"
            "      <target uri=\"sip:1002@pbx.example.com\"/>\r\n"
            "    </remote>\r\n"
            "  </dialog>\r\n"
            "</dialog-info>\r\n");
}

TEST_F(DialogPackageTest, TellsOnlyPhonesOfTheExtensionWhichOfThemItIs) {
  auto call = dialog("d1", State::Confirmed);
  call.contact = "sip:abc@192.0.2.7:5060;transport=tcp";
  states.put("1001", call);
  EXPECT_THAT(text(0, true), HasSubstr("<target uri=\"sip:abc@192.0.2.7:5060;transport=tcp\"/>"));
  EXPECT_THAT(text(0, true), HasSubstr("<target uri=\"sip:1002@pbx.example.com\"/>"));
  EXPECT_THAT(text(0, false), Not(HasSubstr("192.0.2.7")));
}

TEST_F(DialogPackageTest, NamesNobodyWhoDoesNotWantThat) {
  auto call = dialog("d1", State::Early);
  call.remote.withheld = true;
  states.put("1001", call);
  EXPECT_THAT(text(), HasSubstr("<identity>sip:anonymous@anonymous.invalid</identity>"));
  EXPECT_THAT(text(), Not(HasSubstr("Alice")));
  EXPECT_THAT(text(), Not(HasSubstr("1002")));
}

// ATTACKS S27.
TEST_F(DialogPackageTest, CutsNamesAndLetsThemNotBecomeMarkup) {
  auto call = dialog("d1", State::Early);
  call.remote.display_name = "\"/><dialog id=\"x\">" + std::string(5000, 'A');
  call.remote.extension = std::string(5000, '7');
  states.put("1001", call);
  EXPECT_LT(text().size(), 1500u);
  EXPECT_THAT(text(), Not(HasSubstr("<dialog id=\"x\">")));
}

TEST_F(DialogPackageTest, ShowsTheEndForAWhile) {
  states.put("1001", dialog("d1", State::Confirmed));
  EXPECT_TRUE(states.is_talking("1001"));
  states.remove("1001", "d1");
  EXPECT_FALSE(states.is_talking("1001"));
  EXPECT_THAT(text(), HasSubstr("<state>terminated</state>"));
  EXPECT_EQ(changed, (std::vector<std::string>{"1001", "1001"}));
  // What comes too late changes nothing.
  states.put("1001", dialog("d1", State::Confirmed));
  states.remove("1001", "d1");
  timers.advance(timers.now() + 3s);
  states.put("1001", dialog("d2", State::Trying));
  states.remove("1001", "d2");
  timers.advance(timers.now() + 3s);
  EXPECT_THAT(text(), Not(HasSubstr("d1")));
  EXPECT_THAT(text(), HasSubstr("d2"));
  timers.advance(timers.now() + 3s);
  EXPECT_EQ(states.size(), 0u);
  EXPECT_EQ(timers.size(), 0u);
  EXPECT_EQ(changed.size(), 4u);
}

TEST_F(DialogPackageTest, IsSilentAboutWhatIsNoNews) {
  states.put("1001", dialog("d1", State::Early));
  states.put("1001", dialog("d1", State::Early));
  states.remove("1001", "unknown");
  states.remove("1009", "d1");
  EXPECT_EQ(changed.size(), 1u);
}

TEST_F(DialogPackageTest, ShowsNotMoreDialogsThanAnybodyHas) {
  for (std::size_t i = 0; i < 1000; ++i) states.put("1001", dialog(std::to_string(i), State::Early));
  EXPECT_EQ(states.size(), DialogStates::kMost);
  EXPECT_LT(text().size(), 20'000u);
}

}  // namespace
}  // namespace webcalling::events
