// Bodies other than a session description alone.
#include "support/story.hpp"

namespace webcalling::sim {
namespace {

constexpr std::string_view kOffer =
    "v=0\r\no=- 1 1 IN IP4 10.0.1.1\r\ns=-\r\nc=IN IP4 10.0.1.1\r\nt=0 0\r\nm=audio 7078 RTP/AVP 0\r\n";

class Body : public Story {
 protected:
  void SetUp() override { net.phone("1001").answer_after(500ms); }
  void dial(std::string_view type, const std::string& text) {
    alice.dial_with("1001", {std::string(type), text});
    net.run_for(8s);
  }
  static std::string part(std::string_view headers, std::string_view content) {
    return "--b1\r\n" + std::string(headers) + "\r\n" + std::string(content) + "\r\n";
  }

  SimPhone& alice = net.phone("1002");
};
INSTANTIATE_TEST_SUITE_P(, Body, fair_weather(), weather_name);

TEST_P(Body, OfManyPartsMayHoldTheOffer) {
  dial("multipart/mixed;boundary=b1",
       part("Content-Type: application/sdp\r\n", kOffer) +
           part("Content-Type: application/isup\r\nContent-Disposition: signal;handling=optional\r\n", "x") +
           "--b1--\r\n");
  EXPECT_TRUE(alice.talking());
  alice.hang_up();
}

// RFC 3261 section 8.2.3.
TEST_P(Body, ThatNobodyUnderstandsIsRefusedAndSaysWhatWouldBe) {
  dial("application/isup", "x");
  ASSERT_EQ(alice.call().final_status(), 415);
  const auto& response = alice.call().responses().back();
  for (const char* type : {"application/sdp", "multipart/mixed", "multipart/alternative"}) {
    EXPECT_TRUE(response.lists(sip::HeaderName::Accept, type)) << type;
  }
  EXPECT_EQ(response.header("Accept-Encoding"), "identity");
}

// ATTACKS S17.
TEST_P(Body, ThatIsBrokenIsABadRequest) {
  for (const char* text : {"--b1\r\n", "--b1\n\nv=0\n--b1--\n", "--b1--", "no parts"}) {
    dial("multipart/mixed;boundary=b1", text);
    EXPECT_EQ(alice.call().final_status(), 400) << text;
  }
}

}  // namespace
}  // namespace webcalling::sim
