#pragma once

#include <span>
#include <string_view>

#include "base/network.hpp"

namespace webcalling::guard {

/// Who is behind a chain of reverse proxies: `peer` is who connected to us, `forwarded_for` the value of
/// X-Forwarded-For (all of them joined with commas, oldest first). Each proxy appends whom it was called by, so that
/// only what trusted proxies wrote counts: from the right, the first address that is not one of them. What stands to
/// its left may be anybody's invention.
[[nodiscard]] IpAddress find_client(const IpAddress& peer, std::string_view forwarded_for,
                                    std::span<const Network> trusted_proxies);

}  // namespace webcalling::guard
