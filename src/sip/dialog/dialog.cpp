#include "sip/dialog/dialog.hpp"

#include <algorithm>
#include <utility>

namespace webcalling::sip {
namespace {

// RFC 3261 section 12.2 and RFC 6665, RFC 3515: requests that say where their sender is reached from now on.
bool carries_contact(Method method) {
  switch (method) {
    case Method::Invite:
    case Method::Update:
    case Method::Subscribe:
    case Method::Notify:
    case Method::Refer: return true;
    case Method::Ack:
    case Method::Bye:
    case Method::Cancel:
    case Method::Options:
    case Method::Register:
    case Method::Info:
    case Method::Message:
    case Method::Prack:
    case Method::Publish:
    case Method::Other: return false;
  }
  return false;
}

/// RFC 3261 section 12.2, RFC 3311 section 5.1, RFC 6665 section 4.1.2.
bool refreshes_target(Method method) {
  return method == Method::Invite || method == Method::Update || method == Method::Subscribe;
}

/// A From or To without its parameters: the tags are the dialog's.
NameAddress without_parameters(NameAddress address) {
  address.parameters = {};
  return address;
}

NameAddress with_tag(NameAddress address, const std::string& tag) {
  if (!tag.empty()) address.parameters.set("tag", tag);
  return address;
}

/// A URI from a Contact or a Route as it may stand in a Request-URI (section 19.1.1, table 1).
Uri as_request_uri(Uri uri) {
  uri.headers.clear();
  uri.parameters.remove("method");
  return uri;
}

Result<std::vector<NameAddress>> read_route_set(const Message& message) {
  auto records = message.get_all<RecordRoute>();
  if (!records) return Failure(std::move(records.error()));
  return std::vector<NameAddress>(records->begin(), records->end());
}

/// Section 12.1.2: "taken in reverse order".
Result<std::vector<NameAddress>> read_route_set_of_client(const Response& response) {
  auto route_set = read_route_set(response);
  if (route_set) std::reverse(route_set->begin(), route_set->end());
  return route_set;
}

std::string written(const NameAddress& address) {
  std::string out;
  address.write(out);
  return out;
}

/// The address of a Contact; Missing if there is none, Malformed if it is "*".
Result<Uri> read_contact(const Message& message) {
  auto contact = message.get<Contact>();
  if (!contact) return Failure(std::move(contact.error()));
  if (contact->is_star) return malformed("Contact: * is no address");
  return std::move(contact->uri);
}

}  // namespace

Result<Dialog> Dialog::from_request(const Request& request, std::string local_tag, const Flow& flow,
                                    NameAddress local_contact) {
  auto from = request.get<From>();
  if (!from) return Failure(std::move(from.error()));
  auto to = request.get<To>();
  if (!to) return Failure(std::move(to.error()));
  auto cseq = request.get<CSeq>();
  if (!cseq) return Failure(std::move(cseq.error()));
  // An RFC 2543 peer may leave Contact out of its INVITE: it is reached where it calls from (RFC 4475 section 3.4.1).
  auto target = read_contact(request);
  if (!target && target.error().kind == Error::Kind::Missing) target = from->uri;
  if (!target) return Failure(std::move(target.error()));
  auto route_set = read_route_set(request);
  if (!route_set) return Failure(std::move(route_set.error()));

  Dialog dialog;
  dialog.id_ = {std::string(request.call_id()), std::move(local_tag), std::string(from->tag())};
  dialog.local_ = without_parameters(*to);
  dialog.remote_ = without_parameters(*from);
  dialog.local_contact_ = std::move(local_contact);
  dialog.remote_target_ = std::move(*target);
  dialog.route_set_ = std::move(*route_set);
  dialog.remote_cseq_ = cseq->number;
  dialog.flow_ = flow;
  return dialog;
}

Result<Dialog> Dialog::from_response(const Request& request, const Response& response, const Flow& flow) {
  auto from = request.get<From>();
  if (!from) return Failure(std::move(from.error()));
  auto to = response.get<To>();
  if (!to) return Failure(std::move(to.error()));
  if (to->tag().empty()) return missing("To: a response without tag makes no dialog");
  auto cseq = request.get<CSeq>();
  if (!cseq) return Failure(std::move(cseq.error()));
  auto route_set = read_route_set_of_client(response);
  if (!route_set) return Failure(std::move(route_set.error()));
  // Phones leave Contact out of 180 although section 12.1.1 wants it: they are reached where the request reached them.
  auto target = read_contact(response);
  if (!target && target.error().kind == Error::Kind::Missing) target = request.uri();
  if (!target) return Failure(std::move(target.error()));

  Dialog dialog;
  dialog.id_ = {std::string(request.call_id()), std::string(from->tag()), std::string(to->tag())};
  dialog.local_ = without_parameters(*from);
  dialog.remote_ = without_parameters(*to);
  dialog.local_contact_ = request.get<Contact>().value_or(Contact{});
  dialog.remote_target_ = std::move(*target);
  dialog.route_set_ = std::move(*route_set);
  dialog.local_cseq_ = cseq->number;
  dialog.flow_ = flow;
  return dialog;
}

Result<Dialog> Dialog::from_record(const DialogRecord& record, const Flow& flow) {
  Dialog dialog;
  dialog.id_ = record.id;
  const auto read = [](const std::string& text, NameAddress& into) {
    auto address = NameAddress::parse(text);
    if (address) into = std::move(*address);
    return address.has_value();
  };
  bool is_whole = read(record.local, dialog.local_) && read(record.remote, dialog.remote_) &&
                  read(record.local_contact, dialog.local_contact_);
  for (const std::string& hop : record.route_set) is_whole = read(hop, dialog.route_set_.emplace_back()) && is_whole;
  auto target = Uri::parse(record.remote_target);
  if (!is_whole || !target) return malformed("an address in what was written down of dialog {}", record.id.call_id);
  dialog.remote_target_ = std::move(*target);
  dialog.local_cseq_ = record.local_cseq;
  dialog.remote_cseq_ = record.remote_cseq;
  dialog.flow_ = flow;
  return dialog;
}

DialogRecord Dialog::record() const {
  DialogRecord record{.id = id_,
                      .local = written(local_),
                      .remote = written(remote_),
                      .local_contact = written(local_contact_),
                      .remote_target = remote_target_.text(),
                      .route_set = {},
                      .local_cseq = local_cseq_,
                      .remote_cseq = remote_cseq_};
  for (const NameAddress& hop : route_set_) record.route_set.push_back(written(hop));
  return record;
}

Result<void> Dialog::confirm(const Response& response) {
  auto route_set = read_route_set_of_client(response);
  if (!route_set) return Failure(std::move(route_set.error()));
  auto target = read_contact(response);
  if (!target && target.error().kind != Error::Kind::Missing) return Failure(std::move(target.error()));
  route_set_ = std::move(*route_set);
  if (target) remote_target_ = std::move(*target);
  return {};
}

Request Dialog::make_request(Method method) {
  Request request = make_request_with(method, ++local_cseq_);
  if (carries_contact(method)) request.add(HeaderName::Contact, written(local_contact_));
  return request;
}

Request Dialog::make_ack(std::uint32_t invite_cseq) const { return make_request_with(Method::Ack, invite_cseq); }

Request Dialog::make_request_with(Method method, std::uint32_t cseq) const {
  Request request(method, as_request_uri(remote_target_));
  constexpr std::size_t kLines = 14;
  constexpr std::size_t kBytes = 1024;
  request.reserve(kLines, kBytes);
  put_route(request);
  request.add(MaxForwards{});
  request.add(HeaderName::From, written(with_tag(local_, id_.local_tag)));
  request.add(HeaderName::To, written(with_tag(remote_, id_.remote_tag)));
  request.add(HeaderName::CallId, id_.call_id);
  request.add(CSeq{cseq, method, std::string(text(method))});
  return request;
}

// Section 12.2.1.1: the last hop of a strict router's route is the remote target, and it stands in the Request-URI
// itself.
void Dialog::put_route(Request& request) const {
  if (route_set_.empty()) return;
  const bool is_loose = route_set_.front().uri.parameters.has("lr");
  if (!is_loose) request.set_uri(as_request_uri(route_set_.front().uri));
  for (auto hop = route_set_.begin() + (is_loose ? 0 : 1); hop != route_set_.end(); ++hop) {
    request.add(HeaderName::Route, written(*hop));
  }
  if (!is_loose) request.add(HeaderName::Route, written({{}, remote_target_, {}}));
}

Response Dialog::make_response(const Request& request, int status) const {
  Response response = sip::make_response(request, status, status == 100 ? std::string_view{} : id_.local_tag);
  if (status == 100 || !(response.is_provisional() || response.is_success())) return response;
  // Section 12.1.1: a response that makes a dialog repeats the Record-Route of its request.
  for (const auto hop : request.values(HeaderName::RecordRoute)) response.add(HeaderName::RecordRoute, hop);
  if (carries_contact(request.method())) response.add(HeaderName::Contact, written(local_contact_));
  return response;
}

Result<void> Dialog::receive(const Request& request, const Flow& flow) {
  // Both bear the number of the INVITE they belong to.
  if (request.method() == Method::Ack || request.method() == Method::Cancel) return {};
  auto cseq = request.get<CSeq>();
  if (!cseq) return Failure(std::move(cseq.error()));
  if (remote_cseq_ && cseq->number < *remote_cseq_) {
    return refused("CSeq: {} came after {}", cseq->number, *remote_cseq_);
  }
  if (refreshes_target(request.method())) {
    auto target = read_contact(request);
    if (!target && target.error().kind != Error::Kind::Missing) return Failure(std::move(target.error()));
    if (target) remote_target_ = std::move(*target);
    flow_ = flow;
  }
  remote_cseq_ = cseq->number;
  return {};
}

void Dialog::receive(const Response& response) {
  const auto cseq = response.get<CSeq>();
  if (!cseq || !response.is_success() || !refreshes_target(cseq->method)) return;
  if (auto target = read_contact(response)) remote_target_ = std::move(*target);
}

}  // namespace webcalling::sip
