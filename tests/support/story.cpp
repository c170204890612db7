#include "support/story.hpp"

#include <iostream>

namespace webcalling::sim {

bool Story::eventually(const std::function<bool()>& condition) {
  constexpr Duration kPatience = 45s;
  const TimePoint until = net.now() + kPatience;
  while (!condition() && net.now() < until) net.run_for(5ms);
  return condition();
}

bool Story::connect(SimPhone& caller, SimPhone& callee) {
  if (!ring(caller, callee)) return false;
  callee.answer();
  return eventually([&] { return caller.talking() && callee.talking(); });
}

bool Story::ring(SimPhone& caller, SimPhone& callee) {
  caller.dial(callee.extension());
  return eventually([&] { return callee.ringing(); });
}

bool Story::reinvited(const SimPhone& phone, int status) {
  return eventually([&] { return phone.call().reinvite_status() == status; });
}

void Story::TearDown() {
  net.run_until_idle();
  EXPECT_EQ(net.pbx().active_calls(), 0u);
  EXPECT_EQ(net.pbx().active_transactions(), 0u);
  EXPECT_EQ(net.pbx().indexed_legs(), 0u);
  EXPECT_EQ(net.history().open(), 0u) << "every call is remembered once it is over";
  EXPECT_EQ(net.media().open_legs(), 0u);
  EXPECT_EQ(net.media().misuses(), 0u);
  for (const auto& phone : net.phones()) {
    EXPECT_TRUE(phone->idle()) << "phone " << phone->extension() << " still believes to be in a call";
    EXPECT_FALSE(phone->was_hung_up_twice()) << "phone " << phone->extension();
  }
  // That a registration was lost is remembered for a minute.
  net.run_for(2min);
  const std::size_t kept_messages = net.pbx().messenger().kept() > 0 ? 1 : 0;
  EXPECT_LE(net.pbx_timers(),
            net.pbx().bindings() + net.pbx().subscriptions() + net.pbx().publications() + kept_messages)
      << "one timer for each registered extension, subscription and publication, and one for all kept messages";
  EXPECT_EQ(net.pbx().messenger().unanswered(), 0u);
  EXPECT_EQ(net.keeper().content.size(), net.pbx().messenger().kept());
  if (HasFailure()) std::cerr << net.ladder();
}

}  // namespace webcalling::sim
