#include "sip/message/headers.hpp"

#include <algorithm>
#include <array>

#include "base/ascii.hpp"
#include "sip/message/grammar.hpp"

namespace webcalling::sip {

namespace {

bool is_all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), ascii::is_digit);
}

}  // namespace

std::string Via::sent_by() const {
  std::string out;
  grammar::write_host_port(out, grammar::corrected_host(host), port);
  return out;
}

Result<Via> Via::parse(std::string_view value) {
  // sent-protocol = protocol-name SLASH protocol-version SLASH transport; blanks may surround each slash.
  const auto protocol = ascii::trim(ascii::take_until(value, '/'));
  const auto version = ascii::trim(ascii::take_until(value, '/'));
  if (!ascii::equals_ignoring_case(protocol, "SIP") || version != "2.0") return malformed("not a Via of SIP/2.0");
  value = ascii::trim(value);
  Via out;
  out.transport = grammar::take_word(value);
  if (!grammar::is_token(out.transport)) return malformed("'{}' is not a transport", out.transport);
  const auto parameters_at = std::min(value.find(';'), value.size());
  const auto sent_by = grammar::parse_host_port(ascii::trim(value.substr(0, parameters_at)));
  if (!sent_by) return in_context("sent-by", sent_by.error());
  out.host = sent_by->host;
  out.port = sent_by->port;
  const auto parameters = ParametersView::parse(value.substr(parameters_at));
  if (!parameters) return Failure(parameters.error());
  out.parameters = *parameters;
  out.branch = out.parameters.get("branch").value_or("");
  return out;
}

Result<CSeq> CSeq::parse(std::string_view value) {
  const auto number_text = grammar::take_word(value);
  const auto number = ascii::parse_number<std::uint32_t>(number_text);
  if (!is_all_digits(number_text) || !number || *number > 0x7fff'ffff) {
    return malformed("'{}' is not a number below 2^31", number_text);
  }
  if (!grammar::is_method(value)) return malformed("no method behind the number");
  return CSeq{*number, parse_method(value), std::string(value)};
}

void CSeq::write(std::string& out) const {
  const auto method_name = method == Method::Other ? std::string_view(method_text) : text(method);
  ascii::append_number(out, number);
  out.push_back(' ');
  out += method_name;
}

Result<MaxForwards> MaxForwards::parse(std::string_view value) {
  const auto number = ascii::parse_number<std::uint8_t>(value);
  if (!number) return malformed("'{}' is not a number up to 255", value);
  return MaxForwards{*number};
}

void MaxForwards::write(std::string& out) const { out += std::to_string(value); }

Result<Expires> Expires::parse(std::string_view value) {
  const auto seconds = grammar::parse_delta_seconds(value);
  if (!seconds) return malformed("'{}' is not a number of seconds", value);
  return Expires{*seconds};
}

void Expires::write(std::string& out) const { out += std::to_string(value.count()); }

std::optional<std::chrono::seconds> Contact::expires() const {
  const auto text = parameters.get("expires");
  return text ? grammar::parse_delta_seconds(*text) : std::nullopt;
}

// qvalue = ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] )
// RFC 3261 section 25.1: qvalue = ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] )
std::optional<QValue> Contact::q() const {
  auto fraction = parameters.get("q").value_or("");
  const auto whole = ascii::take_until(fraction, '.');
  if ((whole != "0" && whole != "1") || fraction.size() > 3) return std::nullopt;
  if (!fraction.empty() && !is_all_digits(fraction)) return std::nullopt;
  std::string thousandths(whole);
  thousandths += fraction;
  thousandths.resize(4, '0');
  const auto value = ascii::parse_number<std::uint16_t>(thousandths);
  return value && *value <= 1000 ? std::optional(QValue(*value)) : std::nullopt;
}

Result<Contact> Contact::parse(std::string_view value) {
  Result<Contact> out(tl::in_place);
  out->is_star = ascii::trim(value) == "*";
  if (out->is_star) return out;
  if (auto done = out->read(value); !done) return Failure(std::move(done.error()));
  return out;
}

void Contact::write(std::string& out) const {
  if (is_star) {
    out.push_back('*');
  } else {
    NameAddress::write(out);
  }
}

template <HeaderName Name>
Result<TokenHeader<Name>> TokenHeader<Name>::parse(std::string_view value) {
  const auto parameters_at = std::min(value.find(';'), value.size());
  TokenHeader out;
  out.token = ascii::trim(value.substr(0, parameters_at));
  // media-type = m-type SLASH m-subtype, each a token.
  std::string_view last = out.token;
  const bool has_first = Name != HeaderName::ContentType || grammar::is_token(ascii::take_until(last, '/'));
  if (!has_first || !grammar::is_token(last)) return malformed("'{}' does not name a value", out.token);
  auto parsed = Parameters::parse(value.substr(parameters_at));
  if (!parsed) return Failure(std::move(parsed.error()));
  out.parameters = std::move(*parsed);
  return out;
}

template <HeaderName Name>
void TokenHeader<Name>::write(std::string& out) const {
  out += token;
  parameters.write(out);
}

template struct TokenHeader<HeaderName::Event>;
template struct TokenHeader<HeaderName::SubscriptionState>;
template struct TokenHeader<HeaderName::ContentType>;
template struct TokenHeader<HeaderName::ContentDisposition>;
template struct TokenHeader<HeaderName::Reason>;

std::string http_date(WallTime time) {
  constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto midnight = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(midnight);
  const std::chrono::weekday day(midnight);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - midnight));
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[day.c_encoding()],
                     static_cast<unsigned>(date.day()), kMonths[static_cast<unsigned>(date.month()) - 1],
                     static_cast<int>(date.year()), clock.hours().count(), clock.minutes().count(),
                     clock.seconds().count());
}

}  // namespace webcalling::sip
