#include "sip/transaction/hop_request.hpp"

#include "sip/message/headers.hpp"

namespace webcalling::sip {
namespace {

void copy_header(const Message& from, HeaderName name, Request& to) {
  if (const auto value = from.header(name)) to.add(name, *value);
}

Request make_hop_request(const Request& invite, Method method, const Message& source_of_to) {
  Request out(method, invite.uri());
  const auto vias = invite.values(HeaderName::Via);
  if (!vias.empty()) out.add(HeaderName::Via, vias.front());
  for (const auto route : invite.values(HeaderName::Route)) out.add(HeaderName::Route, route);
  out.add(MaxForwards{});
  copy_header(invite, HeaderName::From, out);
  copy_header(source_of_to, HeaderName::To, out);
  copy_header(invite, HeaderName::CallId, out);
  const auto cseq = invite.get<CSeq>().value_or(CSeq{});
  out.add(CSeq{cseq.number, method, std::string(text(method))});
  return out;
}

}  // namespace

Request make_cancel(const Request& invite, const std::optional<std::string>& reason) {
  Request cancel = make_hop_request(invite, Method::Cancel, invite);
  if (reason) cancel.add(HeaderName::Reason, *reason);
  return cancel;
}

Request make_failure_ack(const Request& invite, const Response& response) {
  return make_hop_request(invite, Method::Ack, response);
}

}  // namespace webcalling::sip
