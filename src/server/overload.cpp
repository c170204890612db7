#include "server/overload.hpp"

namespace webcalling::server {
namespace {

// A phone asks again after 500 ms (T1, RFC 3261 section 17.1.1.1): by then it must have its answer.
constexpr Duration kLongestWait = 100ms;
constexpr Duration kLongestWaitWithCredentials = 250ms;

}  // namespace

bool is_turned_away(const sip::Glance& request, Duration waited) {
  return waited > (request.has_credentials ? kLongestWaitWithCredentials : kLongestWait) && request.begins_something();
}

}  // namespace webcalling::server
