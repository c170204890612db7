#include "pbx/call_watch.hpp"

#include "call/leg/leg.hpp"

namespace webcalling {
namespace {

events::DialogState::State state_of(call::Standing standing) {
  switch (standing) {
    case call::Standing::Trying: return events::DialogState::State::Trying;
    case call::Standing::Early: return events::DialogState::State::Early;
    case call::Standing::Confirmed: return events::DialogState::State::Confirmed;
  }
  return events::DialogState::State::Trying;
}

events::DialogParty shown(const call::Party& party) {
  return {.extension = party.extension, .display_name = party.display_name, .withheld = party.withheld};
}

}  // namespace

void CallWatch::on_standing(const call::Leg& leg) {
  events::DialogParty own = shown(leg.party());
  // Who watches the extension knows whose it is; the other side does not.
  own.withheld = false;
  dialogs_.put(leg.party().extension,
               {.id = leg.pseudonym(),
                .call_id = leg.pseudonym(),
                .local_tag = std::string(call::Leg::kPseudonymTag),
                .remote_tag = std::string(call::Leg::kPseudonymTag),
                .direction = leg.begun_by_us() ? events::DialogState::Direction::Recipient
                                               : events::DialogState::Direction::Initiator,
                .state = state_of(leg.standing()),
                .local = std::move(own),
                .remote = leg.other_end() ? shown(*leg.other_end()) : events::DialogParty{},
                .contact = leg.dialog() ? leg.dialog()->remote_target().text() : std::string{}});
}

void CallWatch::on_over(const call::Leg& leg) { dialogs_.remove(leg.party().extension, leg.pseudonym()); }

}  // namespace webcalling
