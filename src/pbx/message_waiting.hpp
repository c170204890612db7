#pragma once

#include <string_view>

#include "base/random.hpp"
#include "registrar/registrar.hpp"
#include "sip/transaction/transaction_layer.hpp"

namespace webcalling {

/// Tells a phone that has just registered whether messages wait for it, without being asked (RFC 3842; the reference
/// system does so, and phones show it). The subscription is over with that one NOTIFY.
class MessageWaiting {
 public:
  MessageWaiting(Random& random, sip::TransactionLayer& transactions, std::string product)
      : random_(random), transactions_(transactions), product_(std::move(product)) {}

  void notify(std::string_view extension, const registrar::Binding& binding);

 private:
  Random& random_;
  sip::TransactionLayer& transactions_;
  std::string product_;
};

}  // namespace webcalling
