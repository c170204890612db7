#pragma once

#include <optional>

#include "base/time.hpp"
#include "call/leg/party.hpp"
#include "sdp/codec.hpp"
#include "sip/dialog/dialog.hpp"
#include "sip/transport/flow.hpp"

namespace webcalling::call {

/// What must be known of a leg to go on with it after a restart: nothing of its media, which is agreed on anew, and no
/// key.
struct KeptLeg {
  Party party;
  sip::DialogRecord dialog;
  /// Its connection, if it had one, is gone by then.
  sip::Flow flow;
  /// We have called the phone, and not it us.
  bool begun_by_us = false;
  /// Its audio was encrypted, which it then stays.
  bool encrypted = false;
  std::optional<sdp::Codec> codec;
  friend bool operator==(const KeptLeg&, const KeptLeg&) = default;
};

}  // namespace webcalling::call
