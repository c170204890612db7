#include "media/codec/loss_concealer.hpp"

#include <algorithm>
#include <cmath>

namespace webcalling::media {
namespace {

constexpr std::size_t kShortestPeriodMs = 5;
constexpr std::size_t kLongestPeriodMs = 15;
constexpr std::size_t kWindowMs = 20;
constexpr std::size_t kOverlapMs = 2;
/// The made-up part keeps its level for one usual packet and is gone three packets later.
constexpr std::size_t kFullMs = 20;
constexpr std::size_t kFadeMs = 60;

std::int16_t to_sample(float value) {
  return static_cast<std::int16_t>(std::lround(std::clamp(value, -32768.F, 32767.F)));
}

float ratio(std::size_t part, std::size_t whole) { return static_cast<float>(part) / static_cast<float>(whole); }

}  // namespace

LossConcealer::LossConcealer(std::uint32_t sample_rate)
    : per_millisecond_(sample_rate / 1000), overlap_(kOverlapMs * per_millisecond_) {}

void LossConcealer::hear(std::span<std::int16_t> pcm) {
  if (made_up_ > 0) {
    const std::size_t blended = std::min(overlap_, pcm.size());
    for (std::size_t i = 0; i < blended; ++i) {
      const float real = ratio(i + 1, blended + 1);
      pcm[i] = to_sample(real * pcm[i] + (1 - real) * make_up());
    }
    made_up_ = 0;
  }
  remember(pcm);
}

void LossConcealer::conceal(std::span<std::int16_t> out) {
  if (made_up_ == 0) begin();
  for (std::int16_t& sample : out) sample = make_up();
  remember(out);
}

void LossConcealer::begin() {
  std::rotate(history_.begin(), history_.begin() + static_cast<std::ptrdiff_t>(oldest_), history_.end());
  oldest_ = 0;
  period_ = find_period();
  const auto last_cycle = std::span(history_).last(period_);
  std::copy(last_cycle.begin(), last_cycle.end(), cycle_.begin());
  // The end of the cycle leans over to what was before its beginning, so that the repetition has no edge.
  const auto before_cycle = std::span(history_).last(period_ + overlap_).first(overlap_);
  for (std::size_t i = 0; i < overlap_; ++i) {
    const float before = ratio(i + 1, overlap_);
    float& sample = cycle_[period_ - overlap_ + i];
    sample = (1 - before) * sample + before * before_cycle[i];
  }
  seam_ = history_.back() - cycle_[period_ - 1];
}

/// The lag at which the last 20 ms resemble most what was before them.
std::size_t LossConcealer::find_period() const {
  std::size_t best = kShortestPeriodMs * per_millisecond_;
  double best_correlation = correlation(best);
  for (std::size_t lag = best + 1; lag <= kLongestPeriodMs * per_millisecond_; ++lag) {
    if (const double now = correlation(lag); now > best_correlation) {
      best = lag;
      best_correlation = now;
    }
  }
  return best;
}

double LossConcealer::correlation(std::size_t lag) const {
  const std::size_t window = kWindowMs * per_millisecond_;
  const std::int16_t* now = history_.data() + kHistory - window;
  const std::int16_t* before = now - lag;
  std::int64_t product = 0;
  std::int64_t energy = 1;
  for (std::size_t i = 0; i < window; ++i) {
    product += std::int32_t{now[i]} * before[i];
    energy += std::int32_t{before[i]} * before[i];
  }
  return static_cast<double>(product) / std::sqrt(static_cast<double>(energy));
}

std::int16_t LossConcealer::make_up() {
  const std::size_t full = kFullMs * per_millisecond_;
  const std::size_t fade = kFadeMs * per_millisecond_;
  const std::size_t position = made_up_++;
  if (position >= full + fade) return 0;
  float sample = cycle_[position % period_];
  if (position < overlap_) sample += seam_ * (1 - ratio(position + 1, overlap_));
  return to_sample(position < full ? sample : sample * (1 - ratio(position - full, fade)));
}

void LossConcealer::remember(std::span<const std::int16_t> pcm) {
  pcm = pcm.last(std::min(pcm.size(), kHistory));
  const std::size_t up_to_end = std::min(pcm.size(), kHistory - oldest_);
  std::ranges::copy(pcm.first(up_to_end), history_.begin() + static_cast<std::ptrdiff_t>(oldest_));
  std::ranges::copy(pcm.subspan(up_to_end), history_.begin());
  oldest_ = (oldest_ + pcm.size()) % kHistory;
}

}  // namespace webcalling::media
