#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "base/ascii.hpp"
#include "sip/message/glance.hpp"
#include "sip/message/parser.hpp"
#include "sip/transaction/quick_refusal.hpp"
#include "sip/transaction/transaction_key.hpp"

// What must hold for any bytes: nothing crashes, a glance sees no less of a valid request than reading does, and a
// quick refusal has no line but its own.

namespace {

using namespace webcalling;
using namespace webcalling::sip;

const Flow kFlow{.kind = TransportKind::Udp,
                 .local = {IpAddress::v4(0xc0000201), 5060},
                 .remote = {IpAddress::v4(0xcb007107), 40001}};

void require(bool holds) {
  if (!holds) std::abort();
}

void check_glance(std::string_view text) {
  const auto glance = Glance::at(text);
  if (!glance) return;
  (void)glance->begins_something();
  const auto key = server_key(*glance, kFlow);
  const auto parsed = parse(text);
  const auto* request = parsed ? std::get_if<Request>(&*parsed) : nullptr;
  const bool is_folded = text.find("\n ") != std::string_view::npos || text.find("\n\t") != std::string_view::npos;
  if (request == nullptr || is_folded || validate(*request)) return;
  require(glance->method == request->method_text());
  require(glance->has_to_tag || request->to_tag().empty());
  if (key && request->method() != Method::Ack) require(*key == server_key(*request, kFlow));
}

void check_refusal(std::string_view text) {
  const auto refusal = QuickRefusal::make(text, kFlow, 5);
  if (!refusal) return;
  constexpr std::array<std::string_view, 8> kNames{
      "SIP/2.0 503 ", "Via:", "From:", "CSeq:", "To:", "Call-ID:", "Retry-After:", "Content-Length:"};
  std::string_view rest = refusal->text;
  require(rest.ends_with("\r\n\r\n"));
  rest.remove_suffix(2);
  while (!rest.empty()) {
    std::string_view line = ascii::take_until(rest, '\n');
    require(line.ends_with('\r'));
    line.remove_suffix(1);
    require(line.find('\r') == std::string_view::npos);
    require(std::any_of(kNames.begin(), kNames.end(), [&](std::string_view name) { return line.starts_with(name); }));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check_glance(text);
  check_refusal(text);
  return 0;
}
