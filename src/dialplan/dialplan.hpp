#pragma once

#include <string>
#include <string_view>
#include <variant>

namespace webcalling::dialplan {

/// Ring every phone of an extension at once.
struct RingExtension {
  std::string extension;
};

/// Applications that answer a call themselves.
enum class Application {
  Echo,        ///< sends back what it hears
  AudioCheck,  ///< plays back the first four seconds of what it hears, and hangs up
  Music,       ///< plays the hold music
};

struct RunApplication {
  Application application;
  /// As it was dialled.
  std::string number;
};

/// Nobody has this number.
struct UnknownNumber {};

using Plan = std::variant<RingExtension, RunApplication, UnknownNumber>;

/// Which extensions there are. Implemented by store/.
class ExtensionDirectory {
 public:
  virtual ~ExtensionDirectory() = default;
  [[nodiscard]] virtual bool has_extension(std::string_view extension) = 0;
};

/// Turns a dialled number into what is to be done with the call. Knows nothing of SIP.
///
/// Service numbers are FreeSWITCH's where it has them, so that people find what they know; an extension of the same
/// number wins.
class Dialplan {
 public:
  explicit Dialplan(ExtensionDirectory& extensions) : extensions_(extensions) {}

  /// `number` is the user part of the Request-URI: digits, or a name. Blanks, dots, dashes, slashes and parentheses
  /// between digits do not count.
  [[nodiscard]] Plan resolve(std::string_view number) const;

 private:
  ExtensionDirectory& extensions_;
};

}  // namespace webcalling::dialplan
