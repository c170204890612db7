#pragma once

#include "api/router.hpp"
#include "story/call_stories.hpp"

namespace webcalling::api {

/// The SIP messages of the calls of whoever is signed in: /api/calls/{Call-ID}/story.
class StoryRoutes {
 public:
  /// Null: no stories are kept.
  explicit StoryRoutes(story::CallStories* stories) : stories_(stories) {}

  void add_to(Router& router);

 private:
  [[nodiscard]] Response tell(const Context& context) const;

  story::CallStories* stories_;
};

}  // namespace webcalling::api
