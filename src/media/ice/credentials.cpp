#include "media/ice/credentials.hpp"

namespace webcalling::media::ice {

Credentials Credentials::generate(Random& random) {
  constexpr std::size_t kUfragLength = 12;
  constexpr std::size_t kPwdLength = 24;
  Credentials credentials;
  credentials.ufrag = random.token(kUfragLength);
  credentials.pwd = random.token(kPwdLength);
  return credentials;
}

}  // namespace webcalling::media::ice
