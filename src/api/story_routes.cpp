#include "api/story_routes.hpp"

#include "api/json.hpp"

namespace webcalling::api {

void StoryRoutes::add_to(Router& router) {
  if (stories_ == nullptr) return;
  router.add({"GET",
              {"api", "calls", "*", "story"},
              Route::Access::SignedIn,
              [this](const Context& context, const Respond& respond) { respond(tell(context)); }});
}

Response StoryRoutes::tell(const Context& context) const {
  const std::string& call_id = context.open_segments.at(0);
  const auto told = stories_->tell(context.extension, call_id);
  // The same for a call of others and for none at all.
  if (!told) return refusal(404, "There is no such call of yours, or it was too long ago.");
  json::array messages;
  for (const story::ToldLine& line : told->lines) {
    messages.push_back(json::object{{"at", milliseconds(line.at)},
                                    {"leg", line.is_own ? "own" : "far"},
                                    {"direction", line.direction == story::Line::Direction::In ? "in" : "out"},
                                    {"message", text(line.message)}});
  }
  return respond_with(
      json::object{{"callId", text(call_id)}, {"complete", told->is_complete}, {"messages", std::move(messages)}});
}

}  // namespace webcalling::api
