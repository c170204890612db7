#pragma once

#include <utility>

#include "io/dns_client.hpp"
#include "locating/resolver.hpp"

namespace webcalling::server {

/// The DNS as locating/ wants it.
class DnsResolver final : public locating::Resolver {
 public:
  explicit DnsResolver(io::DnsClient client) : client_(std::move(client)) {}

  void ask(const locating::Question& question, OnAnswer on_answer) override;

 private:
  io::DnsClient client_;
};

}  // namespace webcalling::server
