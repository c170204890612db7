#include "io/dns_client.hpp"

#include <ares.h>
#include <fmt/format.h>
#include <netdb.h>
#include <sys/time.h>

#include <algorithm>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <map>
#include <memory>
#include <utility>

#include "io/loop_impl.hpp"
#include "io/socket_address.hpp"

namespace webcalling::io {
namespace {

constexpr int kInternet = 1;  // class IN
constexpr int kTypeSrv = 33;
constexpr int kTypeNaptr = 35;
constexpr int kTries = 2;
constexpr Duration kUnknownTtl = 60s;

using Descriptor = asio::posix::basic_stream_descriptor<asio::io_context::executor_type>;

struct FreeData {
  void operator()(void* data) const { ares_free_data(data); }
};
struct FreeAddresses {
  void operator()(ares_addrinfo* found) const { ares_freeaddrinfo(found); }
};

std::string text_of(const void* bytes) { return bytes == nullptr ? std::string{} : static_cast<const char*>(bytes); }

/// What c-ares says instead of an answer.
Result<DnsAnswer> without_records(int status) {
  switch (status) {
    case ARES_ENODATA:
    case ARES_ENOTFOUND: {
      DnsAnswer nothing;
      nothing.ttl = kUnknownTtl;
      return nothing;
    }
    case ARES_EFORMERR:
    case ARES_ESERVFAIL:
    case ARES_ENOTIMP:
    case ARES_EREFUSED:
    case ARES_EBADNAME:
    case ARES_EBADRESP:
    // Also what is left when every server has said that it fails or does not want to.
    case ARES_ECONNREFUSED: return refused("the DNS servers do not tell ({})", ares_strerror(status));
    default: return failed("no DNS server answers ({})", ares_strerror(status));
  }
}

Result<DnsAnswer> read_srv(const unsigned char* bytes, int size) {
  ares_srv_reply* first = nullptr;
  if (const int status = ares_parse_srv_reply(bytes, size, &first); status != ARES_SUCCESS) {
    return without_records(status);
  }
  const std::unique_ptr<ares_srv_reply, FreeData> owner(first);
  DnsAnswer answer;
  answer.ttl = kUnknownTtl;
  for (const auto* record = first; record != nullptr && answer.srv.size() < DnsClient::kMostRecords;
       record = record->next) {
    answer.srv.push_back({record->priority, record->weight, record->port, text_of(record->host)});
  }
  return answer;
}

Result<DnsAnswer> read_naptr(const unsigned char* bytes, int size) {
  ares_naptr_reply* first = nullptr;
  if (const int status = ares_parse_naptr_reply(bytes, size, &first); status != ARES_SUCCESS) {
    return without_records(status);
  }
  const std::unique_ptr<ares_naptr_reply, FreeData> owner(first);
  DnsAnswer answer;
  answer.ttl = kUnknownTtl;
  for (const auto* record = first; record != nullptr && answer.naptr.size() < DnsClient::kMostRecords;
       record = record->next) {
    answer.naptr.push_back({record->order, record->preference, text_of(record->flags), text_of(record->service),
                            text_of(record->replacement)});
  }
  return answer;
}

Result<DnsAnswer> read_addresses(const ares_addrinfo* found) {
  DnsAnswer answer;
  const auto* first = found == nullptr ? nullptr : found->nodes;
  answer.ttl = first == nullptr ? kUnknownTtl : Duration(24h);
  for (const auto* node = first; node != nullptr && answer.addresses.size() < DnsClient::kMostRecords;
       node = node->ai_next) {
    answer.addresses.push_back(from_socket_address(node->ai_addr).address);
    answer.ttl = std::min<Duration>(answer.ttl, std::chrono::seconds(std::max(0, node->ai_ttl)));
  }
  return answer;
}

}  // namespace

class DnsClient::Impl : public std::enable_shared_from_this<Impl> {
 public:
  explicit Impl(Loop& loop)
      : loop_(loop.impl()),
        deadline_(loop.timers(), [this] { process(ARES_SOCKET_BAD, ARES_SOCKET_BAD); }),
        delivery_(loop.timers(), [this] { deliver(); }) {}
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;
  ~Impl() {
    if (channel_ == nullptr) return;
    is_closing_ = true;
    // Ends every question: its callback frees what belongs to it, and tells nobody.
    ares_destroy(channel_);
    ares_library_cleanup();
  }

