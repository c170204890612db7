#include "media/rtcp/report_builder.hpp"

#include <algorithm>
#include <utility>

namespace webcalling::media {
namespace {

/// LSR and DLSR count in 1/65536 s.
constexpr std::uint32_t kDelayClock = 65536;

}  // namespace

ReportBuilder::ReportBuilder(Ssrc own, std::string cname) : own_(own), cname_(std::move(cname)) {}

void ReportBuilder::note_sent(RtpTimestamp timestamp, std::uint32_t clock_rate, std::size_t payload_size,
                              TimePoint now) {
  ++packets_sent_;
  octets_sent_ += payload_size;
  last_timestamp_ = timestamp;
  last_clock_rate_ = clock_rate;
  last_sent_ = now;
}

void ReportBuilder::receive(const RtcpPacket& packet, TimePoint now) {
  if (const auto* sender_report = std::get_if<SenderReport>(&packet)) {
    received_report_ = ReceivedReport{sender_report->sender, ntp_middle(sender_report->ntp_time), now};
    for (const ReportBlock& block : sender_report->blocks) learn(block, now);
  } else if (const auto* receiver_report = std::get_if<ReceiverReport>(&packet)) {
    for (const ReportBlock& block : receiver_report->blocks) learn(block, now);
  }
}

void ReportBuilder::write_report(ByteVector& out, ReceiveStatistics& received, TimePoint now, WallTime wall) {
  has_reported_ = true;
  std::vector<ReportBlock> blocks;
  if (const auto block = report_block(received, now)) blocks.push_back(*block);
  if (is_sending()) {
    SenderReport report = sender_report(now, wall);
    report.blocks = std::move(blocks);
    write_rtcp(out, report);
  } else {
    write_rtcp(out, ReceiverReport{own_, std::move(blocks)});
  }
  sent_at_report_before_last_ = std::exchange(sent_at_last_report_, packets_sent_);
  write_rtcp(out, SourceDescription{own_, cname_});
}

void ReportBuilder::write_goodbye(ByteVector& out, ReceiveStatistics& received, TimePoint now, WallTime wall) {
  if (packets_sent_ == 0 && !has_reported_) return;
  write_report(out, received, now, wall);
  write_rtcp(out, Goodbye{{own_}, {}});
}

SenderReport ReportBuilder::sender_report(TimePoint now, WallTime wall) {
  SenderReport report;
  report.sender = own_;
  report.ntp_time = to_ntp(wall);
  // RFC 3550, section 6.4.1: the same instant as the NTP time, not that of the last packet.
  report.rtp_time = last_timestamp_ + to_ticks(now - last_sent_, last_clock_rate_);
  report.packet_count = static_cast<std::uint32_t>(packets_sent_);
  report.octet_count = static_cast<std::uint32_t>(octets_sent_);
  sent_reports_[next_sent_report_] = {ntp_middle(report.ntp_time), now};
  next_sent_report_ = (next_sent_report_ + 1) % sent_reports_.size();
  return report;
}

std::optional<ReportBlock> ReportBuilder::report_block(ReceiveStatistics& received, TimePoint now) const {
  const auto values = received.take_report();
  if (!values) return std::nullopt;
  ReportBlock block;
  block.source = values->source;
  block.fraction_lost = values->fraction_lost;
  block.cumulative_lost = values->cumulative_lost;
  block.extended_highest_sequence = values->extended_highest_sequence;
  block.jitter = values->jitter;
  if (received_report_ && received_report_->sender == values->source) {
    block.last_report = received_report_->ntp_middle;
    block.delay_since_last_report = to_ticks(now - received_report_->at, kDelayClock);
  }
  return block;
}

void ReportBuilder::learn(const ReportBlock& block, TimePoint now) {
  if (block.source != own_) return;
  remote_view_ = block;
  if (block.last_report == 0) return;
  const auto sent = std::find_if(sent_reports_.begin(), sent_reports_.end(),
                                 [&](const SentReport& report) { return report.ntp_middle == block.last_report; });
  if (sent == sent_reports_.end()) return;
  const Duration peer_delay{std::int64_t{block.delay_since_last_report} * 1'000'000'000 / kDelayClock};
  // A peer that claims to have waited longer than the report was away rounds badly, or lies.
  round_trip_ = std::max(now - sent->at - peer_delay, Duration{0});
}

Duration report_delay(Random& random) {
  constexpr Duration kInterval = 5s;
  return kInterval / 2 +
         Duration(static_cast<Duration::rep>(random.below(static_cast<std::uint64_t>(kInterval.count()))));
}

}  // namespace webcalling::media
