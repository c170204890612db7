#include "api/session_routes.hpp"

#include "api/cookie.hpp"
#include "api/json.hpp"
#include "sip/auth/digest.hpp"

namespace webcalling::api {
namespace {

constexpr std::size_t kMaxExtension = 64;
constexpr std::size_t kMaxPassword = 512;

}  // namespace

SessionRoutes::SessionRoutes(account::SessionTable& sessions, account::AccountDirectory& accounts, guard::Guard& guard,
                             const Log& log, Random& random)
    : sessions_(sessions),
      accounts_(accounts),
      guard_(guard),
      log_(log),
      nobodys_ha1_(sip::hash_secret("nobody", random.token(40))) {}

void SessionRoutes::add_to(Router& router) {
  const auto at_once = [this](Response (SessionRoutes::*answer)(const Context&)) {
    return [this, answer](const Context& context, const Respond& respond) { respond((this->*answer)(context)); };
  };
  using Access = Route::Access;
  router.add({"POST", {"api", "session"}, Access::Everybody, at_once(&SessionRoutes::sign_in)});
  router.add({"GET", {"api", "session"}, Access::SignedIn, at_once(&SessionRoutes::renew)});
  router.add({"DELETE", {"api", "session"}, Access::Everybody, at_once(&SessionRoutes::sign_out)});
}

Response SessionRoutes::sign_in(const Context& context) {
  const auto body = parse_object(context.request.body);
  if (!body) return refusal(400, body.error().text);
  const auto extension = find_text(*body, "extension", kMaxExtension);
  const auto password = find_text(*body, "password", kMaxPassword);
  if (!extension || !password) return refusal(400, "The body must have an extension and a password, both as text.");
  const auto account = check(*extension, *password);
  const IpAddress& client = context.request.client;
  if (!account) {
    log_.warning("Sign-in from {}: wrong password or unknown extension '{}'", client.text(), *extension);
    guard_.on_offence(client, guard::Offence::WrongPassword, *extension, guard::Proof::Address);
    return refusal(401, "The extension or the password is wrong.");
  }
  guard_.on_authenticated(client);
  // The browser forgets the old one now.
  sessions_.close(context.token);
  const auto opened = sessions_.open(*account);
  log_.info("{} signed in with a page from {}", account->extension, client.text());
  Response response = describe(account->extension, opened.credential);
  response.headers.emplace_back("Set-Cookie", cookie(opened.token, context));
  return response;
}

std::optional<account::Account> SessionRoutes::check(std::string_view extension, std::string_view password) {
  auto account = accounts_.find(extension);
  const auto shown = sip::make_ha1(extension, sessions_.settings().realm, password);
  const std::string& known = account ? account->ha1.sha256 : nobodys_ha1_;
  const bool is_right = sip::equal_in_constant_time(shown.sha256, known);
  return is_right ? std::move(account) : std::nullopt;
}

Response SessionRoutes::renew(const Context& context) {
  const auto credential = sessions_.renew(context.token);
  if (!credential) return refusal(401, "Please sign in first.");
  Response response = describe(context.extension, *credential);
  response.headers.emplace_back("Set-Cookie", cookie(context.token, context));
  return response;
}

Response SessionRoutes::sign_out(const Context& context) {
  sessions_.close(context.token);
  Response response = no_content();
  response.headers.emplace_back("Set-Cookie",
                                write_session_cookie({}, std::chrono::seconds(0), context.request.is_secure));
  return response;
}

Response SessionRoutes::describe(const std::string& extension, const account::SipCredential& credential) const {
  const auto account = accounts_.find(extension);
  return respond_with(json::object{{"extension", text(extension)},
                                   {"name", text(account ? account->display_name : std::string())},
                                   {"realm", text(sessions_.settings().realm)},
                                   {"sip", json::object{{"username", text(credential.username)},
                                                        {"password", text(credential.password)},
                                                        {"expires", milliseconds(credential.expires)}}}});
}

std::string SessionRoutes::cookie(std::string_view token, const Context& context) const {
  return write_session_cookie(token, sessions_.settings().lifetime, context.request.is_secure);
}

}  // namespace webcalling::api
