#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/ascii.hpp"
#include "base/timer_queue.hpp"
#include "locating/resolver.hpp"

namespace webcalling::locating {

/// A DNS that is a table. Answers after a while, in simulated time.
class ResolverForTests final : public Resolver {
 public:
  explicit ResolverForTests(TimerQueue& timers, Duration delay = 10ms) : timers_(timers), delay_(delay) {}

  void add(RecordType type, std::string_view name, Record record) {
    zone_[{type, ascii::lower(name)}].records.push_back(std::move(record));
  }
  void add_naptr(std::string_view name, NaptrRecord record) { add(RecordType::Naptr, name, std::move(record)); }
  void add_srv(std::string_view name, SrvRecord record) { add(RecordType::Srv, name, std::move(record)); }
  void add_address(std::string_view name, std::string_view address) {
    const IpAddress parsed = IpAddress::parse(address).value();
    add(parsed.is_v4() ? RecordType::A : RecordType::Aaaa, name, parsed);
  }
  void set_ttl(const Question& question, Duration ttl) { zone_[question].ttl = ttl; }
  void fail(const Question& question, Error::Kind kind = Error::Kind::Failed) { failures_[question] = kind; }
  void remove(const Question& question) { zone_.erase(question); }
  void be_silent() { silent_ = true; }

  void ask(const Question& question, OnAnswer on_answer) override {
    asked.push_back(question);
    if (silent_) return;
    timers_.schedule(timers_.now() + delay_, [this, question, tell = std::move(on_answer)] {
      if (const auto failure = failures_.find(question); failure != failures_.end()) {
        return tell(Failure(Error{failure->second, "the server is out of order"}));
      }
      const auto known = zone_.find(question);
      tell(known == zone_.end() ? Answer{.records = {}, .ttl = 1min} : known->second);
    });
  }

  std::vector<Question> asked;

 private:
  TimerQueue& timers_;
  Duration delay_;
  bool silent_ = false;
  std::map<Question, Answer> zone_;
  std::map<Question, Error::Kind> failures_;
};

}  // namespace webcalling::locating
