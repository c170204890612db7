#include "dialplan/dialplan.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "base/ascii.hpp"

namespace webcalling::dialplan {
namespace {

struct Service {
  std::string_view number;
  Application application;
};
constexpr std::array kServices{
    Service{"9196", Application::Echo},
    Service{"9199", Application::AudioCheck},
    Service{"9664", Application::Music},
};

/// People paste numbers as they are printed: "(10) 01" is 1001. A name keeps its dots and dashes.
std::string without_visual_separators(std::string_view number) {
  constexpr std::string_view kSeparators = " .-/()";
  std::string digits;
  for (const char c : number) {
    if (kSeparators.find(c) == std::string_view::npos) digits.push_back(c);
  }
  const bool is_number = !digits.empty() && std::all_of(digits.begin(), digits.end(), [](char c) {
    return ascii::is_digit(c) || c == '*' || c == '#' || c == '+';
  });
  return is_number ? digits : std::string(number);
}

std::optional<Application> find_service(std::string_view number) {
  const auto found =
      std::find_if(kServices.begin(), kServices.end(), [&](const Service& s) { return s.number == number; });
  if (found == kServices.end()) return std::nullopt;
  return found->application;
}

}  // namespace

Plan Dialplan::resolve(std::string_view number) const {
  std::string dialled = without_visual_separators(number);
  if (extensions_.has_extension(dialled)) return RingExtension{std::move(dialled)};
  if (const auto application = find_service(dialled)) return RunApplication{*application, std::move(dialled)};
  return UnknownNumber{};
}

}  // namespace webcalling::dialplan
