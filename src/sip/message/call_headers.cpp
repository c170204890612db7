#include "sip/message/call_headers.hpp"

#include <fmt/format.h>

#include <iterator>

#include "base/ascii.hpp"
#include "sip/message/grammar.hpp"

namespace webcalling::sip {
namespace {

/// A value that begins with seconds and may have parameters.
struct SecondsAndParameters {
  std::chrono::seconds seconds;
  Parameters parameters;
};

Result<SecondsAndParameters> parse_seconds(std::string_view text) {
  const auto parameters_at = std::min(text.find(';'), text.size());
  const auto seconds = grammar::parse_delta_seconds(ascii::trim(text.substr(0, parameters_at)));
  if (!seconds) return malformed("'{}' is not a number of seconds", text);
  auto parameters = Parameters::parse(text.substr(parameters_at));
  if (!parameters) return Failure(std::move(parameters.error()));
  return SecondsAndParameters{*seconds, std::move(*parameters)};
}

Result<std::uint32_t> parse_response_number(std::string_view text) {
  const auto number = ascii::parse_number<std::uint32_t>(text);
  if (!number || *number == 0) return malformed("'{}' is not a number from 1 to 2^32 - 1", text);
  return *number;
}

}  // namespace

Result<RSeq> RSeq::parse(std::string_view text) {
  const auto number = parse_response_number(text);
  if (!number) return Failure(number.error());
  return RSeq{*number};
}

void RSeq::write(std::string& out) const { out += std::to_string(value); }

Result<RAck> RAck::parse(std::string_view text) {
  const auto rseq = parse_response_number(grammar::take_word(text));
  if (!rseq) return Failure(rseq.error());
  auto cseq = CSeq::parse(text);
  if (!cseq) return Failure(std::move(cseq.error()));
  return RAck{*rseq, std::move(*cseq)};
}

void RAck::write(std::string& out) const {
  fmt::format_to(std::back_inserter(out), "{} ", rseq);
  cseq.write(out);
}

Result<SessionExpires> SessionExpires::parse(std::string_view text) {
  const auto parsed = parse_seconds(text);
  if (!parsed) return Failure(parsed.error());
  SessionExpires out{.interval = parsed->seconds};
  const auto refresher = parsed->parameters.get("refresher").value_or("");
  if (ascii::equals_ignoring_case(refresher, "uac")) out.refresher = Refresher::Uac;
  if (ascii::equals_ignoring_case(refresher, "uas")) out.refresher = Refresher::Uas;
  return out;
}

void SessionExpires::write(std::string& out) const {
  out += std::to_string(interval.count());
  if (refresher) out += *refresher == Refresher::Uac ? ";refresher=uac" : ";refresher=uas";
}

Result<MinSe> MinSe::parse(std::string_view text) {
  const auto parsed = parse_seconds(text);
  if (!parsed) return Failure(parsed.error());
  return MinSe{parsed->seconds};
}

void MinSe::write(std::string& out) const { out += std::to_string(value.count()); }

Result<Replaces> Replaces::parse(std::string_view text) {
  const auto parameters_at = std::min(text.find(';'), text.size());
  const auto parameters = Parameters::parse(text.substr(parameters_at));
  if (!parameters) return Failure(parameters.error());
  Replaces out;
  out.call_id = ascii::trim(text.substr(0, parameters_at));
  out.to_tag = parameters->get("to-tag").value_or("");
  out.from_tag = parameters->get("from-tag").value_or("");
  out.early_only = parameters->has("early-only");
  const bool is_word = !out.call_id.empty() && ascii::find_any<' ', '\t'>(out.call_id) == std::string_view::npos;
  if (!is_word || out.to_tag.empty() || out.from_tag.empty()) return malformed("'{}' does not name a dialog", text);
  return out;
}

void Replaces::write(std::string& out) const {
  fmt::format_to(std::back_inserter(out), "{};to-tag={};from-tag={}", call_id, to_tag, from_tag);
  if (early_only) out += ";early-only";
}

bool wants_privacy(const Message& message) {
  auto values = message.header(HeaderName::Privacy).value_or("");
  while (!values.empty()) {
    const auto value = ascii::trim(ascii::take_until(values, ';'));
    for (const std::string_view hiding : {"id", "user", "header"}) {
      if (ascii::equals_ignoring_case(value, hiding)) return true;
    }
  }
  return false;
}

}  // namespace webcalling::sip
