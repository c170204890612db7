#include "media/session/srtp_channel.hpp"

#include <utility>

#include "media/rtp/packet.hpp"

namespace webcalling::media {

void SrtpChannel::renew(std::optional<Direction>& direction, const srtp::MasterKey& key,
                        srtp::SrtpSession::Direction way) {
  if (direction && direction->key == key) return;
  direction.reset();
  if (auto session = srtp::SrtpSession::create(key, way)) direction.emplace(Direction{key, std::move(*session)});
}

bool SrtpChannel::use(const srtp::MasterKey& send, const srtp::MasterKey& receive) {
  renew(send_, send, srtp::SrtpSession::Direction::Send);
  renew(receive_, receive, srtp::SrtpSession::Direction::Receive);
  if (!send_ || !receive_) close();
  return is_open();
}

void SrtpChannel::close() {
  send_.reset();
  receive_.reset();
}

ReceivedPacket SrtpChannel::receive(MutableBytes datagram) {
  if (!receive_) return {};
  const bool rtcp = is_rtcp(datagram);
  auto& session = receive_->session;
  const auto length =
      rtcp ? session.unprotect_rtcp(datagram, datagram.size()) : session.unprotect(datagram, datagram.size());
  if (!length) return {};
  return {rtcp ? ReceivedPacket::Kind::Rtcp : ReceivedPacket::Kind::Rtp, datagram.first(*length)};
}

MutableBytes SrtpChannel::protect_rtp(MutableBytes buffer, std::size_t length) {
  if (!send_) return {};
  return buffer.first(send_->session.protect(buffer, length).value_or(0));
}

MutableBytes SrtpChannel::protect_rtcp(MutableBytes buffer, std::size_t length) {
  if (!send_) return {};
  return buffer.first(send_->session.protect_rtcp(buffer, length).value_or(0));
}

}  // namespace webcalling::media
