#pragma once

#include <functional>

#include "sip/message/message.hpp"

namespace webcalling::call {

/// How the parts of a leg speak inside its dialog. Implemented by the leg.
class DialogRequests {
 public:
  using OnResponse = std::function<void(const sip::Response& response)>;

  virtual ~DialogRequests() = default;
  /// With the next CSeq of the dialog.
  [[nodiscard]] virtual sip::Request make_request(sip::Method method) = 0;
  [[nodiscard]] virtual sip::Response make_response(const sip::Request& request, int status) = 0;
  /// Sends it over the dialog's flow. The response does not come any more once the leg is gone.
  virtual void send(sip::Request request, OnResponse on_response) = 0;
  /// The ACK to a 2xx of an INVITE of ours.
  virtual void acknowledge(const sip::Response& response) = 0;
};

}  // namespace webcalling::call
