#include "server/overload.hpp"

namespace webcalling::server {
namespace {

// A phone asks again after 500 ms (T1, RFC 3261 section 17.1.1.1): by then it must have its answer.
constexpr Duration kLongWait = 100ms;
constexpr Duration kLongestWaitWithCredentials = 350ms;
/// So long all must have waited for long.
constexpr Duration kWhile = 100ms;

}  // namespace

void Overload::note(TimePoint now, Duration waited) {
  // It came after the one before was taken: nobody was waiting any more.
  const bool was_empty = !last_ || now - waited >= *last_;
  last_ = now;
  waited_ = waited;
  if (waited < kLongWait) {
    long_since_.reset();
  } else if (was_empty || !long_since_) {
    long_since_ = now;
  }
  is_present_ = long_since_ && now - *long_since_ >= kWhile;
}

bool Overload::turns_away(const sip::Glance& request) const {
  if (!is_present_ || (request.has_credentials && waited_ < kLongestWaitWithCredentials)) return false;
  return request.begins_something();
}

}  // namespace webcalling::server
