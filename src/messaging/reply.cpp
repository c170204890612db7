#include "messaging/reply.hpp"

#include <utility>

#include "call/leg/capabilities.hpp"

namespace webcalling::messaging {
namespace {

/// RFC 3261 section 8.2.6.2.
bool belongs_to_response(sip::HeaderName name) {
  switch (name) {
    case sip::HeaderName::Via:
    case sip::HeaderName::From:
    case sip::HeaderName::To:
    case sip::HeaderName::CallId:
    case sip::HeaderName::CSeq: return true;
    default: return false;
  }
}

sip::Request head_of(const sip::Request& request) {
  sip::Request head(request.method(), request.uri());
  for (const sip::Message::Header& header : request.headers()) {
    if (belongs_to_response(header.name)) head.add(header.name, header.value);
  }
  return head;
}

}  // namespace

Reply::Reply(const House& house, const sip::Request& request, const sip::Flow& flow,
             std::shared_ptr<std::size_t> waiting)
    : house_(house),
      transaction_(house.transactions.accept(request, flow)),
      head_(head_of(request)),
      waiting_(std::move(waiting)) {
  ++*waiting_;
}

Reply::~Reply() {
  if (!given_) --*waiting_;
}

void Reply::give(int status, std::string_view reason) {
  if (std::exchange(given_, true)) return;
  --*waiting_;
  auto response = sip::make_response(head_, status, house_.random.token(10), reason);
  call::announce(response, house_.product);
  house_.transactions.respond(transaction_, response);
}

}  // namespace webcalling::messaging
