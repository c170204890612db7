#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <functional>

namespace webcalling {

/// A table for what is looked up with every packet: its entries stand beside each other, so that one that was not asked
/// for since long is two lines of memory away and not three, and most of the first stay in the cache. Entries move when
/// others come and go.
template <typename Key, typename Value>
using FlatMap = boost::unordered_flat_map<Key, Value, std::hash<Key>>;

}  // namespace webcalling
