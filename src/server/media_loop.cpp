#include "server/media_loop.hpp"

#include "io/clock.hpp"

namespace webcalling::server {

MediaLoop::MediaLoop(const media::dtls::Context& context, io::BoundUdp shared_port, io::Mailbox<Event>::Sender events)
    : shared_endpoint_(shared_port.local()),
      shared_(std::in_place, loop_, std::move(shared_port),
              [this](MutableBytes datagram, const Endpoint& from, const IpAddress& local) {
                shard_->receive_shared(datagram, from, local);
              }),
      shard_(std::in_place,
             media::ShardServices{.timers = loop_.timers(),
                                  .random = random_,
                                  .wall_clock = [] { return io::wall_clock(); },
                                  .on_event =
                                      [events](media::LegId leg, const media::LegEvent& event) {
                                        events.send({leg, event});
                                      }},
             context, static_cast<media::DatagramSender&>(*this)),
      mailbox_(std::in_place, loop_, [this](Command command) { execute(std::move(command)); }),
      commands_(mailbox_->sender()),
      thread_([this] { loop_.run(); }) {}

MediaLoop::~MediaLoop() {
  loop_.stop();
  thread_.join();
  // The thread is over: what it used is taken down here, the loop last.
  mailbox_.reset();
  shard_.reset();
  plain_.clear();
  shared_.reset();
}

void MediaLoop::execute(Command command) {
  if (auto* opened = std::get_if<Open>(&command)) return open(std::move(*opened));
  if (const auto* configure = std::get_if<Configure>(&command))
    return shard_->configure(configure->leg, configure->settings);
  if (const auto* restart = std::get_if<RestartIce>(&command)) return shard_->restart_ice(restart->leg, restart->local);
  if (const auto* listen = std::get_if<Listen>(&command)) return shard_->listen(listen->leg, listen->source);
  const media::LegId leg = std::get<Close>(command).leg;
  shard_->close(leg);
  plain_.erase(leg);
}

void MediaLoop::open(Open open) {
  const media::LegId leg = open.local.id;
  if (open.ports) {
    const auto receive = [this, leg](media::PlainPort port) {
      return [this, leg, port](MutableBytes datagram, const Endpoint& from, const IpAddress& /*local*/) {
        shard_->receive_plain(leg, port, datagram, from);
      };
    };
    plain_.emplace(leg,
                   PlainSockets{io::UdpSocket(loop_, std::move(open.ports->rtp), receive(media::PlainPort::Rtp)),
                                io::UdpSocket(loop_, std::move(open.ports->rtcp), receive(media::PlainPort::Rtcp))});
  }
  shard_->open(open.local);
}

void MediaLoop::send_shared(const IpAddress& from, const Endpoint& to, Bytes datagram) {
  shared_->send(from, to, datagram);
}

void MediaLoop::send_plain(media::LegId leg, media::PlainPort port, const Endpoint& to, Bytes datagram) {
  const auto sockets = plain_.find(leg);
  if (sockets == plain_.end()) return;
  (port == media::PlainPort::Rtp ? sockets->second.rtp : sockets->second.rtcp).send({}, to, datagram);
}

}  // namespace webcalling::server
