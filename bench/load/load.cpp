#include "load/load.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "io/clock.hpp"
#include "media/dtls/certificate.hpp"
#include "sip/message/headers.hpp"

namespace webcalling::load {
namespace {

constexpr Duration kTick = 1ms;
/// Phones that open their connections at the same time.
constexpr std::size_t kMostAtOnce = 50;
constexpr Duration kPatience = 60s;
/// So long keys may take to be agreed on, if packets get lost.
constexpr Duration kBeginning = 3s;

double cpu_seconds() {
  rusage usage{};
  (void)getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

double in_milliseconds(Duration duration) { return std::chrono::duration<double, std::milli>(duration).count(); }

std::string percentiles(const Delays& delays) {
  return fmt::format(R"({{"count":{},"p50":{:.2f},"p99":{:.2f},"p999":{:.2f}}})", delays.count(),
                     in_milliseconds(delays.percentile(0.5)), in_milliseconds(delays.percentile(0.99)),
                     in_milliseconds(delays.percentile(0.999)));
}

/// To hear something.
bool has_had_time(const CallEnd& end, TimePoint now) {
  return end.state() == CallEnd::State::Talking && end.answered() < now - kBeginning;
}

void tell(const std::string& line) {
  std::fputs((line + "\n").c_str(), stdout);
  (void)std::fflush(stdout);
}

}  // namespace

Result<std::unique_ptr<Load>> Load::prepare(io::Loop& loop, const Options& options) {
  auto certificate = media::dtls::Certificate::generate(io::wall_clock());
  if (!certificate) return Failure(std::move(certificate.error()));
  auto dtls = media::dtls::Context::create(std::move(*certificate));
  if (!dtls) return Failure(std::move(dtls.error()));
  std::unique_ptr<Load> load(new Load(loop, options, std::move(*dtls)));
  auto network = MediaNetwork::open(loop, options.callers.server.at.address, options.local);
  if (!network) return Failure(std::move(network.error()));
  load->network_ = std::move(*network);
  load->network_->lose(options.loss);
  return load;
}

Load::Load(io::Loop& loop, const Options& options, media::dtls::Context dtls)
    : loop_(loop), options_(options), dtls_(std::move(dtls)), tick_timer_(loop.timers(), [this] { tick(); }) {}

Result<void> Load::open_phones(const Side& side, std::vector<std::unique_ptr<Phone>>& phones) {
  for (std::size_t i = 0; i < side.phones; ++i) {
    const std::size_t awaited = registered_ + 1;
    auto phone = Phone::open(
        loop_, random_, side.server, options_.local, side.accounts[i % side.accounts.size()],
        {.on_registered =
             [this](const Result<void>& done) {
               ++registered_;
               if (!done && !trouble_) trouble_ = done.error();
             },
         .on_invite = [this](const sip::Request& invite) { return answer_call(invite); },
         .on_called = [this](const sip::Request& /*invite*/, std::shared_ptr<CallEnd> end) { pair(std::move(end)); },
         .on_talking = [this](CallEnd& end) { note_talking(end); },
         .on_ended = [this](CallEnd& end) { note_ended(end); }});
    if (!phone) return Failure(std::move(phone.error()));
    phones.push_back(std::move(*phone));
    (void)wait([&] { return registered_ + kMostAtOnce > awaited || trouble_; }, kPatience);
  }
  return {};
}

Result<void> Load::run() {
  if (auto opened = open_phones(options_.called, called_); !opened) return opened;
  if (auto opened = open_phones(options_.callers, callers_); !opened) return opened;
  const std::size_t phones = callers_.size() + called_.size();
  if (!wait([&] { return registered_ >= phones || trouble_; }, kPatience)) {
    return failed("registering {} phones: {} have, the others wait for a minute", phones, registered_);
  }
  if (trouble_) return Failure(*trouble_);
  first_tick_ = rate_since_ = io::MonotonicClock::now();
  tick_timer_.start(kTick);
  (void)wait([&] { return begun_ >= options_.calls || trouble_; }, std::chrono::hours(1));
  if (trouble_) return Failure(*trouble_);
  // Those that were begun last are answered, and their keys agreed on.
  (void)wait(
      [&] { return std::all_of(calls_.begin(), calls_.end(), [&](const auto& call) { return is_up(call.second); }); },
      5s);
  measure();
  ending_ = true;
  const auto hang_up_all = [this] {
    std::vector<std::uint32_t> numbers;
    for (const auto& [number, call] : calls_) numbers.push_back(number);
    for (const std::uint32_t number : numbers) end_call(number);
  };
  hang_up_all();
  (void)wait([] { return false; }, 1s);
  sign_out();
  tick_timer_.stop();
  report();
  return {};
}

/// The next load would ring at the ports of this one as well.
void Load::sign_out() {
  const auto all = [this](const auto& what) {
    std::ranges::for_each(callers_, what);
    std::ranges::for_each(called_, what);
  };
  all([](const auto& phone) { phone->sign_out(); });
  (void)wait(
      [&] {
        bool any = false;
        all([&](const auto& phone) { any = any || phone->is_registered(); });
        return !any;
      },
      5s);
}

void Load::measure() {
  heard_.forget();
  for (auto& [number, call] : calls_) {
    if (call.caller) call.caller->media().ear().mark();
    if (call.called) call.called->media().ear().mark();
  }
  const auto network = network_->counters();
  const double cpu = cpu_seconds();
  const TimePoint begin = io::MonotonicClock::now();
  tell(fmt::format(R"({{"event":"up","phones":{},"calls":{}}})", registered_, calls_.size()));
  (void)wait([] { return false; }, options_.measure);

  std::uint64_t missing = 0;
  std::uint64_t silent = 0;
  const TimePoint end = io::MonotonicClock::now();
  for (auto& [number, call] : calls_) {
    for (const auto& side : {call.caller, call.called}) {
      if (!side) continue;
      missing += side->media().ear().missing();
      if (has_had_time(*side, end) && side->media().ear().is_silent_since(end - 1s)) ++silent;
    }
  }
  const auto after = network_->counters();
  tell(fmt::format(
      R"({{"event":"measured","seconds":{:.3f},"calls":{},"heard":{},"missing":{},"wrong":{},"repeated":{},)"
      R"("silent":{},"delay_ms":{},"sent":{},"received":{},"unsent":{},"own_cpu":{:.3f}}})",
      std::chrono::duration<double>(end - begin).count(), calls_.size(), heard_.packets, missing, heard_.wrong,
      heard_.repeated, silent, percentiles(heard_.delays), after.sent - network.sent, after.received - network.received,
      after.unsent - network.unsent, cpu_seconds() - cpu));
}

void Load::report() const {
  std::string failures;
  for (const auto& [status, count] : failed_) {
    failures += fmt::format(R"({}"{}":{})", failures.empty() ? "" : ",", status, count);
  }
  tell(fmt::format(
      R"({{"event":"over","begun":{},"completed":{},"vanished":{},"deaf":{},"failed":{{{}}},"added_to_set_up_ms":{}}})",
      begun_, completed_, vanished_, deaf_, failures, percentiles(added_to_set_up_)));
}

void Load::tick() {
  const TimePoint now = io::MonotonicClock::now();
  const auto due = static_cast<std::uint64_t>((now - first_tick_) / kTick);
  for (; ticks_ < due; ++ticks_) {
    if (options_.silent) continue;
    for (const std::uint32_t number : slots_[ticks_ % kSlots]) {
      const Call& call = calls_.at(number);
      if (call.caller->state() == CallEnd::State::Talking) call.caller->media().speak();
      if (call.called && call.called->state() == CallEnd::State::Talking) call.called->media().speak();
    }
  }
  begin_due();
  const TimePoint next = first_tick_ + kTick * static_cast<Duration::rep>(ticks_ + 1);
  tick_timer_.start(std::max(Duration::zero(), next - loop_.now()));
}

void Load::begin_due() {
  if (ending_) return;
  const double seconds = std::chrono::duration<double>(io::MonotonicClock::now() - rate_since_).count();
  const bool refills = options_.length.has_value();
  while (calls_.size() < options_.calls && (refills || begun_ < options_.calls) &&
         static_cast<double>(begun_since_) < seconds * options_.rate) {
    begin_call();
  }
  // What could not begin, because as many calls as wanted are there, is not made up for.
  if (calls_.size() < options_.calls) return;
  rate_since_ = io::MonotonicClock::now();
  begun_since_ = 0;
}

std::unique_ptr<MediaEnd> Load::open_media(const Side& side, std::uint32_t number, bool of_caller) {
  // Whoever is answered by the server itself hears itself.
  const bool alone = called_.empty();
  const Tones& own = of_caller ? kTonesOfCaller : kTonesOfCalled;
  const Tones& others = of_caller && !alone ? kTonesOfCalled : kTonesOfCaller;
  const bool same_codec = alone || options_.callers.codec == options_.called.codec;
  const bool stamped = same_codec && side.codec == media::CodecId::Pcmu;
  const std::uint32_t name = number * 2 + (of_caller ? 0 : 1);
  auto speech = stamped ? std::make_shared<Speech>(name) : std::make_shared<Speech>(name, hum_of(side.codec, own));
  auto media = MediaEnd::open({*network_, loop_.timers(), random_, dtls_}, side.media,
                              {side.codec, std::move(speech), Ear(heard_, side.codec, others)});
  if (media) return std::move(*media);
  if (!trouble_) trouble_ = media.error();
  return nullptr;
}

void Load::begin_call() {
  const std::uint32_t number = begun_++;
  ++begun_since_;
  auto media = open_media(options_.callers, number, true);
  if (!media) return;
  Phone& phone = *callers_[number % callers_.size()];
  if (called_.empty()) media->ear().expect(media->speech());
  if (!called_.empty()) waiting_[phone.user()].push_back(number);
  Call& call = calls_.emplace(number, Call{.number = number}).first->second;
  call.slot = number % kSlots;
  slots_[call.slot].push_back(number);
  call.caller = phone.call(options_.number, std::move(media));
  number_of_.emplace(call.caller.get(), number);
  if (!options_.length) return;
  const auto [shortest, longest] = *options_.length;
  const auto more = random_.below(static_cast<std::uint64_t>((longest - shortest).count()) + 1);
  call.length = std::make_unique<Timer>(loop_.timers(), [this, number] { end_call(number); });
  call.length->start(shortest + Duration(static_cast<Duration::rep>(more)));
}

std::unique_ptr<MediaEnd> Load::answer_call(const sip::Request& invite) {
  const auto from = invite.get<sip::From>();
  auto waiting = from ? waiting_.find(from->uri.user) : waiting_.end();
  // A server that does not say who calls: then it is the caller who has waited for longest.
  if (waiting == waiting_.end() || waiting->second.empty()) {
    waiting = std::min_element(waiting_.begin(), waiting_.end(), [](const auto& a, const auto& b) {
      return !a.second.empty() && (b.second.empty() || a.second.front() < b.second.front());
    });
  }
  if (waiting == waiting_.end() || waiting->second.empty()) return nullptr;
  arriving_ = waiting->second.front();
  waiting->second.pop_front();
  return open_media(options_.called, arriving_, false);
}

void Load::pair(std::shared_ptr<CallEnd> end) {
  const auto call = calls_.find(arriving_);
  if (call == calls_.end()) return;
  number_of_.emplace(end.get(), arriving_);
  end->media().ear().expect(call->second.caller->media().speech());
  call->second.caller->media().ear().expect(end->media().speech());
  call->second.called = std::move(end);
}

void Load::note_talking(CallEnd& end) {
  const auto number = number_of_.find(&end);
  if (number == number_of_.end()) return;
  const Call& call = calls_.at(number->second);
  if (call.caller.get() != &end || !call.called) return;
  // From the INVITE's sending to its arrival, and from the 200's to its.
  added_to_set_up_.add((call.called->began() - end.began()) + (end.answered() - call.called->answered()));
}

bool Load::is_up(const Call& call) const {
  return call.caller->media().is_connected() &&
         (called_.empty() || (call.called && call.called->media().is_connected()));
}

Load::Call Load::take_out(std::uint32_t number) {
  // Its timer may be what calls us: it goes with the rest, and only its action is still used.
  const auto found = calls_.find(number);
  Call call = std::move(found->second);
  calls_.erase(found);
  call.length.reset();
  std::erase(slots_[call.slot], number);
  number_of_.erase(call.caller.get());
  number_of_.erase(call.called.get());
  return call;
}

void Load::end_call(std::uint32_t number) {
  if (!calls_.contains(number)) return;
  const Call call = take_out(number);
  if (call.caller->state() != CallEnd::State::Talking) {
    if (!ending_) ++failed_[call.caller->refusal()];
    return;
  }
  if (!options_.silent) note_deaf(call);
  const bool vanishes = random_.below(1'000'000) < static_cast<std::uint64_t>(options_.vanishing * 1'000'000);
  if (!vanishes) {
    ++completed_;
    return call.caller->hang_up();
  }
  // The other end waits, in silence, for the server to notice.
  ++vanished_;
  call.caller->vanish();
}

void Load::note_deaf(const Call& call) {
  const TimePoint now = io::MonotonicClock::now();
  for (const auto& end : {call.caller, call.called}) {
    if (end && has_had_time(*end, now) && !end->media().ear().has_heard_anything()) ++deaf_;
  }
}

void Load::note_ended(CallEnd& end) {
  const auto number = number_of_.find(&end);
  if (number == number_of_.end()) return;
  ++failed_[end.refusal()];
  (void)take_out(std::uint32_t{number->second});
}

}  // namespace webcalling::load
