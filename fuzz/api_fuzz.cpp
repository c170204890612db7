#include <boost/json/parse.hpp>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "account/accounts_for_tests.hpp"
#include "api/api.hpp"
#include "api/json.hpp"
#include "base/ascii.hpp"
#include "history/keeper_for_tests.hpp"

using namespace webcalling;

namespace {

constexpr std::string_view kPassword = "secret";

std::string_view take_line(std::string_view& rest) { return ascii::take_until(rest, '\n'); }

/// Made anew for each input, so it should not take long.
guard::Settings small_settings() {
  guard::Settings settings;
  settings.remembered_sources = 16;
  settings.remembered_bans = 4;
  return settings;
}

/// Every answer is JSON that can be read, or nothing.
void check(const api::Response& response) {
  if (response.status < 200 || response.status > 599) __builtin_trap();
  boost::json::error_code error;
  if (response.status == 204 ? !response.body.empty() : (boost::json::parse(response.body, error), error.failed())) {
    __builtin_trap();
  }
}

class Office {
 public:
  Office() {
    accounts_.add("1001", kPassword);
    accounts_.add("1002", kPassword);
    history::Entry entry;
    entry.extension = "1002";
    keeper_.put(entry);
    token_ = sessions_.open(*accounts_.find("1001")).token;
  }

  /// Method, target, Origin and Content-Type in a line each, then the cookie ('@' is that of a session), then the body.
  void ask(std::string_view input) {
    api::Request request{.host = "pbx", .client = IpAddress::v4(0xc0000201), .is_secure = true};
    request.method = take_line(input);
    request.target = take_line(input);
    request.origin = take_line(input);
    request.content_type = take_line(input);
    const std::string_view cookie = take_line(input);
    const bool is_signed_in = cookie == "@";
    const std::string session = "webcalling_session=" + token_;
    request.cookie = is_signed_in ? std::string_view(session) : cookie;
    request.body = input;
    std::size_t answers = 0;
    api_.handle(request, [&](const api::Response& response) {
      ++answers;
      check(response);
    });
    if (answers != 1) __builtin_trap();
    // Nobody touches what belongs to others.
    if (!is_signed_in && sessions_.size() == 0) __builtin_trap();
    if (keeper_.of("1002").size() != 1 || !keeper_.of("1002").front().note.empty()) __builtin_trap();
  }

 private:
  TimerQueue timers_{TimePoint{1000s}};
  SeededRandom random_{1};
  const Log log_{Log::Level::Error, [](Log::Level, std::string_view) {}};
  account::AccountsForTests accounts_;
  guard::Guard guard_{{.timers = timers_, .random = random_, .wall_clock = [] { return WallTime{}; }, .log = log_},
                      small_settings()};
  account::SessionTable sessions_{random_, [] { return WallTime{}; }, {}};
  history::KeeperForTests keeper_;
  story::CallStories stories_{[] { return WallTime{}; }, {}};
  api::Api api_{{.accounts = accounts_,
                 .sessions = sessions_,
                 .history = keeper_,
                 .guard = guard_,
                 .log = log_,
                 .random = random_,
                 .stories = &stories_},
                {}};
  std::string token_;
};

}  // namespace

/// The input is one request of a page; see Office::ask().
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Office office;
  office.ask({reinterpret_cast<const char*>(data), size});
  return 0;
}