  Result<void> open(const DnsOptions& settings) {
    ares_library_init(ARES_LIB_INIT_ALL);
    ares_options options{};
    options.flags = ARES_FLAG_NOSEARCH;
    options.timeout = static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(settings.timeout).count());
    options.tries = kTries;
    options.sock_state_cb = [](void* self, ares_socket_t socket, int readable, int writable) {
      static_cast<Impl*>(self)->on_socket(socket, readable != 0, writable != 0);
    };
    options.sock_state_cb_data = this;
    const int wanted = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_STATE_CB;
    if (const int status = ares_init_options(&channel_, &options, wanted); status != ARES_SUCCESS) {
      channel_ = nullptr;
      ares_library_cleanup();
      return failed("reading the DNS settings of this machine: {}", ares_strerror(status));
    }
    if (settings.servers.empty()) return {};
    std::vector<std::string> names;
    for (const Endpoint& server : settings.servers) names.push_back(server.text());
    const std::string list = fmt::format("{}", fmt::join(names, ","));
    if (const int status = ares_set_servers_ports_csv(channel_, list.c_str()); status != ARES_SUCCESS) {
      return failed("dns.servers {}: {}", list, ares_strerror(status));
    }
    return {};
  }

  void ask(const std::string& name, DnsType type, OnAnswer on_answer) {
    if (under_way_ >= kMostQuestions) {
      done_.emplace_back(std::move(on_answer), failed("too many DNS questions are under way"));
      return delivery_.start(0s);
    }
    ++under_way_;
    // c-ares owns it until it calls back, which it does for every question.
    auto* question = new Question{this, type, std::move(on_answer)};
    switch (type) {
      case DnsType::Naptr: ares_query(channel_, name.c_str(), kInternet, kTypeNaptr, on_bytes, question); break;
      case DnsType::Srv: ares_query(channel_, name.c_str(), kInternet, kTypeSrv, on_bytes, question); break;
      case DnsType::A: ask_addresses(name, AF_INET, question); break;
      case DnsType::Aaaa: ask_addresses(name, AF_INET6, question); break;
    }
    arm();
  }

 private:
  struct Question {
    Impl* client;
    DnsType type;
    OnAnswer on_answer;
  };
  struct Socket {
    Descriptor descriptor;
    bool wants_to_read = false;
    bool wants_to_write = false;
    bool waits_to_read = false;
    bool waits_to_write = false;
  };

  void ask_addresses(const std::string& name, int family, Question* question) {
    ares_addrinfo_hints hints{};
    // The order is made by whoever asked; a socket type keeps each address from coming several times.
    hints.ai_flags = ARES_AI_NOSORT;
    hints.ai_family = family;
    hints.ai_socktype = SOCK_DGRAM;
    ares_getaddrinfo(channel_, name.c_str(), nullptr, &hints, on_addresses, question);
  }

  static void on_bytes(void* asked, int status, int /*timeouts*/, unsigned char* bytes, int size) {
    const std::unique_ptr<Question> question(static_cast<Question*>(asked));
    if (question->client->is_closing_) return;
    if (status != ARES_SUCCESS) return question->client->note(*question, without_records(status));
    question->client->note(*question,
                           question->type == DnsType::Srv ? read_srv(bytes, size) : read_naptr(bytes, size));
  }

  static void on_addresses(void* asked, int status, int /*timeouts*/, ares_addrinfo* found) {
    const std::unique_ptr<Question> question(static_cast<Question*>(asked));
    const std::unique_ptr<ares_addrinfo, FreeAddresses> owner(found);
    if (question->client->is_closing_) return;
    question->client->note(*question, status == ARES_SUCCESS ? read_addresses(found) : without_records(status));
  }

