#pragma once

#include "call/application.hpp"

namespace webcalling::apps {

/// 9196: the caller hears itself. The quickest proof that audio flows both ways.
class Echo final : public call::Application {
 public:
  void start(call::ApplicationSession& session) override {
    if (session.answer()) session.echo();
  }
};

}  // namespace webcalling::apps
