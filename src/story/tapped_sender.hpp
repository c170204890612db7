#pragma once

#include "sip/transport/flow.hpp"
#include "story/call_stories.hpp"

namespace webcalling::story {

/// Passes messages on, and lets the stories see them.
class TappedSender final : public sip::MessageSender {
 public:
  TappedSender(sip::MessageSender& sender, CallStories& stories) : sender_(sender), stories_(stories) {}

  void send(const sip::Flow& flow, std::string_view message) override {
    stories_.on_message(Line::Direction::Out, message);
    sender_.send(flow, message);
  }
  [[nodiscard]] std::optional<Endpoint> local_towards(sip::TransportKind kind, const IpAddress& remote) override {
    return sender_.local_towards(kind, remote);
  }

 private:
  sip::MessageSender& sender_;
  CallStories& stories_;
};

}  // namespace webcalling::story
