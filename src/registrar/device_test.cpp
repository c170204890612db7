#include "registrar/device.hpp"

#include "registrar/registrar_for_tests.hpp"

namespace webcalling::registrar {
namespace {

using testing::ElementsAre;

class DeviceTest : public RegistrarTest {
 protected:
  void sign_in(const std::string& user, const std::string& parameters) {
    handle({.headers = contact(user, parameters), .call_id = user}, udp_flow());
  }
  /// "q: users of its flows"
  [[nodiscard]] std::vector<std::string> devices() const {
    std::vector<std::string> all;
    for (const Device& device : registrar.find_devices("1002")) {
      std::string line = std::to_string(device.q.value()) + ":";
      for (const Binding& flow : device.flows) line += " " + flow.contact.user;
      all.push_back(line);
    }
    return all;
  }
};

TEST_F(DeviceTest, PreferredOnesComeFirstAndEqualOnesInOrderOfTheirRefresh) {
  sign_in("attic", ";q=0.1");
  sign_in("desk", "");
  sign_in("kitchen", ";q=0.5");
  sign_in("hall", ";q=0.500");
  sign_in("mobile", ";q=1.0");
  EXPECT_THAT(devices(), ElementsAre("1000: mobile", "1000: desk", "500: hall", "500: kitchen", "100: attic"));
}

TEST_F(DeviceTest, ValueThatCannotBeReadCountsAsTheDefault) {
  sign_in("desk", ";q=high");
  EXPECT_THAT(devices(), ElementsAre("1000: desk"));
}

TEST_F(DeviceTest, NewestFlowSpeaksForAllOfItsDevice) {
  const std::string instance = ";+sip.instance=\"<urn:uuid:1>\";reg-id=";
  sign_in("old", instance + "1;q=0.9");
  sign_in("other", ";q=0.5");
  sign_in("new", instance + "2;q=0.2");
  EXPECT_THAT(devices(), ElementsAre("500: other", "200: new old"));
}

TEST_F(DeviceTest, NobodyHasNone) { EXPECT_TRUE(registrar.find_devices("1003").empty()); }

}  // namespace
}  // namespace webcalling::registrar
