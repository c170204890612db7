// Any body under any of its headers: what is found lies inside the body, and a multipart body taken apart holds no more
// than it did.
#include <cstdint>
#include <cstdlib>

#include "base/ascii.hpp"
#include "base/bytes.hpp"
#include "sip/message/multipart.hpp"
#include "sip/message/session_description.hpp"

namespace {

using namespace webcalling;

void require(bool holds) {
  if (!holds) std::abort();
}

bool lies_in(std::string_view part, std::string_view whole) {
  return part.empty() || (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

void take_apart(std::string_view body, std::string_view boundary) {
  const auto parts = sip::split_multipart(body, boundary);
  if (!parts) return;
  require(!parts->empty() && parts->size() <= sip::kMaxBodyParts);
  std::size_t bytes = 0;
  for (const sip::BodyPart& part : *parts) {
    require(lies_in(part.content, body) && lies_in(part.content_type, body));
    bytes += part.content.size();
  }
  require(bytes < body.size());
}

}  // namespace

/// The first three lines are Content-Type, Content-Disposition and Content-Encoding; the rest is the body.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  auto text = as_text({data, size});
  sip::Request request(sip::Method::Invite, {});
  const auto type = ascii::take_until(text, '\n');
  request.add(sip::HeaderName::ContentDisposition, ascii::take_until(text, '\n'));
  request.add(sip::HeaderName::ContentEncoding, ascii::take_until(text, '\n'));
  request.set_body(type, text);
  const auto description = sip::session_description(request);
  if (description) {
    require(lies_in(*description, request.body()));
  } else {
    const int status = sip::refusal_of_body(description.error());
    require(status == 400 || status == 415);
  }
  take_apart(text, "b1");
  return 0;
}
