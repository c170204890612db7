#pragma once

#include <memory>

#include "base/time.hpp"
#include "call/leg/ending.hpp"
#include "media/session/leg_settings.hpp"

namespace webcalling::call {

/// What an application can do with the call it answers.
class ApplicationSession {
 public:
  virtual ~ApplicationSession() = default;
  /// False if the caller is gone or no media could be set up.
  virtual bool answer() = 0;
  /// The caller hears this from now on.
  virtual void play(const media::Source& source) = 0;
  /// The caller hears itself.
  virtual void echo() = 0;
  /// The caller's first four seconds are played back to it after they were recorded (media::Replay).
  virtual void replay() = 0;
  /// Application::on_waited() follows after this time, if the call is still there and nothing else was waited for.
  virtual void wait(Duration time) = 0;
  virtual void hang_up(Cause cause) = 0;
};

/// Answers calls itself. One object serves one call. Implementations live in apps/.
class Application {
 public:
  virtual ~Application() = default;
  /// The call is here, not answered yet.
  virtual void start(ApplicationSession& session) = 0;
  virtual void on_digit(ApplicationSession& /*session*/, char /*digit*/) {}
  virtual void on_waited(ApplicationSession& /*session*/) {}
};

}  // namespace webcalling::call
