#pragma once

#include <ostream>
#include <string_view>

#include "sip/message/parser.hpp"

namespace webcalling::sip {

enum class Verdict {
  Valid,      ///< a request that is served, or a response that may be matched
  Refused,    ///< read, but not served: validate() says why
  Malformed,  ///< not read
};

constexpr int kSilence = 0;

struct Judgement {
  Verdict verdict = Verdict::Valid;
  /// What the sender of a request that is not valid is told.
  int status = kSilence;
  bool operator==(const Judgement&) const = default;
};

inline std::ostream& operator<<(std::ostream& out, const Judgement& judgement) {
  constexpr std::string_view kTexts[] = {"valid", "refused", "malformed"};
  return out << kTexts[static_cast<int>(judgement.verdict)] << " with " << judgement.status;
}

/// What becomes of the bytes of one message, as the transaction layer sees it.
inline Judgement judge(std::string_view bytes) {
  const auto answered = [bytes](Verdict verdict, const Rejection& rejection) -> Judgement {
    const auto response = response_to_malformed(bytes, rejection);
    return {verdict, response ? response->status() : kSilence};
  };
  const auto parsed = parse(bytes);
  if (!parsed) return answered(Verdict::Malformed, rejection_for(parsed.error()));
  if (const auto* response = std::get_if<Response>(&*parsed)) {
    return {is_valid(*response) ? Verdict::Valid : Verdict::Refused};
  }
  const auto rejection = validate(std::get<Request>(*parsed));
  if (!rejection) return {};
  if (rejection->status == 400) return answered(Verdict::Refused, *rejection);
  return {Verdict::Refused, rejection->status};
}

}  // namespace webcalling::sip
