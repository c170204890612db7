#pragma once

#include <functional>

#include "base/result.hpp"
#include "locating/records.hpp"

namespace webcalling::locating {

/// Asks the DNS. Implemented by server/ over io::DnsClient, by RecordCache over another one, and by tests over a table.
class Resolver {
 public:
  /// Error::Kind::Failed: no server answered; Refused: they answer, but not this question.
  using OnAnswer = std::function<void(const Result<Answer>&)>;

  virtual ~Resolver() = default;
  /// `on_answer` comes exactly once, never from inside ask(); not any more once the resolver is gone.
  virtual void ask(const Question& question, OnAnswer on_answer) = 0;
};

}  // namespace webcalling::locating
