#include "server/sip_server.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "io/clock.hpp"
#include "io/local_addresses.hpp"
#include "media/stun/message.hpp"
#include "server/stun_keep_alive.hpp"
#include "sip/message/header_lines.hpp"
#include "sip/transaction/quick_refusal.hpp"
#include "sip/transaction/top_via.hpp"

namespace webcalling::server {
namespace {

/// Shared by all phones: must hold a burst of registrations after a power cut.
constexpr std::size_t kUdpBufferBytes = 4 * 1024 * 1024;

/// Somebody waits for it to ring, and there may be another way: one lost packet is made good for within a second.
constexpr Duration kConnectTimeout = 2s;

/// Phones keep their NAT open with a few bytes of nothing: CRLF, zeros.
bool is_keep_alive(std::string_view datagram) {
  return std::all_of(datagram.begin(), datagram.end(),
                     [](char c) { return c == '\r' || c == '\n' || c == '\0' || c == ' '; });
}

/// Limits that the operator has lowered; those that everybody has are the parser's own.
Result<void> check_limits(std::string_view message, const sip::Limits& limits) {
  constexpr sip::Limits kHighest;
  if (message.size() > limits.message_bytes) return refused("it has more than {} bytes", limits.message_bytes);
  if (limits.headers == kHighest.headers && limits.header_line_bytes == kHighest.header_line_bytes) return {};
  const auto begin = message.find("\r\n");
  const auto end = message.find("\r\n\r\n");
  if (end == std::string_view::npos) return {};
  const auto lines = sip::split_header_lines(message.substr(begin + 2, end - begin), limits);
  // What is no header line at all is found when it is parsed.
  if (!lines && lines.error().kind == Error::Kind::Refused) return Failure(lines.error());
  return {};
}

/// RFC 5626 section 3.5.1
constexpr std::string_view kPong = "\r\n";
constexpr std::string_view kPing = "\r\n\r\n";

/// Seconds after which a source that sends too much may try again.
constexpr std::uint64_t kRetryAfter = 5;
/// Who was turned away together shall not come back together.
constexpr std::uint64_t kRetrySpread = 10;
constexpr Duration kBetweenWarnings = 10s;
/// RFC 6455 section 7.4.1
constexpr std::uint16_t kPolicyViolation = 1008;
constexpr std::uint16_t kTryAgainLater = 1013;

}  // namespace

SipServer::~SipServer() = default;

Result<void> SipServer::listen(const config::Settings::Sip& settings, const io::TlsOptions& tls,
                               const sip::Limits& limits) {
  limits_ = limits;
  tls_options_ = tls;
  message_timeout_ = std::chrono::seconds(settings.message_timeout);
  auto udp = io::UdpSocket::bind(
      loop_, {settings.listen_address, settings.udp_port},
      [this](MutableBytes bytes, const Endpoint& remote, const IpAddress& local) { on_datagram(bytes, remote, local); },
      {.buffer_bytes = kUdpBufferBytes, .notes_arrival = true});
  if (!udp) return in_context("SIP", udp.error());
  udp_ = std::move(*udp);
  auto tcp = listen_for_streams(sip::TransportKind::Tcp, {settings.listen_address, settings.tcp_port});
  if (!tcp) return in_context("SIP", tcp.error());
  tcp_ = std::move(*tcp);
  auto encrypted = listen_for_streams(sip::TransportKind::Tls, {settings.listen_address, settings.tls_port});
  if (!encrypted) return in_context("SIP over TLS", encrypted.error());
  tls_ = std::move(*encrypted);
  return {};
}

Result<io::TcpListener> SipServer::listen_for_streams(sip::TransportKind kind, const Endpoint& local) {
  // A connection that never says anything useful is a scanner's; a registered phone sends keep-alives.
  const io::TcpOptions options{.first_bytes_timeout = message_timeout_, .tls = tls_options(kind, {})};
  return io::TcpListener::listen(
      loop_, local, options, [this, kind](io::TcpConnection connection) { on_accepted(std::move(connection), kind); });
}

io::TlsOptions SipServer::tls_options(sip::TransportKind kind, const std::string& server_name) const {
  if (kind != sip::TransportKind::Tls) return {};
  io::TlsOptions options = tls_options_;
  options.server_name = server_name;
  return options;
}

bool SipServer::admit(std::string_view message, const sip::Flow& flow) {
  using Verdict = guard::Guard::Verdict;
  switch (guard_ == nullptr ? Verdict::Pass : guard_->admit(source_of(flow))) {
    case Verdict::Pass: return true;
    case Verdict::Refuse: refuse(message, flow, "Too Many Requests From Here", kRetryAfter); return false;
    case Verdict::Drop: return false;
    case Verdict::Banned: close_banned(flow.connection); return false;
  }
  return false;
}

// RFC 3261 section 21.5.4.
void SipServer::refuse(std::string_view message, const sip::Flow& flow, std::string_view reason,
                       std::uint64_t retry_after) {
  auto response = sip::response_to_malformed(message, {503, std::string(reason)});
  if (!response) return;
  response->add(sip::HeaderName::RetryAfter, std::to_string(retry_after));
  sip::stamp_source(*response, flow);
  send(sip::reply_path(*response, flow).flow, response->write());
}

bool SipServer::is_too_much(std::string_view datagram, const sip::Flow& flow) {
  overload_.note(io::MonotonicClock::now(), udp_->waited());
  if (!overload_.is_present()) return false;
  const auto request = sip::Glance::at(datagram);
  return request && overload_.turns_away(*request) && !(handlers_.is_known && handlers_.is_known(*request, flow));
}

void SipServer::turn_away(std::string_view message, const sip::Flow& flow) {
  const std::uint64_t retry_after = kRetryAfter + turned_away_++ % kRetrySpread;
  if (const auto refusal = sip::QuickRefusal::make(message, flow, retry_after)) {
    sip::Flow back = flow;
    back.remote = refusal->to;
    send(back, refusal->text);
  } else {
    refuse(message, flow, "More Requests Than Can Be Served", retry_after);
  }
  if (told_of_overload_ && loop_.now() - *told_of_overload_ < kBetweenWarnings) return;
  told_of_overload_ = loop_.now();
  log_.warning("SIP: more requests come than can be served: new ones are answered with 503, {} so far", turned_away_);
}

void SipServer::deliver(std::string_view message, const sip::Flow& flow) {
  if (const auto within = check_limits(message, limits_); !within) {
    return handlers_.on_malformed(message, within.error(), flow);
  }
  handlers_.on_message(message, flow);
}

IpAddress SipServer::source_of(const sip::Flow& flow) const {
  const auto websocket = websockets_.find(flow.connection);
  return websocket == websockets_.end() ? flow.remote.address : websocket->second.client;
}

void SipServer::close_banned(sip::ConnectionId id) {
  constexpr std::string_view kReason = "banned";
  if (const auto websocket = websockets_.find(id); websocket != websockets_.end()) {
    websocket->second.connection.close(kPolicyViolation, kReason);
    return on_websocket_closed(id, std::string(kReason));
  }
  // Erasing the stream closes its connection.
  on_stream_closed(id, std::string(kReason));
}

void SipServer::close_all_of(const Network& source) {
  std::vector<sip::ConnectionId> banned;
  for (const auto& [id, stream] : streams_) {
    if (source.contains(stream.flow.remote.address)) banned.push_back(id);
  }
  for (const auto& [id, websocket] : websockets_) {
    if (source.contains(websocket.client)) banned.push_back(id);
  }
  for (const sip::ConnectionId id : banned) close_banned(id);
}

void SipServer::on_datagram(MutableBytes bytes, const Endpoint& remote, const IpAddress& local) {
  const std::string_view text = as_text(bytes);
  const sip::Flow flow{.kind = sip::TransportKind::Udp, .local = {local, udp_->local().port}, .remote = remote};
  if (!admit(text, flow)) return;
  if (is_keep_alive(text)) return;
  if (media::stun::looks_like_stun(bytes)) {
    const ByteVector answer = answer_stun_keep_alive(bytes, remote);
    if (!answer.empty()) udp_->send(local, remote, answer);
    return;
  }
  if (is_too_much(text, flow)) return turn_away(text, flow);
  deliver(text, flow);
}

void SipServer::on_accepted(io::TcpConnection connection, sip::TransportKind kind) {
  guard::Guard::Ticket ticket;
  // A connection that is refused is closed by being forgotten.
  if (guard_ != nullptr && (ticket = guard_->admit_connection(connection.remote().address)) == nullptr) return;
  const sip::ConnectionId id(++last_connection_);
  const sip::Flow flow{.kind = kind, .local = connection.local(), .remote = connection.remote(), .connection = id};
  Stream& stream = streams_[id];
  stream.ticket = std::move(ticket);
  stream.framer = sip::StreamFramer(limits_);
  stream.connection = std::move(connection);
  stream.flow = flow;
  stream.connection.start(stream_handlers(id));
}

sip::ConnectionId SipServer::connect(const Target& target) {
  if (const auto open = opened_.find(target); open != opened_.end()) return open->second;
  const sip::ConnectionId id(++last_connection_);
  opened_.emplace(target, id);
  Stream& stream = streams_[id];
  stream.framer = sip::StreamFramer(limits_);
  stream.flow = {.kind = target.kind, .remote = target.remote, .connection = id, .server_name = target.server_name};
  stream.connection = io::TcpConnection::connect(
      loop_, target.remote, {.connect_timeout = kConnectTimeout, .tls = tls_options(target.kind, target.server_name)},
      stream_handlers(id));
  return id;
}

io::TcpConnection::Handlers SipServer::stream_handlers(sip::ConnectionId id) {
  return {.on_bytes = [this, id](Bytes bytes) { on_bytes(id, bytes); },
          .on_closed = [this, id](const std::string& reason) { on_stream_closed(id, reason); },
          .on_connected =
              [this, id] {
                const auto stream = streams_.find(id);
                if (stream != streams_.end()) stream->second.flow.local = stream->second.connection.local();
              }};
}

void SipServer::on_bytes(sip::ConnectionId id, Bytes bytes) {
  auto stream = streams_.find(id);
  if (stream == streams_.end()) return;
  stream->second.framer.push(as_text(bytes));
  // A message may close its own connection: it is looked up again for each.
  while ((stream = streams_.find(id)) != streams_.end()) {
    const auto next = stream->second.framer.next();
    if (!next) return on_broken_stream(id, next.error());
    if (std::holds_alternative<sip::StreamFramer::NeedMore>(*next)) return watch(stream->second, id);
    const auto* text = std::get_if<sip::StreamFramer::Text>(&*next);
    if (text != nullptr) stream->second.patience.reset();
    const sip::Flow flow = stream->second.flow;
    if (!admit(text != nullptr ? text->message : std::string_view{}, flow)) continue;
    if (text == nullptr) {
      stream->second.connection.send(as_bytes(kPong));
      continue;
    }
    deliver(text->message, flow);
  }
}

/// Who sends a message byte by byte, or half of one, holds a connection for as long as he likes (ATTACKS S39): each
/// message has its time from its first byte on.
void SipServer::watch(Stream& stream, sip::ConnectionId id) {
  if (!stream.framer.is_waiting()) {
    stream.patience.reset();
  } else if (!stream.patience) {
    stream.patience = std::make_unique<Timer>(
        loop_.timers(), [this, id] { on_stream_closed(id, "a message that had begun did not come to its end"); });
    stream.patience->start(message_timeout_);
  }
}

/// A stream that lost its framing cannot be resynchronised (RFC 3261 section 18.3): its peer is told and let go.
void SipServer::on_broken_stream(sip::ConnectionId id, const Error& error) {
  const Stream& stream = streams_.at(id);
  const std::string head(stream.framer.broken());
  handlers_.on_malformed(head, error, sip::Flow(stream.flow));
  if (const auto still_there = streams_.find(id); still_there != streams_.end()) {
    still_there->second.connection.close_when_sent();
    on_stream_closed(id, error.text);
  }
}

void SipServer::on_stream_closed(sip::ConnectionId id, const std::string& reason) {
  const auto stream = streams_.find(id);
  if (stream == streams_.end()) return;
  const sip::Flow flow = stream->second.flow;
  const std::vector<sip::Flow> replaced = std::move(stream->second.replaced);
  streams_.erase(stream);
  std::erase_if(opened_, [&](const auto& entry) { return entry.second == id; });
  log_.debug("SIP connection with {} ended: {}", flow.remote.text(), reason);
  handlers_.on_closed(flow);
  for (const sip::Flow& waiting : replaced) handlers_.on_failure(waiting);
}

void SipServer::accept(io::WebSocketConnection connection, sip::TransportKind kind,
                       const std::optional<IpAddress>& client) {
  guard::Guard::Ticket ticket;
  if (client && guard_ != nullptr && (ticket = guard_->admit_connection(*client)) == nullptr) {
    return connection.close(kTryAgainLater, "too many connections from here");
  }
  const sip::ConnectionId id(++last_connection_);
  WebSocket& websocket = websockets_[id];
  websocket.flow = {.kind = kind, .local = connection.local(), .remote = connection.remote(), .connection = id};
  websocket.client = client.value_or(connection.remote().address);
  websocket.ticket = std::move(ticket);
  websocket.connection = std::move(connection);
  websocket.connection.start({.on_message = [this, id](std::string_view message) { on_websocket_message(id, message); },
                              .on_closed = [this, id](const std::string& reason) { on_websocket_closed(id, reason); }});
}

void SipServer::on_websocket_message(sip::ConnectionId id, std::string_view message) {
  const auto known = websockets_.find(id);
  if (known == websockets_.end()) return;
  const sip::Flow flow = known->second.flow;
  if (!admit(message, flow)) return;
  if (message == kPing) return known->second.connection.send_text(std::string(kPong));
  if (!is_keep_alive(message)) deliver(message, flow);
}

void SipServer::on_websocket_closed(sip::ConnectionId id, const std::string& reason) {
  const auto websocket = websockets_.find(id);
  if (websocket == websockets_.end()) return;
  const sip::Flow flow = websocket->second.flow;
  websockets_.erase(websocket);
  log_.debug("WebSocket of {} ended: {}", flow.remote.text(), reason);
  handlers_.on_closed(flow);
}

void SipServer::send(const sip::Flow& flow, std::string_view message) {
  switch (flow.kind) {
    case sip::TransportKind::Udp: return udp_->send(flow.local.address, flow.remote, as_bytes(message));
    case sip::TransportKind::Tcp:
    case sip::TransportKind::Tls: return send_stream(flow, message);
    case sip::TransportKind::Ws:
    case sip::TransportKind::Wss: return send_websocket(flow, message);
  }
}

std::optional<Endpoint> SipServer::local_towards(sip::TransportKind kind, const IpAddress& remote) {
  if (sip::is_web_socket(kind)) return std::nullopt;
  const Endpoint listening = kind == sip::TransportKind::Udp   ? udp_local()
                             : kind == sip::TransportKind::Tcp ? tcp_local()
                                                               : tls_local();
  const auto address = io::local_address_towards(remote);
  if (!address) return std::nullopt;
  // Bound to one address, we neither send from another nor are reached there.
  const bool is_bound = !listening.address.is_unspecified();
  if (is_bound && listening.address.is_v4() != remote.is_v4()) return std::nullopt;
  // :: takes both families, 0.0.0.0 only its own.
  if (!is_bound && listening.address.is_v4() && remote.is_v6()) return std::nullopt;
  return Endpoint{is_bound ? listening.address : *address, listening.port};
}

void SipServer::send_stream(const sip::Flow& flow, std::string_view message) {
  auto stream = streams_.find(flow.connection);
  // RFC 3261 section 18.2.2: when the connection is gone, a new one to the same peer is tried.
  if (stream == streams_.end()) {
    stream = streams_.find(connect({flow.kind, flow.remote, flow.server_name}));
    auto& replaced = stream->second.replaced;
    const bool is_new = std::find(replaced.begin(), replaced.end(), flow) == replaced.end();
    if (flow.connection != sip::ConnectionId{0} && is_new) replaced.push_back(flow);
  }
  stream->second.connection.send(as_bytes(message));
}

void SipServer::send_websocket(const sip::Flow& flow, std::string_view message) {
  const auto websocket = websockets_.find(flow.connection);
  if (websocket == websockets_.end()) return fail_later(flow);
  websocket->second.connection.send_text(std::string(message));
}

void SipServer::fail_later(const sip::Flow& flow) {
  loop_.post([this, flow, alive = std::weak_ptr(alive_)] {
    if (!alive.expired()) handlers_.on_failure(flow);
  });
}

}  // namespace webcalling::server
