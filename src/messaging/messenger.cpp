#include "messaging/messenger.hpp"

#include <utility>
#include <variant>

#include "call/leg/capabilities.hpp"

namespace webcalling::messaging {
namespace {

/// For a sender that comes when too many wait, in seconds.
constexpr std::string_view kRetryAfter = "10";

}  // namespace

Messenger::Messenger(Outside outside, const Settings& settings)
    : outside_(std::move(outside)),
      settings_(settings),
      kept_(outside_.timers, outside_.wall_clock, settings),
      sweep_(outside_.timers, [this] { forget_idle_mailboxes(); }) {}

std::size_t Messenger::resume(MessageKeeper& keeper, const std::vector<KeptEntry>& left) {
  kept_.set_keeper(keeper);
  return kept_.restore(left, [this](const std::string& extension) {
    return std::holds_alternative<dialplan::RingExtension>(outside_.dialplan.resolve(extension));
  });
}

void Messenger::receive(std::string_view number, const sip::Request& request, const sip::Flow& flow,
                        const call::Party& sender) {
  const auto plan = outside_.dialplan.resolve(number);
  const auto* ring = std::get_if<dialplan::RingExtension>(&plan);
  if (ring == nullptr) return refuse(request, flow, response_to(request, 404));
  if (request.body().size() > settings_.max_size) {
    return refuse(request, flow, response_to(request, 413, fmt::format("More Than {} Bytes", settings_.max_size)));
  }
  if (*unanswered_ >= settings_.max_unanswered) {
    auto busy = response_to(request, 503);
    busy.add(sip::HeaderName::RetryAfter, kRetryAfter);
    return outside_.transactions.reply_statelessly(request, flow, busy);
  }
  auto message = read_message(request, sender, ring->extension, outside_.wall_clock());
  if (!message) return refuse(request, flow, response_to(request, 400, message.error().text));
  const Reply::House house{outside_.random, outside_.transactions, outside_.product};
  mailbox(ring->extension).receive({.message = std::move(*message),
                              .target = outside_.locator.unveil(request.uri()),
                              .lifetime = lifetime(request),
                              .reply = std::make_shared<Reply>(house, request, flow, unanswered_)});
}

void Messenger::on_registered(const std::string& extension, const call::Destination& device) {
  if (kept_.has(extension) || mailboxes_.contains(extension)) mailbox(extension).on_registered(device);
}

void Messenger::forget(const std::string& extension) {
  kept_.forget(extension);
  if (const auto box = mailboxes_.find(extension); box != mailboxes_.end()) box->second->close();
}

Mailbox& Messenger::mailbox(const std::string& extension) {
  auto& box = mailboxes_[extension];
  if (!box) {
    const Mailbox::House house{.delivery = {.timers = outside_.timers,
                                            .random = outside_.random,
                                            .transactions = outside_.transactions,
                                            .product = outside_.product},
                               .locator = outside_.locator,
                               .kept = kept_,
                               .settings = settings_,
                               .on_idle = [this] { sweep_.start(Duration::zero()); }};
    box = std::make_unique<Mailbox>(house, extension);
  }
  return *box;
}

void Messenger::forget_idle_mailboxes() {
  std::erase_if(mailboxes_, [](const auto& entry) { return entry.second->state() == Mailbox::State::Idle; });
}

void Messenger::refuse(const sip::Request& request, const sip::Flow& flow, const sip::Response& response) {
  // Of a request whose credentials are used up: its repetition must find this answer.
  outside_.transactions.respond(outside_.transactions.accept(request, flow), response);
}

sip::Response Messenger::response_to(const sip::Request& request, int status, std::string_view reason) {
  auto response = sip::make_response(request, status, outside_.random.token(10), reason);
  call::announce(response, outside_.product);
  return response;
}

}  // namespace webcalling::messaging
