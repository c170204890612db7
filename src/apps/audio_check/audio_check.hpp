#pragma once

#include "call/application.hpp"

namespace webcalling::apps {

/// 9199: records four seconds of the caller, plays them back once, and hangs up. Whoever hears itself as others would
/// knows that microphone, loudspeaker and network do what they should.
class AudioCheck final : public call::Application {
 public:
  /// Both halves, and room for a media path that comes up late: recording begins with the first packet.
  static constexpr Duration kLength = 10s;

  void start(call::ApplicationSession& session) override {
    if (!session.answer()) return;
    session.replay();
    session.wait(kLength);
  }
  void on_waited(call::ApplicationSession& session) override { session.hang_up(call::Cause::HungUp); }
};

}  // namespace webcalling::apps
