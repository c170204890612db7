#include "api/history_routes.hpp"

#include <boost/json/parse.hpp>
#include <map>
#include <optional>
#include <utility>

#include "api/json.hpp"
#include "api/quality.hpp"
#include "base/ascii.hpp"

namespace webcalling::api {
namespace {

using history::Entry;
using history::EntryId;
using history::Query;

constexpr std::size_t kMaxLimit = 200;
constexpr std::size_t kMaxSearch = 100;

std::optional<EntryId> read_id(std::string_view text) {
  const auto number = ascii::parse_number<std::int64_t>(text);
  if (!number || *number < 0) return std::nullopt;
  return EntryId(static_cast<std::uint64_t>(*number));
}

Result<Query::Filter> read_filter(std::string_view text) {
  static const std::map<std::string_view, Query::Filter> kFilters{{"", Query::Filter::All},
                                                                  {"in", Query::Filter::In},
                                                                  {"out", Query::Filter::Out},
                                                                  {"missed", Query::Filter::Missed}};
  const auto known = kFilters.find(text);
  if (known == kFilters.end()) return malformed("direction must be in, out or missed.");
  return known->second;
}

Result<Query> read_query(const Context& context) {
  Query query{.extension = context.extension};
  const auto filter = read_filter(context.target.parameter("direction"));
  if (!filter) return Failure(filter.error());
  query.filter = *filter;
  if (const auto before = context.target.parameter("before"); !before.empty()) {
    query.before = read_id(before);
    if (!query.before) return malformed("before must be the id of a call.");
  }
  if (const auto limit = context.target.parameter("limit"); !limit.empty()) {
    const auto number = ascii::parse_number<std::size_t>(limit);
    if (!number || *number == 0 || *number > kMaxLimit) return malformed("limit must be 1 to {}.", kMaxLimit);
    query.limit = *number;
  }
  query.search = context.target.parameter("search");
  query.call_id = context.target.parameter("callId");
  if (query.search.size() > kMaxSearch) return malformed("search must not be longer than {} bytes.", kMaxSearch);
  return query;
}

json::value note(const Entry& entry) {
  json::error_code error;
  json::value value = json::parse(json::string_view(entry.note.data(), entry.note.size()), error);
  return error ? json::value() : value;
}

json::object describe(const Entry& entry) {
  return {{"id", std::to_string(entry.id.value())},
          {"direction", entry.direction == Entry::Direction::In ? "in" : "out"},
          {"missed", entry.missed},
          {"number", text(entry.peer_number)},
          {"name", text(entry.peer_name)},
          {"began", milliseconds(entry.began)},
          {"answered", entry.answered ? json::value(milliseconds(*entry.answered)) : json::value()},
          {"ended", milliseconds(entry.ended)},
          {"cause", text(entry.cause)},
          {"callId", text(entry.call_id)},
          {"note", note(entry)}};
}

}  // namespace

void HistoryRoutes::add_to(Router& router) {
  const auto add = [&](std::string_view method, std::vector<std::string_view> path,
                       void (HistoryRoutes::*answer)(const Context&, const Respond&) const) {
    router.add({method, std::move(path), Route::Access::SignedIn,
                [this, answer](const Context& context, const Respond& respond) { (this->*answer)(context, respond); }});
  };
  add("GET", {"api", "history"}, &HistoryRoutes::list);
  add("DELETE", {"api", "history"}, &HistoryRoutes::clear);
  add("DELETE", {"api", "history", "*"}, &HistoryRoutes::remove);
  add("PUT", {"api", "history", "*", "quality"}, &HistoryRoutes::put_quality);
}

void HistoryRoutes::list(const Context& context, const Respond& respond) const {
  auto query = read_query(context);
  if (!query) return respond(refusal(400, query.error().text));
  const std::size_t limit = query->limit;
  // One more tells whether there are more.
  ++query->limit;
  keeper_.list(*query, [this, respond, limit](const Result<std::vector<Entry>>& found) {
    if (!found) return respond(failure(found.error()));
    json::array calls;
    for (const Entry& entry : *found) {
      if (calls.size() < limit) calls.push_back(describe(entry));
    }
    respond(respond_with(json::object{{"calls", std::move(calls)}, {"more", found->size() > limit}}));
  });
}

void HistoryRoutes::put_quality(const Context& context, const Respond& respond) const {
  const auto id = read_id(context.open_segments.at(0));
  if (!id) return respond(refusal(404, "There is no such call."));
  auto quality = read_quality(context.request.body);
  if (!quality) return respond(refusal(400, quality.error().text));
  keeper_.set_note(context.extension, *id, std::move(*quality), tell(respond, true));
}

void HistoryRoutes::remove(const Context& context, const Respond& respond) const {
  const auto id = read_id(context.open_segments.at(0));
  if (!id) return respond(refusal(404, "There is no such call."));
  keeper_.remove(context.extension, *id, tell(respond, true));
}

void HistoryRoutes::clear(const Context& context, const Respond& respond) const {
  keeper_.clear(context.extension, tell(respond, false));
}

history::HistoryKeeper::OnDone HistoryRoutes::tell(const Respond& respond, bool must_be_there) const {
  return [this, respond, must_be_there](const Result<bool>& done) {
    if (!done) return respond(failure(done.error()));
    respond(*done || !must_be_there ? no_content() : refusal(404, "There is no such call."));
  };
}

Response HistoryRoutes::failure(const Error& error) const {
  log_.error("{}", error.text);
  return refusal(503, "The history of calls cannot be read at present.");
}

}  // namespace webcalling::api
