#include "sip/transaction/transaction_key.hpp"

#include <fmt/format.h>

#include "base/ascii.hpp"
#include "sip/message/headers.hpp"

namespace webcalling::sip {
namespace {

void append_peer(std::string& key, const Flow& flow) {
  if (flow.connection == ConnectionId{0}) {
    key += flow.remote.address.text();
  } else {
    key.push_back('#');
    ascii::append_number(key, flow.connection.value());
  }
}

/// RFC 4475 section 3.2.1: the cookie with nothing behind it is no identifier, its sender is taken for an old peer.
bool is_unique(std::string_view branch) {
  return branch.starts_with(kMagicCookie) && branch.size() > kMagicCookie.size();
}

// The parts cannot contain a line break, so that different parts never join to the same key.
std::string join_server_key(const Via& via, const Flow& flow, std::string_view method) {
  constexpr std::size_t kUsualRest = 96;
  std::string key;
  key.reserve(via.branch.size() + kUsualRest);
  key += via.branch;
  key.push_back('\n');
  key += ascii::lower(via.sent_by());
  key.push_back('\n');
  key += method;
  key.push_back('\n');
  append_peer(key, flow);
  return key;
}

TransactionKey make_server_key(const Request& request, const Flow& flow, std::string_view method) {
  const auto via = request.get<Via>().value_or(Via{});
  std::string key = join_server_key(via, flow, method);
  if (!is_unique(via.branch)) {
    const auto cseq = request.get<CSeq>().value_or(CSeq{});
    key += fmt::format("\n{}\n{}\n{}\n{}", request.uri().text(), request.from_tag(), request.call_id(), cseq.number);
  }
  return TransactionKey(std::move(key));
}

}  // namespace

TransactionKey server_key(const Request& request, const Flow& flow) {
  return make_server_key(request, flow, request.method() == Method::Ack ? text(Method::Invite) : request.method_text());
}

std::optional<TransactionKey> server_key(const Glance& request, const Flow& flow) {
  const auto via = Via::parse(request.via);
  if (!via || !is_unique(via->branch)) return std::nullopt;
  return TransactionKey(join_server_key(*via, flow, request.method));
}

TransactionKey cancelled_key(const Request& cancel, const Flow& flow) {
  return make_server_key(cancel, flow, text(Method::Invite));
}

TransactionKey client_key(std::string_view branch, std::string_view method) {
  std::string key;
  key.reserve(branch.size() + 1 + method.size());
  key += branch;
  key.push_back('\n');
  key += method;
  return TransactionKey(std::move(key));
}

std::optional<TransactionKey> client_key(const Response& response) {
  const auto vias = response.get_all<Via>();
  const auto cseq = response.get<CSeq>();
  if (!vias || vias->size() != 1 || !cseq) return std::nullopt;
  return client_key(vias->front().branch, cseq->method_text);
}

}  // namespace webcalling::sip
