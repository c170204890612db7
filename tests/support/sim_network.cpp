#include "support/sim_network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "base/bytes.hpp"

namespace webcalling::sim {
namespace {

constexpr TimePoint kBegin{1000s};
constexpr WallTime kBeginOnTheWall{std::chrono::hours{24 * 365 * 55}};
/// Longer than every timer but those of registrations.
constexpr Duration kLongestStory = 15min;

IpAddress pbx_host() { return IpAddress::v4(0x0a000001); }
Endpoint stranger() { return {IpAddress::v4(0x0a0000fe), 5060}; }

std::string first_line(std::string_view message) { return std::string(message.substr(0, message.find("\r\n"))); }

}  // namespace

SimNetwork::SimNetwork(const Weather& weather, const Pbx::Settings& settings)
    : weather_(weather),
      settings_(settings),
      world_(kBegin),
      pbx_timers_(kBegin),
      random_(weather.seed),
      pbx_random_(weather.seed + 1'000'000),
      media_(random_),
      log_(Log::Level::Debug,
           [this](Log::Level, std::string_view line) { ladder_.push_back(fmt::format("          | {}", line)); }) {
  // Of a restarted server as well.
  settings_.seal_key = sip::Seal::Key{1, 2, 3};
  start_pbx();
}

WallTime SimNetwork::wall_clock() const {
  return kBeginOnTheWall + std::chrono::duration_cast<std::chrono::milliseconds>(now() - kBegin);
}

void SimNetwork::keep(const call::KeptCall& call) {
  auto& kept = kept_calls_[call.id];
  const auto connected = kept.connected.value_or(wall_clock());
  kept = call;
  if (!kept.connected) kept.connected = connected;
}

void SimNetwork::start_pbx() {
  const auto wall_clock = [this] { return this->wall_clock(); };
  history_ = std::make_unique<history::CallHistory>(
      history::CallHistory::Outside{.accounts = accounts_, .keeper = remembered_, .wall_clock = wall_clock});
  stories_ = std::make_unique<story::CallStories>(wall_clock, story::CallStories::Settings{});
  const auto on_record = [this](const call::CallRecord& record) {
    history_->on_record(record);
    stories_->on_record(record);
  };
  pbx_ = std::make_unique<Pbx>(Pbx::Outside{.timers = pbx_timers_,
                                            .random = pbx_random_,
                                            .sender = *this,
                                            .media = media_,
                                            .accounts = accounts_,
                                            .log = log_,
                                            .wall_clock = wall_clock,
                                            .dns = &dns_,
                                            .observers = {history_.get(), stories_.get()},
                                            .on_record = on_record,
                                            .call_keeper = this},
                               settings_);
  pbx_->messenger().resume(keeper_, keeper_.list());
}

void SimNetwork::restart_pbx() {
  const auto written = pbx_->registrar().snapshot();
  for (const auto& phone : phones_) {
    if (phone->transport() != sip::TransportKind::Udp) phone->drop_connection();
  }
  connections_.clear();
  // Nothing that it would do as it ends is done, and what it had in its hands is gone.
  const auto calls = std::exchange(kept_calls_, {});
  pbx_.reset();
  kept_calls_.clear();
  start_pbx();
  pbx_->registrar().restore(written);
  for (const auto& [id, call] : calls) pbx_->revive(call);
}

SimNetwork::~SimNetwork() = default;

SimPhone& SimNetwork::phone(const std::string& extension, sip::TransportKind transport) {
  SimPhone& phone = new_phone(extension, transport);
  phone.sign_in();
  run_until_idle();
  if (!phone.is_signed_in()) throw std::runtime_error("phone " + extension + " could not register\n" + ladder());
  return phone;
}

SimPhone& SimNetwork::new_phone(const std::string& extension, sip::TransportKind transport, std::string_view password) {
  return add_phone({.extension = extension, .password = std::string(password), .transport = transport, .address = {}});
}

SimPhone& SimNetwork::add_phone(SimPhone::Settings settings) {
  accounts_.add(settings.extension, kPassword);
  const auto number = static_cast<std::uint32_t>(phones_.size() + 1);
  settings.address = {IpAddress::v4(0x0a000100 + number), static_cast<std::uint16_t>(5060 + number)};
  phones_.push_back(std::make_unique<SimPhone>(*this, std::move(settings)));
  return *phones_.back();
}

void SimNetwork::after(Duration delay, std::function<void()> action) {
  world_.schedule(now() + delay, std::move(action));
}

void SimNetwork::run_for(Duration duration) {
  const TimePoint until = now() + duration;
  while (step(until)) {
  }
}

void SimNetwork::run_until_idle() {
  const TimePoint until = now() + kLongestStory;
  while (!is_idle() && step(until)) {
  }
}

bool SimNetwork::is_idle() const {
  return world_.size() == 0 && pbx_->active_calls() == 0 && pbx_->active_transactions() == 0 &&
         pbx_->messenger().busy_mailboxes() == 0;
}

bool SimNetwork::step(TimePoint until) {
  const TimePoint next = std::min(world_.next_deadline().value_or(TimePoint::max()),
                                  pbx_timers_.next_deadline().value_or(TimePoint::max()));
  const TimePoint reached = std::min(next, until);
  pbx_timers_.advance(reached);
  world_.advance(reached);
  return next < until;
}

void SimNetwork::carry_to_pbx(const SimPhone& phone, const sip::Flow& flow, std::string_view message) {
  const bool is_datagram = flow.kind == sip::TransportKind::Udp;
  const bool lost = is_datagram && is_lost(&phone, true, message);
  note(phone.extension(), "pbx", message, lost);
  if (lost) return;
  sip::Flow at_pbx = flow;
  std::swap(at_pbx.local, at_pbx.remote);
  const auto arrive = [this, at_pbx, text = std::string(message)] {
    if (at_pbx.connection != sip::ConnectionId{0} && !connections_.contains(at_pbx.connection)) return;
    receive(text, at_pbx);
  };
  world_.schedule(now() + travel_time(flow.kind), arrive);
}

void SimNetwork::receive(std::string_view message, const sip::Flow& flow) {
  stories_->on_message(story::Line::Direction::In, message);
  pbx_->receive(message, flow);
}

void SimNetwork::send(const sip::Flow& flow, std::string_view message) {
  stories_->on_message(story::Line::Direction::Out, message);
  const bool is_datagram = flow.kind == sip::TransportKind::Udp;
  const SimPhone* phone = find_phone(flow);
  const bool lost = is_datagram && is_lost(phone, false, message);
  note("pbx", phone != nullptr ? phone->extension() : flow.remote.text(), message, lost);
  if (!is_datagram && phone == nullptr) return fail_later(flow);
  if (lost) return;
  world_.schedule(now() + travel_time(flow.kind),
                  [this, flow, text = std::string(message)] { carry_to_phone(flow, text); });
}

void SimNetwork::carry_to_phone(const sip::Flow& flow, std::string_view message) {
  if (flow.remote == stranger()) answers_to_stranger_.emplace_back(message);
  if (SimPhone* phone = find_phone(flow)) phone->receive(message);
}

void SimNetwork::fail_later(const sip::Flow& flow) {
  world_.schedule(now(), [this, flow] { pbx_->on_transport_failure(flow); });
}

sip::ConnectionId SimNetwork::connect(SimPhone& phone) {
  if (phone.transport() == sip::TransportKind::Udp) return {};
  const sip::ConnectionId id{++last_connection_};
  connections_.emplace(id, &phone);
  return id;
}

void SimNetwork::disconnect(SimPhone& phone) {
  const sip::Flow flow = flow_at_pbx(phone);
  // What was sent before the end still arrives before it.
  world_.schedule(now() + weather_.latency, [this, flow] {
    if (connections_.erase(flow.connection) > 0) pbx_->on_connection_closed(flow);
  });
}

SimPhone* SimNetwork::find_phone(const sip::Flow& flow) const {
  if (flow.kind != sip::TransportKind::Udp) {
    const auto known = connections_.find(flow.connection);
    return known == connections_.end() ? nullptr : known->second;
  }
  const auto found = std::find_if(phones_.begin(), phones_.end(), [&](const auto& phone) {
    return phone->transport() == flow.kind && phone->address() == flow.remote;
  });
  return found == phones_.end() ? nullptr : found->get();
}

sip::Flow SimNetwork::flow_at_pbx(const SimPhone& phone) const {
  sip::Flow flow = phone.flow();
  std::swap(flow.local, flow.remote);
  return flow;
}

bool SimNetwork::is_lost(const SimPhone* phone, bool to_pbx, std::string_view message) {
  constexpr std::uint64_t kResolution = 1'000'000;
  constexpr std::size_t kMostInARow = 2;
  if (doomed_.second > 0 && message.starts_with(doomed_.first)) {
    --doomed_.second;
    return true;
  }
  std::size_t& in_a_row = lost_in_a_row_[{phone, to_pbx}];
  const bool lost = in_a_row < kMostInARow &&
                    static_cast<double>(random_.below(kResolution)) < weather_.loss * static_cast<double>(kResolution);
  in_a_row = lost ? in_a_row + 1 : 0;
  return lost;
}

Duration SimNetwork::travel_time(sip::TransportKind transport) {
  if (transport != sip::TransportKind::Udp || !weather_.reorder) return weather_.latency;
  return weather_.latency + Duration(random_.below(static_cast<std::uint64_t>(3 * weather_.latency.count())));
}

Endpoint SimNetwork::pbx_address(sip::TransportKind transport) {
  return {pbx_host(), static_cast<std::uint16_t>(sip::is_web_socket(transport) ? 5066 : 5060)};
}

const call::RecordedMedia::Leg& SimNetwork::leg_of(const SimPhone& phone) const {
  const auto* described = phone.remote_description();
  const auto* leg = described == nullptr ? nullptr : media_.find(*described);
  if (leg == nullptr) throw std::runtime_error("phone " + phone.extension() + " has no media\n" + ladder());
  return *leg;
}

std::string SimNetwork::heard_by(const SimPhone& phone) const {
  const auto* described = phone.remote_description();
  const auto* leg = described == nullptr ? nullptr : media_.find(*described);
  if (leg == nullptr) return "nothing";
  if (const auto* other = std::get_if<media::OtherLeg>(&leg->heard)) return name_of(other->leg);
  if (std::holds_alternative<media::Ringback>(leg->heard)) return "ringback";
  if (std::holds_alternative<media::MusicOnHold>(leg->heard)) return "music";
  if (std::holds_alternative<media::Reconnecting>(leg->heard)) return "reconnecting";
  if (const auto* replay = std::get_if<media::Replay>(&leg->heard)) return name_of(replay->leg) + " later";
  return "silence";
}

std::string SimNetwork::name_of(const media::LegId& leg) const {
  for (const auto& phone : phones_) {
    const auto* described = phone->remote_description();
    const auto* known = described == nullptr ? nullptr : media_.find(*described);
    if (known != nullptr && known->local.id == leg) return phone->extension();
  }
  return "somebody unknown";
}

void SimNetwork::report(const SimPhone& phone, const media::LegEvent& event) {
  pbx_->on_media_event(leg_of(phone).local.id, event);
}

void SimNetwork::send_from_stranger(std::string_view message) {
  note("stranger", "pbx", message, false);
  const sip::Flow flow{.local = pbx_address(sip::TransportKind::Udp), .remote = stranger()};
  world_.schedule(now() + weather_.latency, [this, flow, text = std::string(message)] { receive(text, flow); });
}

void SimNetwork::note(std::string_view from, std::string_view to, std::string_view message, bool lost) {
  const double seconds = std::chrono::duration<double>(now() - kBegin).count();
  ladder_.push_back(
      fmt::format("{:9.3f} {} -> {}: {}{}", seconds, from, to, first_line(message), lost ? "   (lost)" : ""));
}

std::string SimNetwork::ladder() const { return fmt::format("{}\n", fmt::join(ladder_, "\n")); }

}  // namespace webcalling::sim
