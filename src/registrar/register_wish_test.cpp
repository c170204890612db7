#include "registrar/register_wish.hpp"

#include <gtest/gtest.h>

namespace webcalling::registrar {
namespace {

using namespace std::chrono_literals;
using sip::HeaderName;

sip::Request with(std::initializer_list<std::pair<HeaderName, std::string_view>> headers) {
  sip::Request request(sip::Method::Register, sip::Uri::parse("sip:example.com").value());
  for (const auto& [name, value] : headers) request.add(name, value);
  return request;
}

int refusal(const sip::Request& request) {
  const auto wish = read_wish(request, {});
  return wish ? 0 : wish.error().status;
}

std::chrono::seconds expiry(const sip::Request& request) {
  return std::get<Update>(read_wish(request, {}).value()).wishes.at(0).expires;
}

TEST(RegisterWish, WithoutContactIsAQuery) {
  EXPECT_TRUE(std::holds_alternative<Query>(read_wish(with({}), {}).value()));
}

TEST(RegisterWish, StarStandsAloneAndNeedsExpiresZero) {
  const auto star = with({{HeaderName::Contact, "*"}, {HeaderName::Expires, "0"}});
  EXPECT_TRUE(std::holds_alternative<RemoveAll>(read_wish(star, {}).value()));
  EXPECT_EQ(refusal(with({{HeaderName::Contact, "*"}})), 400);
  EXPECT_EQ(refusal(with({{HeaderName::Contact, "*"}, {HeaderName::Expires, "60"}})), 400);
  EXPECT_EQ(refusal(with({{HeaderName::Contact, "*"}, {HeaderName::Contact, "<sip:a@b>"}, {HeaderName::Expires, "0"}})),
            400);
}

TEST(RegisterWish, ExpiryOfTheContactBeatsTheHeaderWhichBeatsTheDefault) {
  EXPECT_EQ(expiry(with({{HeaderName::Contact, "<sip:a@b>;expires=90"}, {HeaderName::Expires, "120"}})), 90s);
  EXPECT_EQ(expiry(with({{HeaderName::Contact, "<sip:a@b>"}, {HeaderName::Expires, "120"}})), 120s);
  EXPECT_EQ(expiry(with({{HeaderName::Contact, "<sip:a@b>"}})), 600s);
}

TEST(RegisterWish, ExpiryThatCannotBeReadCountsAsAbsent) {
  EXPECT_EQ(expiry(with({{HeaderName::Contact, "<sip:a@b>;expires=soon"}})), 600s);
  EXPECT_EQ(expiry(with({{HeaderName::Contact, "<sip:a@b>"}, {HeaderName::Expires, "-1"}})), 600s);
}

TEST(RegisterWish, TooLongIsCutAndTooShortIs423ButZeroIsARemoval) {
  EXPECT_EQ(expiry(with({{HeaderName::Contact, "<sip:a@b>;expires=4294967295"}})), 3600s);
  EXPECT_EQ(expiry(with({{HeaderName::Contact, "<sip:a@b>;expires=30"}})), 30s);
  EXPECT_EQ(expiry(with({{HeaderName::Contact, "<sip:a@b>;expires=0"}})), 0s);
  EXPECT_EQ(refusal(with({{HeaderName::Contact, "<sip:a@b>;expires=29"}})), 423);
}

TEST(RegisterWish, ContactThatCannotBeCalledIs400) {
  EXPECT_EQ(refusal(with({{HeaderName::Contact, "<sip:>"}})), 400);
  EXPECT_EQ(refusal(with({{HeaderName::Contact, "<tel:+15551234>"}})), 400);
}

TEST(RegisterWish, MoreContactsThanAnExtensionMayHaveIs400) {
  sip::Request request = with({});
  for (int i = 0; i < 11; ++i) request.add(HeaderName::Contact, "<sip:d" + std::to_string(i) + "@b>");
  EXPECT_EQ(refusal(request), 400);
}

}  // namespace
}  // namespace webcalling::registrar
