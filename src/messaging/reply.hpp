#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/random.hpp"
#include "sip/transaction/transaction_layer.hpp"

namespace webcalling::messaging {

/// A sender that waits for the one final response to its MESSAGE. Counts as waiting until it has it, or nobody is left
/// who could give it.
class Reply {
 public:
  struct House {
    Random& random;
    sip::TransactionLayer& transactions;
    std::string product;
  };

  Reply(const House& house, const sip::Request& request, const sip::Flow& flow, std::shared_ptr<std::size_t> waiting);
  ~Reply();
  Reply(const Reply&) = delete;
  Reply& operator=(const Reply&) = delete;

  /// Only the first counts.
  void give(int status, std::string_view reason = {});
  [[nodiscard]] bool is_given() const { return given_; }

 private:
  House house_;
  sip::ServerTransactionId transaction_;
  /// Of the request only what its response needs.
  sip::Request head_;
  bool given_ = false;
  std::shared_ptr<std::size_t> waiting_;
};

}  // namespace webcalling::messaging
