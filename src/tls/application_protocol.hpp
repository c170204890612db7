#pragma once

// Private to this room.

#include "tls/context.hpp"

struct ssl_st;

namespace webcalling::tls {

/// Makes the servers of a context choose by ALPN what set_application_protocol() says.
void select_application_protocols(ssl_ctx_st& context);

void set_application_protocol(ssl_st& ssl, Application application);

}  // namespace webcalling::tls
