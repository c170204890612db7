#include <array>

#include "support/story.hpp"

namespace webcalling::sim {
namespace {

using sip::TransportKind;

/// People who do whatever comes to their mind.
class AnythingGoes : public Story {
 protected:
  void act(SimPhone& phone) {
    static constexpr std::array kNumbers{"1001", "1002", "1003", "9196", "9199", "9664", "4711"};
    switch (net.random().below(12)) {
      case 0:
      case 1:
        if (!phone.in_call()) phone.dial(kNumbers.at(net.random().below(kNumbers.size())));
        return;
      case 2:
      case 3: return phone.answer();
      case 4: return phone.hang_up();
      case 5:
        if (phone.talking()) phone.hold();
        return;
      case 6:
        if (phone.talking()) phone.resume();
        return;
      case 7:
        if (phone.ringing()) phone.call().refuse(net.random().below(2) == 0 ? 486 : 603);
        return;
      case 8:
        if (phone.talking()) phone.call().update(net.random().below(2) == 0 ? "" : phone.call().media().offer());
        return;
      case 9:
        if (phone.talking())
          phone.call().refer(fmt::format("<sip:{}@h>", kNumbers.at(net.random().below(kNumbers.size()))));
        return;
      case 10: {
        // An attended transfer, or taking over what rings or talks elsewhere.
        SimPhone& other = *phones.at(net.random().below(phones.size()));
        if (!other.in_call() || !other.call().dialog()) return;
        if (phone.talking()) return phone.call().refer(other.call().refer_to_this());
        if (!phone.in_call()) phone.dial_replacing("1001", other.call().replaces_this());
        return;
      }
      default:
        if (phone.transport() == TransportKind::Udp || net.random().below(4) != 0) return;
        phone.drop_connection();
        phone.reconnect();
        return phone.sign_in();
    }
  }

  std::array<SimPhone*, 6> phones{&net.phone("1001"),
                                  &net.phone("1001", TransportKind::Ws),
                                  &net.phone("1002"),
                                  &net.phone("1002", TransportKind::Tcp),
                                  &net.phone("1003", TransportKind::Ws),
                                  &net.phone("1003")};

  void SetUp() override {
    phones[2]->habits().supports = "100rel, timer";
    phones[2]->habits().allows = "INVITE, ACK, BYE, CANCEL, UPDATE";
    phones[3]->habits().rings_reliably = true;
    phones[5]->habits().session_expires = "90;refresher=uas";
    phones[5]->habits().supports = "timer";
  }
};

INSTANTIATE_TEST_SUITE_P(, AnythingGoes, many_weathers(40), weather_name);

TEST_P(AnythingGoes, AndLeavesNothingBehind) {
  for (int i = 0; i < 400; ++i) {
    act(*phones.at(net.random().below(phones.size())));
    net.run_for(Duration(net.random().below(static_cast<std::uint64_t>(Duration(1s).count()))));
  }
  for (int i = 0; i < 3; ++i) {
    for (SimPhone* phone : phones) phone->hang_up();
    net.run_for(40s);
  }
}

}  // namespace
}  // namespace webcalling::sim