  /// Told later: whoever is told may ask again, or drop the client, and c-ares is still at work.
  void note(Question& question, Result<DnsAnswer> answer) {
    --under_way_;
    done_.emplace_back(std::move(question.on_answer), std::move(answer));
    delivery_.start(0s);
  }

  void deliver() {
    const auto alive = weak_from_this();
    for (auto& [tell, answer] : std::exchange(done_, {})) {
      if (alive.expired()) return;
      tell(answer);
    }
  }

  void on_socket(ares_socket_t socket, bool wants_to_read, bool wants_to_write) {
    if (!wants_to_read && !wants_to_write) {
      const auto known = sockets_.find(socket);
      if (known == sockets_.end()) return;
      // c-ares closes it.
      known->second->descriptor.release();
      sockets_.erase(known);
      return;
    }
    auto& known = sockets_[socket];
    if (!known) known = std::make_shared<Socket>(Socket{.descriptor = {loop_.context().get_executor(), socket}});
    known->wants_to_read = wants_to_read;
    known->wants_to_write = wants_to_write;
    wait(known);
  }

  void wait(const std::shared_ptr<Socket>& socket) {
    if (socket->wants_to_read && !std::exchange(socket->waits_to_read, true)) {
      socket->descriptor.async_wait(asio::posix::descriptor_base::wait_read,
                                    [weak = weak_from_this(), socket](const boost::system::error_code& error) {
                                      if (const auto self = weak.lock()) self->on_ready(socket, error, true);
                                    });
    }
    if (socket->wants_to_write && !std::exchange(socket->waits_to_write, true)) {
      socket->descriptor.async_wait(asio::posix::descriptor_base::wait_write,
                                    [weak = weak_from_this(), socket](const boost::system::error_code& error) {
                                      if (const auto self = weak.lock()) self->on_ready(socket, error, false);
                                    });
    }
  }

  void on_ready(const std::shared_ptr<Socket>& socket, const boost::system::error_code& error, bool to_read) {
    (to_read ? socket->waits_to_read : socket->waits_to_write) = false;
    if (error) return;
    if (!is_open(socket)) return;
    const ares_socket_t number = socket->descriptor.native_handle();
    process(to_read ? number : ARES_SOCKET_BAD, to_read ? ARES_SOCKET_BAD : number);
    // c-ares may have closed it, and opened another that bears its number.
    if (is_open(socket)) wait(socket);
  }

  [[nodiscard]] bool is_open(const std::shared_ptr<Socket>& socket) const {
    return std::any_of(sockets_.begin(), sockets_.end(), [&](const auto& entry) { return entry.second == socket; });
  }

  void process(ares_socket_t readable, ares_socket_t writable) {
    ares_process_fd(channel_, readable, writable);
    arm();
  }

  void arm() {
    timeval wait{};
    if (ares_timeout(channel_, nullptr, &wait) == nullptr) return deadline_.stop();
    // A little later, so that c-ares' own clock agrees.
    deadline_.start(std::chrono::seconds(wait.tv_sec) + std::chrono::microseconds(wait.tv_usec) + 1ms);
  }

  Loop::Impl& loop_;
  ares_channel channel_ = nullptr;
  bool is_closing_ = false;
  std::map<ares_socket_t, std::shared_ptr<Socket>> sockets_;
  std::size_t under_way_ = 0;
  std::vector<std::pair<OnAnswer, Result<DnsAnswer>>> done_;
  Timer deadline_;
  Timer delivery_;
};

DnsClient::DnsClient(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
DnsClient::DnsClient(DnsClient&&) noexcept = default;
DnsClient& DnsClient::operator=(DnsClient&&) noexcept = default;
DnsClient::~DnsClient() = default;

Result<DnsClient> DnsClient::start(Loop& loop, const DnsOptions& options) {
  auto impl = std::make_shared<Impl>(loop);
  if (auto opened = impl->open(options); !opened) return Failure(std::move(opened.error()));
  return DnsClient(std::move(impl));
}

void DnsClient::ask(const std::string& name, DnsType type, OnAnswer on_answer) {
  impl_->ask(name, type, std::move(on_answer));
}

}  // namespace webcalling::io
