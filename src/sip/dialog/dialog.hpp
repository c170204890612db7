#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "sip/message/headers.hpp"
#include "sip/message/message.hpp"
#include "sip/transport/flow.hpp"

namespace webcalling::sip {

struct DialogId {
  std::string call_id;
  std::string local_tag;
  std::string remote_tag;
  friend auto operator<=>(const DialogId&, const DialogId&) = default;
};

/// All of a dialog but its flow, as text: written down, it outlives us.
struct DialogRecord {
  DialogId id;
  std::string local;
  std::string remote;
  std::string local_contact;
  std::string remote_target;
  std::vector<std::string> route_set;
  std::uint32_t local_cseq = 0;
  std::optional<std::uint32_t> remote_cseq;
  friend bool operator==(const DialogRecord&, const DialogRecord&) = default;
};

/// A dialog as RFC 3261 section 12 keeps it: a plain value that can be copied, written down and read back. It builds
/// the requests and responses of its side and checks the order of those that come in. Knows nothing of transactions,
/// calls or SDP.
class Dialog {
 public:
  /// The UAS side, when a dialog-creating request is answered with `local_tag` (section 12.1.1). `flow` is where it
  /// came from; later requests go over it while its connection lives (RFC 5626, RFC 7118 section 5: a .invalid contact
  /// is reachable only there).
  static Result<Dialog> from_request(const Request& request, std::string local_tag, const Flow& flow,
                                     NameAddress local_contact);
  /// The UAC side, when a response with a To tag arrives for `request` (section 12.1.2).
  static Result<Dialog> from_response(const Request& request, const Response& response, const Flow& flow);

  /// What record() has told before; Malformed if it is not that. `flow` is where the peer is reached now.
  static Result<Dialog> from_record(const DialogRecord& record, const Flow& flow);
  [[nodiscard]] DialogRecord record() const;

  /// A 2xx confirms an early dialog: target and route set are those of the 2xx, the counters go on (section 13.2.2.4).
  [[nodiscard]] Result<void> confirm(const Response& response);

  [[nodiscard]] const DialogId& id() const { return id_; }
  [[nodiscard]] const Flow& flow() const { return flow_; }
  [[nodiscard]] const Uri& remote_target() const { return remote_target_; }
  [[nodiscard]] const NameAddress& local_contact() const { return local_contact_; }

  /// The same peer is reached another way from now on: its old connection is gone.
  void move_to(const Flow& flow) { flow_ = flow; }

  /// A request inside the dialog with the next CSeq (section 12.2.1.1); Contact is added to target-refreshing methods.
  [[nodiscard]] Request make_request(Method method);
  /// The ACK to a 2xx of the INVITE with this CSeq number (section 13.2.2.4).
  [[nodiscard]] Request make_ack(std::uint32_t invite_cseq) const;
  /// A response inside the dialog: To tag and Contact in place (section 12.1.1).
  [[nodiscard]] Response make_response(const Request& request, int status) const;

  /// Checks a request that came in (section 12.2.2): an old CSeq is Error::Kind::Refused (500), an unreadable Contact
  /// Malformed (400); the dialog is unchanged then. A target refresh (INVITE, UPDATE, SUBSCRIBE) takes its Contact, and
  /// the flow it came over becomes the dialog's.
  [[nodiscard]] Result<void> receive(const Request& request, const Flow& flow);
  /// A target-refreshing 2xx to our own request (section 12.2.1.2).
  void receive(const Response& response);

 private:
  [[nodiscard]] Request make_request_with(Method method, std::uint32_t cseq) const;
  void put_route(Request& request) const;

  DialogId id_;
  NameAddress local_;
  NameAddress remote_;
  NameAddress local_contact_;
  Uri remote_target_;
  std::vector<NameAddress> route_set_;
  std::uint32_t local_cseq_ = 0;
  std::optional<std::uint32_t> remote_cseq_;
  Flow flow_;
};

}  // namespace webcalling::sip
