#include "locating/server_locator.hpp"

#include <utility>

namespace webcalling::locating {

std::shared_ptr<Search> ServerLocator::find(const sip::Uri& uri, Search::OnDone on_done) {
  const Search::Outside outside{
      .timers = timers_, .random = random_, .resolver = cache_, .abilities = abilities_};
  return Search::start(outside, uri, [this, tell = std::move(on_done)](const Result<std::vector<Target>>& found) {
    if (!found) return tell(found);
    tell(failed_.put_last(*found));
  });
}

}  // namespace webcalling::locating
