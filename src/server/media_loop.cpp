#include "server/media_loop.hpp"

#include "io/clock.hpp"

namespace webcalling::server {
namespace {

/// What may wait at another loop: 20 ms of audio of fifty calls, ten times over. A loop that is further behind does not
/// catch up by being sent more.
constexpr std::size_t kMostLentPackets = 512;

constexpr Duration kBetweenLooks = 1s;

}  // namespace

MediaLoop::MediaLoop(const media::dtls::Context& context, io::BoundUdp shared_port, const Listeners& listeners)
    : shared_endpoint_(shared_port.local()),
      shared_(
          std::in_place, loop_, std::move(shared_port),
          [this](MutableBytes datagram, const Endpoint& from, const IpAddress& local) {
            shard_->receive_shared(datagram, from, local);
          },
          [this](const Endpoint& from, int step) { shard_->prefetch_shared(from, step); }),
      shard_(std::in_place,
             media::ShardServices{.timers = loop_.timers(),
                                  .random = random_,
                                  .wall_clock = [] { return io::wall_clock(); },
                                  .on_event =
                                      [events = listeners.events](media::LegId leg, const media::LegEvent& event) {
                                        events.send({leg, event});
                                      }},
             context, static_cast<media::DatagramSender&>(*this)),
      dropped_(listeners.dropped),
      last_dropped_{.loop = listeners.number, .counters = {}},
      look_back_timer_(std::in_place, loop_.timers(), [this] { look_back(); }),
      mailbox_(std::in_place, loop_, [this](Command command) { execute(std::move(command)); }),
      commands_(mailbox_->sender()),
      lent_(std::in_place, loop_, [this](const media::LentPacket& lent) { shard_->hear(lent); }),
      ear_(lent_->sender()),
      thread_([this] {
        looked_back_ = io::MonotonicClock::now();
        look_back_timer_->start(kBetweenLooks);
        loop_.run();
      }) {}

MediaLoop::~MediaLoop() {
  loop_.stop();
  thread_.join();
  // The thread is over: what it used is taken down here, the loop last.
  lent_.reset();
  mailbox_.reset();
  look_back_timer_.reset();
  shard_.reset();
  plain_.clear();
  shared_.reset();
}

void MediaLoop::execute(Command command) {
  std::visit([this](auto&& what) { execute(std::forward<decltype(what)>(what)); }, std::move(command));
}

void MediaLoop::execute(Configure&& configure) { shard_->configure(configure.leg, configure.settings); }

void MediaLoop::execute(RestartIce&& restart) { shard_->restart_ice(restart.leg, restart.local); }

void MediaLoop::execute(Listen&& listen) { shard_->listen(listen.leg, listen.source); }

void MediaLoop::execute(Lend&& lend) {
  shard_->lend(lend.talker, lend.listener, [to = std::move(lend.to)](const media::LentPacket& packet) {
    return to.send_unless_full(packet, kMostLentPackets);
  });
}

void MediaLoop::execute(StopLending&& stop) { shard_->stop_lending(stop.talker, stop.listener); }

void MediaLoop::execute(SendDigit&& press) { shard_->send_digit(press.leg, press.digit, press.length); }

void MediaLoop::execute(Close&& close) {
  shard_->close(close.leg);
  plain_.erase(close.leg);
}

void MediaLoop::execute(Open&& open) {
  const media::LegId leg = open.local.id;
  if (open.ports) {
    // One for each, of two words: a std::function takes them in, and does not keep them elsewhere.
    auto rtp = [this, leg](MutableBytes datagram, const Endpoint& from, const IpAddress& /*local*/) {
      shard_->receive_plain(leg, media::PlainPort::Rtp, datagram, from);
    };
    auto rtcp = [this, leg](MutableBytes datagram, const Endpoint& from, const IpAddress& /*local*/) {
      shard_->receive_plain(leg, media::PlainPort::Rtcp, datagram, from);
    };
    auto prefetch = [this, leg](const Endpoint& /*from*/, int step) { shard_->prefetch_plain(leg, step); };
    plain_.emplace(leg, PlainSockets{io::UdpSocket(loop_, std::move(open.ports->rtp), rtp, prefetch),
                                     io::UdpSocket(loop_, std::move(open.ports->rtcp), rtcp)});
  }
  shard_->open(open.local);
}

void MediaLoop::look_back() {
  look_back_timer_->start(kBetweenLooks);
  const TimePoint now = io::MonotonicClock::now();
  using Seconds = std::chrono::duration<double>;
  shard_->note_busy(Seconds(loop_.busy_time() - busy_time_) / Seconds(now - looked_back_));
  busy_time_ = loop_.busy_time();
  looked_back_ = now;
  tell_dropped();
}

void MediaLoop::tell_dropped() {
  if (shard_->counters() == last_dropped_.counters) return;
  last_dropped_.counters = shard_->counters();
  dropped_.send(last_dropped_);
}

void MediaLoop::send_shared(const IpAddress& from, const Endpoint& to, Bytes datagram) {
  shared_->send(from, to, datagram);
}

void MediaLoop::send_plain(media::LegId leg, media::PlainPort port, const Endpoint& to, Bytes datagram) {
  const auto sockets = plain_.find(leg);
  if (sockets == plain_.end()) return;
  (port == media::PlainPort::Rtp ? sockets->second.rtp : sockets->second.rtcp).send({}, to, datagram);
}

void MediaLoop::prefetch_plain(media::LegId leg) {
  if (const auto sockets = plain_.find(leg); sockets != plain_.end()) sockets->second.rtp.prefetch();
}

}  // namespace webcalling::server
