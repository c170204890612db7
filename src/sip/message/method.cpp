#include "sip/message/method.hpp"

#include <array>

namespace webcalling::sip {

namespace {

// In the order of the enumeration.
constexpr std::array<std::string_view, 15> kTexts{"INVITE",   "ACK",   "BYE",       "CANCEL", "OPTIONS",
                                                  "REGISTER", "INFO",  "MESSAGE",   "NOTIFY", "PRACK",
                                                  "PUBLISH",  "REFER", "SUBSCRIBE", "UPDATE", "OTHER"};
static_assert(kTexts.size() == static_cast<std::size_t>(Method::Other) + 1);

}  // namespace

Method parse_method(std::string_view text) {
  for (std::size_t i = 0; i + 1 < kTexts.size(); ++i) {
    if (kTexts[i] == text) return static_cast<Method>(i);
  }
  return Method::Other;
}

std::string_view text(Method method) { return kTexts[static_cast<std::size_t>(method)]; }

}  // namespace webcalling::sip
