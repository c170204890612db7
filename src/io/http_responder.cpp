#include <atomic>
#include <utility>

#include "io/http_server.hpp"

namespace webcalling::io {

struct HttpResponder::Answer {
  explicit Answer(std::function<void(HttpResponse)> function) : deliver(std::move(function)) {}
  Answer(const Answer&) = delete;
  Answer& operator=(const Answer&) = delete;
  ~Answer() {
    if (!given) deliver(HttpResponse::text(500, "The server found no answer to this request."));
  }

  std::function<void(HttpResponse)> deliver;
  std::atomic<bool> given = false;
};

HttpResponder::HttpResponder(std::function<void(HttpResponse)> deliver)
    : answer_(std::make_shared<Answer>(std::move(deliver))) {}

void HttpResponder::respond(HttpResponse response) const {
  if (!answer_->given.exchange(true)) answer_->deliver(std::move(response));
}

}  // namespace webcalling::io
