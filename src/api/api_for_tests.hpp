#pragma once

#include <boost/json/parse.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "account/accounts_for_tests.hpp"
#include "api/api.hpp"
#include "api/json.hpp"
#include "history/keeper_for_tests.hpp"

namespace webcalling::api {

/// The API of an office with two extensions, and pages that ask it.
class ApiForTests {
 public:
  ApiForTests() {
    accounts.add("1001", "secret");
    accounts.add("1002", "secret");
  }

  /// A page at one address, with what its browser remembers.
  struct Page {
    std::string cookie{};
    std::string origin = "https://pbx.example.com";
    IpAddress address = IpAddress::v4(0xc0000201);
    std::string content_type = "application/json";
    bool is_secure = true;
  };

  /// The answer, if it has come.
  std::optional<Response> ask(const Page& page, std::string_view method, std::string_view target,
                              std::string_view body = {}) {
    std::optional<Response> answer;
    api.handle({.method = method,
                .target = target,
                .host = "pbx.example.com",
                .origin = page.origin,
                .content_type = page.content_type,
                .cookie = page.cookie,
                .body = body,
                .client = page.address,
                .is_secure = page.is_secure},
               [&answer](Response response) { answer = std::move(response); });
    return answer;
  }
  unsigned status(const Page& page, std::string_view method, std::string_view target, std::string_view body = {}) {
    const auto answer = ask(page, method, target, body);
    return answer ? answer->status : 0;
  }
  static json::object read(const std::optional<Response>& response) {
    return response ? json::parse(response->body).as_object() : json::object{};
  }
  static std::string header(const Response& response, std::string_view name) {
    for (const auto& [each, value] : response.headers) {
      if (each == name) return value;
    }
    return {};
  }

  std::optional<Response> sign_in(Page& page, std::string_view extension, std::string_view password = "secret") {
    auto answer =
        ask(page, "POST", "/api/session", fmt::format(R"({{"extension":"{}","password":"{}"}})", extension, password));
    if (answer && answer->status == 200) {
      const std::string cookie = header(*answer, "Set-Cookie");
      page.cookie = cookie.substr(0, cookie.find(';'));
    }
    return answer;
  }
  Page signed_in(std::string_view extension) {
    Page page;
    sign_in(page, extension);
    return page;
  }

  WallTime now{std::chrono::hours(400'000)};
  TimerQueue timers{TimePoint{1000s}};
  SeededRandom random{1};
  std::vector<std::string> said;
  const Log log{Log::Level::Info, [this](Log::Level, std::string_view line) { said.emplace_back(line); }};
  account::AccountsForTests accounts;
  guard::Guard guard{{.timers = timers, .random = random, .wall_clock = [this] { return now; }, .log = log}, {}};
  account::SessionTable sessions{random, [this] { return now; }, {}};
  history::KeeperForTests keeper;
  story::CallStories stories{[this] { return now; }, {}};
  Api api{{.accounts = accounts,
           .sessions = sessions,
           .history = keeper,
           .guard = guard,
           .log = log,
           .random = random,
           .stories = &stories},
          {.version = "1.2.3", .https_port = 8443}};
};

}  // namespace webcalling::api
