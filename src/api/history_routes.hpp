#pragma once

#include "api/router.hpp"
#include "base/log.hpp"
#include "history/history_store.hpp"

namespace webcalling::api {

/// The calls of whoever is signed in: /api/history.
class HistoryRoutes {
 public:
  HistoryRoutes(history::HistoryKeeper& keeper, const Log& log) : keeper_(keeper), log_(log) {}

  void add_to(Router& router);

 private:
  void list(const Context& context, const Respond& respond) const;
  void put_quality(const Context& context, const Respond& respond) const;
  void remove(const Context& context, const Respond& respond) const;
  void clear(const Context& context, const Respond& respond) const;
  /// 204 or 404; where nothing to remove is as good as removed, 204 in both cases.
  [[nodiscard]] history::HistoryKeeper::OnDone tell(const Respond& respond, bool must_be_there) const;
  [[nodiscard]] Response failure(const Error& error) const;

  history::HistoryKeeper& keeper_;
  const Log& log_;
};

}  // namespace webcalling::api
