#include "locating/search.hpp"

#include <algorithm>
#include <utility>

#include "locating/order.hpp"

namespace webcalling::locating {
namespace {

template <typename Kind>
std::vector<Kind> records_of(const Result<Answer>& answer) {
  std::vector<Kind> records;
  if (!answer) return records;
  for (const Record& record : answer->records) {
    if (const auto* wanted = std::get_if<Kind>(&record)) records.push_back(*wanted);
  }
  return records;
}

/// No packet to such an address is for one server: nobody's DNS makes us send there.
bool is_one_host(const IpAddress& address) {
  const auto bytes = address.bytes();
  const bool is_multicast = address.is_v4() ? bytes[0] >= 224 : bytes[0] == 0xff;
  return !address.is_unspecified() && !is_multicast;
}

}  // namespace

std::shared_ptr<Search> Search::start(const Outside& outside, const sip::Uri& uri, OnDone on_done) {
  std::shared_ptr<Search> search(new Search(outside, uri, std::move(on_done)));
  search->begin();
  return search;
}

Search::Search(const Outside& outside, const sip::Uri& uri, OnDone on_done)
    : outside_(outside), uri_(uri), on_done_(std::move(on_done)), deadline_(outside.timers, [this] {
        if (result_) return finish(std::move(*result_));
        fail(failed("{} could not be looked up: DNS does not answer", domain()));
      }) {}

void Search::begin() {
  deadline_.start(outside_.patience);
  auto step = first_step(uri_, outside_.abilities);
  if (!step) {
    result_ = Failure(std::move(step.error()));
    return deadline_.start(0s);
  }
  if (const auto* naptr = std::get_if<AskNaptr>(&*step)) return ask_naptr(naptr->domain);
  if (auto* services = std::get_if<AskServices>(&*step)) return ask_services(std::move(services->services));
  ask_hosts({std::get<Host>(*step)});
}

void Search::ask_naptr(const std::string& domain) {
  state_ = State::Naptr;
  outside_.resolver.ask({RecordType::Naptr, domain}, [weak = weak_from_this()](const Result<Answer>& answer) {
    if (const auto search = weak.lock(); search && search->state_ == State::Naptr) search->receive_naptr(answer);
  });
}

void Search::receive_naptr(const Result<Answer>& answer) {
  if (!answer && answer.error().kind == Error::Kind::Failed) {
    return fail(failed("{} could not be looked up: {}", domain(), answer.error().text));
  }
  const bool is_secure = uri_.scheme == sip::Uri::Scheme::Sips;
  auto services = choose_services(records_of<NaptrRecord>(answer), is_secure, outside_.abilities);
  if (services.empty()) services = services_of(uri_, outside_.abilities);
  ask_services(std::move(services));
}

void Search::ask_services(std::vector<Service> services) {
  if (services.size() > kMostServices) services.resize(kMostServices);
  if (services.empty()) return ask_hosts({last_resort(uri_, outside_.abilities)});
  state_ = State::Services;
  services_ = std::move(services);
  srv_.assign(services_.size(), {});
  unanswered_ = services_.size();
  for (std::size_t i = 0; i < services_.size(); ++i) {
    outside_.resolver.ask({RecordType::Srv, services_[i].name},
                          [weak = weak_from_this(), i](const Result<Answer>& answer) {
                            const auto search = weak.lock();
                            if (!search || search->state_ != State::Services) return;
                            search->srv_[i] = records_of<SrvRecord>(answer);
                            if (search->is_last(answer)) search->receive_services();
                          });
  }
}

bool Search::is_last(const Result<Answer>& answer) {
  has_gap_ = has_gap_ || !answer;
  is_silent_ = is_silent_ || (!answer && answer.error().kind == Error::Kind::Failed);
  return --unanswered_ == 0;
}

void Search::receive_services() {
  std::vector<Host> hosts;
  bool has_records = false;
  for (std::size_t i = 0; i < services_.size(); ++i) {
    has_records = has_records || !srv_[i].empty();
    for (SrvRecord& record : order_by_weight(std::move(srv_[i]), outside_.random)) {
      if (record.target.ends_with('.')) record.target.pop_back();
      if (is_domain_name(record.target) && record.port != 0) {
        hosts.push_back({services_[i].kind, std::move(record.target), record.port});
      }
    }
  }
  if (!hosts.empty()) return ask_hosts(std::move(hosts));
  if (has_records) return fail(missing("{} takes no calls", domain()));
  if (is_silent_) return fail(failed("{} could not be looked up: DNS does not answer", domain()));
  ask_hosts({last_resort(uri_, outside_.abilities)});
}

void Search::ask_hosts(std::vector<Host> hosts) {
  if (hosts.size() > kMostHosts) hosts.resize(kMostHosts);
  state_ = State::Hosts;
  hosts_ = std::move(hosts);
  has_gap_ = false;
  std::vector<Question> questions;
  for (const Host& host : hosts_) {
    if (const auto numeric = IpAddress::parse(host.name)) {
      addresses_.emplace_back(host.name, *numeric);
      continue;
    }
    for (const RecordType type : {RecordType::Aaaa, RecordType::A}) {
      const bool is_usable = type == RecordType::A ? outside_.abilities.has_ipv4 : outside_.abilities.has_ipv6;
      const Question question{type, host.name};
      if (is_usable && std::find(questions.begin(), questions.end(), question) == questions.end()) {
        questions.push_back(question);
      }
    }
  }
  unanswered_ = questions.size();
  if (questions.empty()) {
    receive_hosts();
    return;
  }
  for (const Question& question : questions) ask_addresses(question.name, question.type);
}

void Search::ask_addresses(const std::string& name, RecordType type) {
  outside_.resolver.ask({type, name}, [weak = weak_from_this(), name](const Result<Answer>& answer) {
    const auto search = weak.lock();
    if (!search || search->state_ != State::Hosts) return;
    auto found = records_of<IpAddress>(answer);
    if (found.size() > kMostTargets) found.resize(kMostTargets);
    for (const IpAddress& address : found) search->addresses_.emplace_back(name, address);
    if (search->is_last(answer)) search->receive_hosts();
  });
}

std::vector<IpAddress> Search::addresses_of(const std::string& name) const {
  std::vector<IpAddress> found;
  for (const auto& [host, address] : addresses_) {
    const bool is_usable = address.is_v4() ? outside_.abilities.has_ipv4 : outside_.abilities.has_ipv6;
    if (host == name && is_usable && is_one_host(address)) found.push_back(address);
  }
  // IPv6 first: RFC 6724 section 2.1, as RFC 7984 section 4 wants it.
  std::stable_partition(found.begin(), found.end(), [](const IpAddress& address) { return address.is_v6(); });
  return found;
}

void Search::receive_hosts() {
  std::vector<Target> targets;
  for (const Host& host : hosts_) {
    const bool is_encrypted = host.kind == sip::TransportKind::Tls;
    for (const IpAddress& address : addresses_of(host.name)) {
      Target target{host.kind, {address, host.port}, is_encrypted ? uri_.host : std::string{}};
      const bool is_new = std::find(targets.begin(), targets.end(), target) == targets.end();
      if (is_new && targets.size() < kMostTargets) targets.push_back(std::move(target));
    }
  }
  if (!targets.empty()) {
    result_ = std::move(targets);
  } else if (has_gap_) {
    result_ = failed("{} could not be looked up: DNS does not answer", domain());
  } else if (!addresses_.empty()) {
    result_ = unsupported("{} has no address that we can reach", domain());
  } else {
    result_ = missing("{} does not exist, or has no server for calls", domain());
  }
  deadline_.start(0s);
}

void Search::finish(Result<std::vector<Target>> result) {
  if (state_ == State::Done) return;
  const auto alive = shared_from_this();
  state_ = State::Done;
  deadline_.stop();
  // The last thing that happens here: whoever is told may drop us.
  if (const auto tell = std::exchange(on_done_, nullptr)) tell(result);
}

}  // namespace webcalling::locating
