#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "sip/dialog/dialog.hpp"
#include "sip/message/message.hpp"

namespace webcalling::call {

/// One of the dialogs that provisional responses to an INVITE of ours opened. There are several if somebody behind the
/// phone's address has forked the call (RFC 3261 section 12.1.2).
struct EarlyDialog {
  sip::Dialog dialog;
  /// Of the last reliable response; nothing before the first.
  std::optional<std::uint32_t> last_rseq{};
  /// The description that it brought last.
  std::string sdp{};

  /// RFC 3262 section 4: a reliable response counts if it is the next one; a repeated or later one does not.
  [[nodiscard]] bool is_next(std::uint32_t rseq) const { return !last_rseq || rseq == *last_rseq + 1; }
};

/// The early dialogs of one INVITE, by the tag of their far end.
class EarlyDialogs {
 public:
  /// More forks than this are none that a person could have wanted.
  static constexpr std::size_t kMost = 16;

  /// The dialog of a provisional response, opened if it is new; null if the response has no tag, cannot make a dialog,
  /// or makes one too many.
  EarlyDialog* open(const sip::Request& invite, const sip::Response& response, const sip::Flow& flow) {
    if (EarlyDialog* known = find(response.to_tag())) return known;
    if (dialogs_.size() == kMost) return nullptr;
    auto dialog = sip::Dialog::from_response(invite, response, flow);
    if (!dialog) return nullptr;
    return &dialogs_.emplace(response.to_tag(), EarlyDialog{std::move(*dialog)}).first->second;
  }

  [[nodiscard]] EarlyDialog* find(std::string_view remote_tag) {
    const auto found = dialogs_.find(remote_tag);
    return found == dialogs_.end() ? nullptr : &found->second;
  }

  void clear() { dialogs_.clear(); }

 private:
  std::map<std::string, EarlyDialog, std::less<>> dialogs_;
};

}  // namespace webcalling::call
