#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/random.hpp"
#include "base/timer_queue.hpp"
#include "sip/transaction/transaction_layer.hpp"

// A transaction layer whose peer is hostile and whose user does something with everything: messages stand in the input
// one after the other, each behind four bytes that say what else happens then.

namespace {

using namespace webcalling;
using namespace webcalling::sip;

struct Nowhere final : MessageSender {
  void send(const Flow&, std::string_view) override {}
  std::optional<Endpoint> local_towards(TransportKind, const IpAddress&) override { return Endpoint{}; }
};

struct Player final : TransactionLayer::User {
  void on_request(const Request& request, const Flow& flow) override {
    switch (choice % 4) {
      case 0: layer->reply_statelessly(request, flow, make_response(request, 407, "fuzz")); return;
      case 1: accepted.push_back(layer->accept(request, flow)); return;
      case 2: layer->respond(layer->accept(request, flow), make_response(request, 200, "fuzz")); return;
      case 3: layer->respond(layer->accept(request, flow), make_response(request, 486, "fuzz")); return;
    }
  }
  void on_cancel(ServerTransactionId invite, const Request& cancel) override {
    layer->respond(invite, make_response(cancel, 487, "fuzz"));
  }
  void on_server_failure(ServerTransactionId transaction) override { layer->on_ack(transaction); }

  TransactionLayer* layer = nullptr;
  std::vector<ServerTransactionId> accepted;
  std::uint8_t choice = 0;
};

Flow flow_of(std::uint8_t choice) {
  const std::uint64_t connection = choice % 3;
  return {connection == 0 ? TransportKind::Udp : TransportKind::Ws, {}, {}, ConnectionId{connection}};
}

using Calls = std::vector<ClientTransactionId>;

/// A large call goes over TCP first. A user whose way fails tries again at once, a few times.
void call(TransactionLayer& layer, Calls& calls, const Flow& flow, bool is_large, int tries = 3) {
  Request request(Method::Invite, Uri{});
  request.add(HeaderName::CSeq, "1 INVITE");
  if (is_large) request.set_body("text/plain", std::string(1500, 'x'));
  const auto on_response = [&layer, &calls, flow, is_large, tries](const Response& response) {
    if (response.status() != 503 || tries == 0) return;
    call(layer, calls, flow, !is_large, tries - 1);
    if (tries == 2) layer.cancel(calls.back());
  };
  calls.push_back(layer.send_request(std::move(request), flow, on_response));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  TimerQueue timers{TimePoint{1s}};
  SeededRandom random{1};
  Nowhere sender;
  Player player;
  Calls calls;
  TransactionLayer layer{timers, random, sender};
  player.layer = &layer;
  layer.set_user(player);

  std::string_view input(reinterpret_cast<const char*>(data), size);
  while (input.size() > 4) {
    const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(input[i]); };
    const Flow flow = flow_of(byte(0));
    player.choice = byte(1);
    timers.advance(timers.now() + byte(2) * 50ms);
    if (byte(3) % 8 == 0) call(layer, calls, flow, byte(3) >= 128);
    if (byte(3) % 8 == 4) layer.on_transport_failure({.kind = TransportKind::Tcp});
    if (byte(3) % 8 == 1) layer.on_transport_failure(flow);
    if (byte(3) % 8 == 2 && !player.accepted.empty()) layer.on_ack(player.accepted.back());
    if (byte(3) % 8 == 3 && !calls.empty()) layer.cancel(calls.back());
    input.remove_prefix(4);
    const auto end = input.find('\0');
    layer.receive(input.substr(0, end), flow);
    input.remove_prefix(end == std::string_view::npos ? input.size() : end + 1);
  }

  // When the user has ended what waits for it and all timers have run, nothing is left.
  for (const auto id : player.accepted) layer.respond(id, Response(500));
  for (const auto id : calls) layer.cancel(id);
  timers.advance(timers.now() + 100s);
  if (layer.active() != 0 || timers.size() != 0) std::abort();
  return 0;
}
