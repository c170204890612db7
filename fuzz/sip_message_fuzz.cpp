#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "sip/message/headers.hpp"
#include "sip/message/parser.hpp"
#include "sip/message/stream_framer.hpp"

// What must hold for any bytes: nothing crashes, what was accepted reads back the same when written, and a stream gives
// the same messages however it is cut.

namespace {

using namespace webcalling;
using namespace webcalling::sip;

void require(bool holds) {
  if (!holds) std::abort();
}

template <typename H>
void check_header(const Message& message) {
  const auto all = message.get_all<H>();
  if (!all) return;
  require(all->empty() || message.get<H>().has_value());
  for (const H& header : *all) {
    std::string first;
    header.write(first);
    const auto again = H::parse(first);
    require(again.has_value());
    std::string second;
    again->write(second);
    require(first == second);
  }
}

/// What is read where it stands is what is read into texts of its own.
void check_views(const Message& message) {
  for (const auto& via : message.get_all<Via>().value_or(std::vector<Via>{})) {
    const auto parameters = Parameters::parse(via.parameters.text());
    require(parameters.has_value());
    for (const auto& [name, value, quoted] : parameters->list()) require(via.parameters.has(name));
    require(via.parameters.get("branch").value_or("") == via.branch);
    const bool has_quotes = via.parameters.text().find('"') != std::string_view::npos;
    require(has_quotes || via.parameters.get("rport") == parameters->get("rport"));
  }
  for (const HeaderName name : {HeaderName::From, HeaderName::To}) {
    const auto value = message.header(name).value_or("");
    const auto view = NameAddressView::parse(value);
    const auto address = NameAddress::parse(value);
    require(view.has_value() == address.has_value());
    if (!view) continue;
    require(Uri::check(view->uri).has_value() && Uri::parse(view->uri) == address->uri);
    require(view->parameters.has("tag") == address->parameters.has("tag"));
    require((view->parameters.get("tag") == "") == (address->parameters.get("tag") == ""));
  }
}

void check_headers(const Message& message) {
  check_views(message);
  check_header<From>(message);
  check_header<To>(message);
  check_header<Contact>(message);
  check_header<Route>(message);
  check_header<RecordRoute>(message);
  check_header<ReferTo>(message);
  check_header<CSeq>(message);
  check_header<MaxForwards>(message);
  check_header<Expires>(message);
  check_header<Authorization>(message);
  check_header<ProxyAuthorization>(message);
  check_header<WwwAuthenticate>(message);
  check_header<Event>(message);
  check_header<SubscriptionState>(message);
  check_header<ContentType>(message);
  check_header<Reason>(message);
  (void)message.lists(HeaderName::Supported, "path");
  for (const auto& contact : message.get_all<Contact>().value_or(std::vector<Contact>{})) (void)contact.expires();
}

void check_uri(const Uri& uri) {
  require(uri.equivalent(uri));
  (void)uri.aor();
}

template <typename M>
void check_round_trip(const M& message) {
  const std::string wire = message.write();
  const auto again = parse(wire, {.message_bytes = SIZE_MAX, .header_line_bytes = SIZE_MAX});
  require(again.has_value());
  require(std::get<M>(*again).write() == wire);
  require(std::get<M>(*again).body() == message.body());
}

void check_request(const Request& request) {
  check_headers(request);
  check_uri(request.uri());
  require(request.written_size() == request.write().size());
  const auto rejection = validate(request);
  require(validate(request) == rejection);
  if (request.foreign() == Request::Foreign::Nothing) check_round_trip(request);
  if (rejection) return;
  require(request.from_tag() == request.get<From>()->tag());
  require(request.to_tag() == request.get<To>()->tag());
  const Response response = make_response(request, 200, "tag");
  require(is_valid(response));
  require(!response.to_tag().empty());
  check_round_trip(response);
}

/// The messages of a stream that comes in pieces of the given sizes, in one text; pings and failures are marked.
std::string frames(std::string_view stream, std::string_view sizes) {
  StreamFramer framer({.message_bytes = 4096});
  std::string out;
  for (std::size_t piece = 0; !stream.empty(); ++piece) {
    const auto wanted =
        sizes.empty() ? stream.size() : static_cast<unsigned char>(sizes[piece % sizes.size()]) + std::size_t{1};
    framer.push(stream.substr(0, wanted));
    stream.remove_prefix(std::min(wanted, stream.size()));
    for (;;) {
      auto next = framer.next();
      if (!next) return out + "FAILED";
      if (std::holds_alternative<StreamFramer::NeedMore>(*next)) break;
      const auto* text = std::get_if<StreamFramer::Text>(&*next);
      out += text ? text->message : "PING";
    }
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto parsed = parse(bytes)) {
    if (const auto* request = std::get_if<Request>(&*parsed)) {
      check_request(*request);
    } else {
      const auto& response = std::get<Response>(*parsed);
      check_headers(response);
      (void)is_valid(response);
      check_round_trip(response);
    }
  }
  if (const auto response = response_to_malformed(bytes, {400, "Bad Request"})) check_round_trip(*response);
  if (size < 4000) require(frames(bytes, bytes.substr(0, 7)) == frames(bytes, ""));
  return 0;
}
