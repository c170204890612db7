#include "load/sip_line.hpp"

#include <utility>

#include "base/ascii.hpp"

namespace webcalling::load {
namespace {

constexpr std::size_t kBuffer = 8UL * 1024 * 1024;
constexpr sip::ConnectionId kOnly{1};

}  // namespace

SipLine::SipLine(io::Loop& loop, Random& random, const SipServer& server, Handlers handlers)
    : server_(server),
      handlers_(std::move(handlers)),
      invented_host_(ascii::lower(random.token(12)) + ".invalid"),
      transactions_(loop.timers(), random, *this) {}

Result<std::unique_ptr<SipLine>> SipLine::open(io::Loop& loop, Random& random, const SipServer& server,
                                               const IpAddress& local, sip::TransactionLayer::User& user,
                                               Handlers handlers) {
  std::unique_ptr<SipLine> line(new SipLine(loop, random, server, std::move(handlers)));
  line->transactions_.set_user(user);
  if (sip::is_web_socket(server.transport)) {
    line->web_socket_ = std::make_unique<WebSocketClient>(
        loop, server.at, server.path, io::TlsOptions{.context = server.tls}, random,
        WebSocketClient::Handlers{
            [line = line.get()] { line->handlers_.on_open(); },
            [line = line.get()](std::string_view message) { line->transactions_.receive(message, line->flow()); },
            [line = line.get()](const std::string& reason) { line->handlers_.on_closed(reason); }});
    return line;
  }
  auto socket = io::UdpSocket::bind(
      loop, {local, 0},
      [line = line.get()](MutableBytes datagram, const Endpoint& /*from*/, const IpAddress& /*to*/) {
        line->transactions_.receive(as_text(datagram), line->flow());
      },
      {.buffer_bytes = kBuffer});
  if (!socket) return Failure(std::move(socket.error()));
  line->udp_.emplace(std::move(*socket));
  loop.post([line = line.get()] { line->handlers_.on_open(); });
  return line;
}

sip::Flow SipLine::flow() const {
  const Endpoint local = udp_ ? udp_->local() : web_socket_->local();
  return {server_.transport, local, server_.at, udp_ ? sip::ConnectionId{0} : kOnly, {}};
}

sip::Uri SipLine::contact(std::string_view user) const {
  sip::Uri uri;
  uri.user = user;
  if (udp_) {
    uri.host = udp_->local().address.text();
    uri.port = udp_->local().port;
  } else {
    uri.host = invented_host_;
    uri.parameters.set("transport", "ws");
  }
  return uri;
}

void SipLine::send(const sip::Flow& /*flow*/, std::string_view message) {
  if (udp_) return udp_->send({}, server_.at, as_bytes(message));
  web_socket_->send(message);
}

}  // namespace webcalling::load
