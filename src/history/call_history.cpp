#include "history/call_history.hpp"

#include <algorithm>
#include <utility>

#include "call/leg/leg.hpp"

namespace webcalling::history {
namespace {

void show_peer(Entry& entry, const call::Party& peer) {
  if (peer.withheld) return;
  entry.peer_number = peer.is_foreign() ? peer.extension + "@" + peer.domain : peer.extension;
  entry.peer_name = peer.display_name == peer.extension ? std::string() : peer.display_name;
}

/// Somebody of the extension has said no, or another has taken it: it knows of the call.
bool is_noticed(call::Cause cause) { return cause == call::Cause::Declined || cause == call::Cause::AnsweredElsewhere; }

void conclude(Entry& entry, const call::CallRecord& record) {
  const bool has_not_talked = entry.direction == Entry::Direction::In && !entry.answered;
  const auto cause = has_not_talked && record.talk_time ? call::Cause::AnsweredElsewhere : record.cause;
  entry.cause = call::code(cause);
  entry.missed = has_not_talked && !is_noticed(cause);
}

}  // namespace

void CallHistory::on_standing(const call::Leg& leg) {
  if (leg.party().is_foreign() || leg.ended()) return;
  Part& part = part_of(calls_[leg.call()], leg);
  part.legs.insert(leg.pseudonym());
  Entry& entry = part.entry;
  if (entry.answered) return;
  if (leg.other_end()) show_peer(entry, *leg.other_end());
  if (leg.standing() != call::Standing::Confirmed) return;
  entry.answered = leg.connected().value_or(outside_.wall_clock());
  entry.call_id = leg.call_id();
}

CallHistory::Part& CallHistory::part_of(Call& call, const call::Leg& leg) {
  const auto direction = leg.begun_by_us() ? Entry::Direction::In : Entry::Direction::Out;
  // A phone that comes by itself takes the place of another one of its extension, whichever way that was called; one
  // that we call is of the called side, also where somebody calls his own extension.
  const auto found = std::find_if(call.parts.begin(), call.parts.end(), [&](const Part& part) {
    return part.entry.extension == leg.party().extension &&
           (!leg.begun_by_us() || part.entry.direction == Entry::Direction::In);
  });
  if (found != call.parts.end()) return *found;
  Entry entry;
  entry.extension = leg.party().extension;
  entry.direction = direction;
  entry.began = leg.connected().value_or(outside_.wall_clock());
  entry.call_id = leg.call_id();
  call.parts.push_back({.entry = std::move(entry), .legs = {}});
  return call.parts.back();
}

void CallHistory::on_over(const call::Leg& leg) {
  const auto call = calls_.find(leg.call());
  if (call == calls_.end()) return;
  auto& parts = call->second.parts;
  const auto part =
      std::find_if(parts.begin(), parts.end(), [&](const Part& each) { return each.legs.contains(leg.pseudonym()); });
  if (part == parts.end()) return;
  part->legs.erase(leg.pseudonym());
  if (!part->legs.empty()) return;
  part->entry.ended = outside_.wall_clock();
  if (!call->second.is_recorded) return;
  // It has outlived the call in which it began.
  part->entry.cause = call::code(call::Cause::HungUp);
  outside_.keeper.put(std::move(part->entry));
  parts.erase(part);
  if (parts.empty()) calls_.erase(call);
}

void CallHistory::on_record(const call::CallRecord& record) {
  const auto found = calls_.find(record.id);
  if (found == calls_.end()) {
    // Who was in a call already goes on in his entry.
    if (!record.call_id.empty()) put_refused(record);
    return;
  }
  Call& call = found->second;
  call.is_recorded = true;
  std::erase_if(call.parts, [&](Part& part) {
    if (!part.legs.empty()) return false;
    conclude(part.entry, record);
    outside_.keeper.put(std::move(part.entry));
    return true;
  });
  if (call.parts.empty()) calls_.erase(found);
}

void CallHistory::put_refused(const call::CallRecord& record) {
  const WallTime now = outside_.wall_clock();
  Entry entry;
  entry.extension = record.caller.extension;
  entry.peer_number = record.dialled;
  entry.peer_name = name_of(record.dialled);
  entry.began = now;
  entry.ended = now;
  entry.call_id = record.call_id;
  conclude(entry, record);
  outside_.keeper.put(entry);
  // Whose phones are all away wants to know who has called.
  const bool is_missed = record.cause == call::Cause::NotRegistered && record.dialled != record.caller.extension &&
                         outside_.accounts.has_extension(record.dialled);
  if (!is_missed) return;
  entry.extension = record.dialled;
  entry.direction = Entry::Direction::In;
  entry.peer_number.clear();
  entry.peer_name.clear();
  entry.call_id.clear();
  show_peer(entry, record.caller);
  conclude(entry, record);
  outside_.keeper.put(std::move(entry));
}

std::string CallHistory::name_of(std::string_view extension) {
  const auto account = outside_.accounts.find(extension);
  return account ? account->display_name : std::string();
}

}  // namespace webcalling::history
