#include "call/leg/session_timer.hpp"

#include <algorithm>
#include <utility>

namespace webcalling::call {
namespace {

using std::chrono::seconds;
using Watch = SessionTerms::Watch;

bool knows_session_timers(const sip::Message& message) { return message.lists(sip::HeaderName::Supported, "timer"); }

/// Section 10: a side that does not refresh ends the session a little before its end, so that its BYE still counts.
seconds margin(seconds interval) { return std::min(seconds{32}, interval / 3); }

}  // namespace

tl::expected<SessionTerms, sip::MinSe> session_terms_asked(const sip::Request& request,
                                                           const SessionTimerSettings& settings) {
  const auto asked = request.get<sip::SessionExpires>();
  const bool knows = knows_session_timers(request);
  if (!asked) return SessionTerms{settings.interval, knows ? Watch::WeRefresh : Watch::WeProbe};
  // A proxy may have put the header in; then there is nobody who could understand a 422.
  if (asked->interval < settings.min_interval && knows) return tl::unexpected(sip::MinSe{settings.min_interval});
  // Section 9: the interval may be made shorter, down to the Min-SE of the request, but not longer.
  const auto floor = request.get<sip::MinSe>().value_or(sip::MinSe{settings.min_interval}).value;
  const auto interval = std::min(asked->interval, std::max(settings.interval, floor));
  const bool peer_wants_to = knows && asked->refresher == sip::Refresher::Uac;
  return SessionTerms{interval, peer_wants_to ? Watch::PeerRefreshes : Watch::WeRefresh};
}

SessionTerms session_terms_answered(const sip::Response& response, const SessionTimerSettings& settings) {
  const auto answered = response.get<sip::SessionExpires>();
  if (!answered) return {settings.interval, Watch::WeProbe};
  const auto interval = std::max(answered->interval, settings.min_interval);
  return {interval, answered->refresher == sip::Refresher::Uas ? Watch::PeerRefreshes : Watch::WeRefresh};
}

void put_session_terms(sip::Response& response, const SessionTerms& terms) {
  switch (terms.watch) {
    case Watch::WeRefresh: response.add(sip::SessionExpires{terms.interval, sip::Refresher::Uas}); return;
    case Watch::PeerRefreshes:
      // Section 9: without it the peer would not know that its refreshes are counted on.
      response.add(sip::HeaderName::Require, "timer");
      response.add(sip::SessionExpires{terms.interval, sip::Refresher::Uac});
      return;
    case Watch::WeProbe: return;
  }
}

void put_session_wish(sip::Request& invite, seconds interval, const SessionTimerSettings& settings) {
  invite.set(sip::SessionExpires{interval});
  invite.set(sip::MinSe{settings.min_interval});
}

void put_session_terms(sip::Request& refresh, const SessionTerms& terms) {
  switch (terms.watch) {
    case Watch::WeRefresh: refresh.add(sip::SessionExpires{terms.interval, sip::Refresher::Uac}); return;
    case Watch::PeerRefreshes: refresh.add(sip::SessionExpires{terms.interval, sip::Refresher::Uas}); return;
    case Watch::WeProbe: return;
  }
}

SessionTimer::SessionTimer(TimerQueue& timers, Events events)
    : events_(std::move(events)),
      due_(timers, [this] { events_.on_due(); }),
      expiry_(timers, [this] { events_.on_expired(); }) {}

void SessionTimer::start(const SessionTerms& terms) {
  stop();
  terms_ = terms;
  switch (terms.watch) {
    case Watch::WeRefresh:
      due_.start(terms.interval / 2);
      expiry_.start(terms.interval);
      return;
    case Watch::PeerRefreshes: expiry_.start(terms.interval - margin(terms.interval)); return;
    case Watch::WeProbe: due_.start(terms.interval / 2); return;
  }
}

void SessionTimer::stop() {
  due_.stop();
  expiry_.stop();
}

}  // namespace webcalling::call
