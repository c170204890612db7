#pragma once

#include <cstdint>

#include "base/strong.hpp"

namespace webcalling::sip {

/// Never used again after the transaction ended.
using ServerTransactionId = Strong<struct ServerTransactionIdTag, std::uint64_t>;
using ClientTransactionId = Strong<struct ClientTransactionIdTag, std::uint64_t>;

}  // namespace webcalling::sip
