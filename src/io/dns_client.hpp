#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/endpoint.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "io/loop.hpp"

namespace webcalling::io {

enum class DnsType { Naptr, Srv, A, Aaaa };

struct DnsNaptr {
  std::uint16_t order = 0;
  std::uint16_t preference = 0;
  std::string flags;
  std::string service;
  std::string replacement;
};

struct DnsSrv {
  std::uint16_t priority = 0;
  std::uint16_t weight = 0;
  std::uint16_t port = 0;
  std::string target;
};

/// Of the type that was asked for; nothing at all if the name, or this type of it, does not exist.
struct DnsAnswer {
  std::vector<DnsNaptr> naptr;
  std::vector<DnsSrv> srv;
  std::vector<IpAddress> addresses;
  /// Of addresses as the DNS says; c-ares 1.18 does not tell it of other records, nor of what does not exist: a minute.
  Duration ttl{};
};

struct DnsOptions {
  /// Whom to ask; empty: the servers of this machine (resolv.conf).
  std::vector<Endpoint> servers;
  /// How long one server may take; the second and last time it may take twice as long.
  Duration timeout = 1500ms;
};

/// Asks the DNS over c-ares, on a loop. The machine's hosts file counts for addresses; nothing is appended to names.
///
/// Forged answers (ATTACKS S38): c-ares draws the id of each question at random, compares the question and the sender
/// of what comes back, and opens a socket, and so a random port of the kernel's, whenever none of its questions is
/// under way. What it reads is read by it alone. The case of names (0x20) it mixes from version 1.27 on only.
class DnsClient {
 public:
  /// Error::Kind::Failed: nobody answered; Refused: they did, but not this question.
  using OnAnswer = std::function<void(const Result<DnsAnswer>&)>;

  static constexpr std::size_t kMostQuestions = 256;
  static constexpr std::size_t kMostRecords = 64;

  static Result<DnsClient> start(Loop& loop, const DnsOptions& options = {});
  DnsClient(DnsClient&&) noexcept;
  DnsClient& operator=(DnsClient&&) noexcept;
  ~DnsClient();

  /// `on_answer` comes once, from the loop; not any more once the client is gone.
  void ask(const std::string& name, DnsType type, OnAnswer on_answer);

 private:
  class Impl;
  explicit DnsClient(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace webcalling::io
