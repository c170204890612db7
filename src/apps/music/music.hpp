#pragma once

#include "call/application.hpp"

namespace webcalling::apps {

/// 9664: the caller hears the hold music.
class Music final : public call::Application {
 public:
  void start(call::ApplicationSession& session) override {
    if (session.answer()) session.play(media::MusicOnHold{});
  }
};

}  // namespace webcalling::apps
