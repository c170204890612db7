#include <array>

#include "support/outbound_device.hpp"
#include "support/story.hpp"

namespace webcalling::sim {
namespace {

using sip::TransportKind;

/// Devices with three flows each, whose people call each other while flows break, come back and move.
class FlowsComeAndGo : public Story {
 protected:
  FlowsComeAndGo() {
    for (OutboundDevice& device : devices) {
      for (const TransportKind kind : {TransportKind::Udp, TransportKind::Tcp, TransportKind::Ws}) {
        flows.push_back(&device.add_flow(kind));
      }
    }
  }

  SimPhone& anyone() { return *flows.at(net.random().below(flows.size())); }
  void act(SimPhone& flow) {
    static constexpr std::array kNumbers{"1001", "1002", "1003"};
    switch (net.random().below(10)) {
      case 0:
      case 1:
      case 2:
        if (!flow.in_call()) flow.dial(kNumbers.at(net.random().below(kNumbers.size())));
        return;
      case 3:
      case 4: return flow.answer();
      case 5: return flow.hang_up();
      case 6: return flow.sign_in();
      case 7:
        if (flow.ringing()) flow.call().refuse(net.random().below(2) == 0 ? 430 : 486);
        return;
      default:
        if (flow.transport() == TransportKind::Udp) return flow.sign_out();
        flow.drop_connection();
        flow.reconnect();
        if (net.random().below(2) == 0) flow.sign_in();
        return;
    }
  }

  std::array<OutboundDevice, 3> devices{OutboundDevice(net, "1001"), OutboundDevice(net, "1002"),
                                        OutboundDevice(net, "1003")};
  std::vector<SimPhone*> flows;
};

INSTANTIATE_TEST_SUITE_P(, FlowsComeAndGo, many_weathers(30), weather_name);

TEST_P(FlowsComeAndGo, AndLeaveNothingBehind) {
  for (int i = 0; i < 300; ++i) {
    act(anyone());
    net.run_for(Duration(net.random().below(static_cast<std::uint64_t>(Duration(1s).count()))));
    for (const char* user : {"1001", "1002", "1003"}) {
      ASSERT_LE(net.pbx().registrar().find_devices(user).size(), 1u) << "they are the flows of one device";
      ASSERT_LE(net.pbx().registrar().find(user).size(), 3u);
    }
  }
  for (int i = 0; i < 3; ++i) {
    for (SimPhone* flow : flows) flow->hang_up();
    net.run_for(40s);
  }
}

}  // namespace
}  // namespace webcalling::sim
