// The one place where Asio's own code is compiled; the other files of this room only declare it.
#include <boost/asio/impl/src.hpp>
