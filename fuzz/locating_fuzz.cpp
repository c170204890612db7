#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.hpp"
#include "base/timer_queue.hpp"
#include "locating/server_locator.hpp"

// A hostile DNS: the first line of the input is the URI that is called, and what follows says, byte by byte, what
// happens next: which question gets which answer, who gives up, how time goes on. Whatever it says, each search ends
// once, with targets that may be sent to or with a sentence, and neither asks nor keeps more than it may.

namespace {

using namespace webcalling;
using namespace webcalling::locating;

void must(bool fact) {
  if (!fact) std::abort();
}

class Input {
 public:
  explicit Input(std::string_view bytes) : bytes_(bytes) {}

  std::uint8_t byte() {
    if (bytes_.empty()) return 0;
    const char first = bytes_.front();
    bytes_.remove_prefix(1);
    return static_cast<std::uint8_t>(first);
  }
  std::uint16_t word() { return static_cast<std::uint16_t>(byte() << 8 | byte()); }
  std::string_view text() {
    const auto taken = bytes_.substr(0, byte());
    bytes_.remove_prefix(taken.size());
    return taken;
  }
  std::string_view line() {
    const auto end = std::min(bytes_.find('\n'), bytes_.size());
    const auto taken = bytes_.substr(0, end);
    bytes_.remove_prefix(std::min(end + 1, bytes_.size()));
    return taken;
  }
  [[nodiscard]] bool empty() const { return bytes_.empty(); }

 private:
  std::string_view bytes_;
};

/// Keeps the questions until the input says what becomes of them.
class HostileDns final : public Resolver {
 public:
  void ask(const Question& question, OnAnswer on_answer) override {
    must(question.name.size() <= 253);
    ++asked;
    waiting.push_back({question, std::move(on_answer)});
  }

  struct Waiting {
    Question question;
    OnAnswer on_answer;
  };
  std::vector<Waiting> waiting;
  std::size_t asked = 0;
};

Record record(RecordType type, Input& input) {
  static const std::vector<std::string> kServices{"SIP+D2U", "SIP+D2T", "SIPS+D2T", "E2U+sip"};
  switch (type) {
    case RecordType::Naptr:
      return NaptrRecord{input.byte(), input.byte(), input.byte() % 4 == 0 ? std::string(input.text()) : "s",
                         kServices[input.byte() % kServices.size()], std::string(input.text())};
    case RecordType::Srv: return SrvRecord{input.byte(), input.word(), input.word(), std::string(input.text())};
    case RecordType::A: return IpAddress::v4(static_cast<std::uint32_t>(input.word()) << 16 | input.word());
    case RecordType::Aaaa: {
      std::array<std::uint8_t, 16> bytes{};
      for (std::size_t i = 0; i < 4; ++i) bytes[i * 5] = input.byte();
      return IpAddress::v6(bytes);
    }
  }
  std::abort();
}

Result<Answer> answer(RecordType type, Input& input) {
  const std::uint8_t count = input.byte();
  if (count == 255) return failed("silence");
  if (count == 254) return refused("no");
  Answer out{.records = {}, .ttl = std::chrono::seconds(input.word())};
  for (std::uint8_t i = 0; i < count && !input.empty(); ++i) {
    // Some of another type than was asked for.
    out.records.push_back(record(input.byte() == 0 ? RecordType::Srv : type, input));
  }
  return out;
}

void check(const Result<std::vector<Target>>& found, const sip::Uri& uri) {
  if (!found) return must(!found.error().text.empty());
  must(!found->empty() && found->size() <= Search::kMostTargets);
  for (const Target& target : *found) {
    must(target.remote.port != 0 || uri.port == 0);
    must(!target.remote.address.is_unspecified());
    must((target.kind == sip::TransportKind::Tls) == !target.server_name.empty());
    must(uri.scheme != sip::Uri::Scheme::Sips || target.kind == sip::TransportKind::Tls);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input({reinterpret_cast<const char*>(data), size});
  const auto uri = sip::Uri::parse(input.line());
  if (!uri || uri->host.empty()) return 0;

  TimerQueue timers{TimePoint{1000s}};
  SeededRandom random{1};
  HostileDns dns;
  std::optional<ServerLocator> locator;
  locator.emplace(timers, random, dns, Abilities{}, RecordCache::Limits{.entries = 8});
  std::vector<std::shared_ptr<Search>> searches;
  std::size_t begun = 0;
  std::size_t told = 0;
  std::size_t dropped = 0;
  while (!input.empty()) {
    switch (input.byte() % 6) {
      case 0:
      case 1:
        if (begun == 8) break;
        ++begun;
        searches.push_back(locator->find(*uri, [&](const auto& found) {
          ++told;
          check(found, *uri);
          if (found) locator->note_failure(found->front());
        }));
        break;
      case 2:
      case 3: {
        if (dns.waiting.empty()) break;
        const auto chosen = dns.waiting.begin() + input.byte() % static_cast<int>(dns.waiting.size());
        const auto waiting = std::move(*chosen);
        dns.waiting.erase(chosen);
        waiting.on_answer(answer(waiting.question.type, input));
        break;
      }
      case 4: timers.advance(timers.now() + std::chrono::milliseconds(input.word())); break;
      case 5:
        if (searches.empty()) break;
        dropped += searches.back()->state() == Search::State::Done ? 0 : 1;
        searches.pop_back();
        break;
      default: break;
    }
  }
  // Nobody waits for ever.
  timers.advance(timers.now() + 1h);
  must(told + dropped == begun);
  must(dns.asked <= begun * (1 + Search::kMostServices + 2 * Search::kMostHosts));
  searches.clear();
  locator.reset();
  // What comes too late finds nobody.
  for (const auto& waiting : dns.waiting) waiting.on_answer(Answer{});
  return 0;
}
