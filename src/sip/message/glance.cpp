#include "sip/message/glance.hpp"

#include "base/ascii.hpp"
#include "sip/message/header_name.hpp"
#include "sip/message/method.hpp"

namespace webcalling::sip {
namespace {

bool names_a_tag(std::string_view to) {
  while (!to.empty()) {
    ascii::take_until(to, ';');
    if (ascii::starts_with_ignoring_case(ascii::trim(to), "tag")) return true;
  }
  return false;
}

}  // namespace

std::optional<Glance> Glance::at(std::string_view message) {
  Glance glance;
  std::string_view start_line = ascii::take_until(message, '\n');
  glance.method = ascii::take_until(start_line, ' ');
  if (glance.method.find('/') != std::string_view::npos) return std::nullopt;
  while (!message.empty()) {
    std::string_view value = ascii::take_until(message, '\n');
    if (value.empty() || value == "\r") break;
    const std::string_view name = ascii::trim(ascii::take_until(value, ':'));
    switch (parse_header_name(name)) {
      case HeaderName::Via:
        if (glance.via.empty()) glance.via = ascii::trim(ascii::take_until(value, ','));
        break;
      case HeaderName::To: glance.has_to_tag = names_a_tag(value); break;
      case HeaderName::Authorization:
      case HeaderName::ProxyAuthorization: glance.has_credentials = true; break;
      default: break;
    }
  }
  if (glance.via.empty()) return std::nullopt;
  return glance;
}

bool Glance::begins_something() const {
  if (has_to_tag) return false;
  switch (parse_method(method)) {
    case Method::Invite:
    case Method::Register:
    case Method::Subscribe:
    case Method::Publish:
    case Method::Message:
    case Method::Options: return true;
    default: return false;
  }
}

}  // namespace webcalling::sip
