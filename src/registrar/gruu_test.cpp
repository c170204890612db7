#include "registrar/gruu.hpp"

#include <set>

#include "registrar/registrar_for_tests.hpp"

namespace webcalling::registrar {
namespace {

using sip::HeaderName;
using sip::Response;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

constexpr std::string_view kUrn = "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6";

class GruuTest : public RegistrarTest {
 protected:
  static Register phone(const std::string& user, std::string_view urn = kUrn, const std::string& more = {}) {
    return {.headers = contact(user, ";+sip.instance=\"<" + std::string(urn) + ">\"" + more) + "Supported: gruu\r\n",
            .call_id = "call-of-" + user};
  }
  /// A GRUU of the first binding in a response.
  static sip::Uri gruu(const Response& response, std::string_view name) {
    const auto contact = response.get<sip::Contact>().value();
    const auto text = contact.parameters.get(name);
    EXPECT_TRUE(text) << name;
    return sip::Uri::parse(text.value_or("")).value_or(sip::Uri{});
  }
  std::string user_at(const sip::Uri& uri) {
    const auto device = registrar.find_device(uri);
    return device ? device->flows.front().contact.user : "nobody";
  }
};

TEST_F(GruuTest, PublicOneIsTheAddressOfRecordWithTheInstance) {
  const Response response = handle(phone("desk"));
  EXPECT_EQ(gruu(response, "pub-gruu").text(),
            "sip:1002@10.105.10.116:5060;gr=urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
  EXPECT_THAT(*response.header(HeaderName::Contact), HasSubstr(";pub-gruu=\"sip:1002@"));
  EXPECT_EQ(user_at(gruu(response, "pub-gruu")), "desk");
}

TEST_F(GruuTest, TemporaryOneSaysNeitherWhoseNorWhatItIs) {
  const sip::Uri uri = gruu(handle(phone("desk")), "temp-gruu");
  EXPECT_THAT(uri.text(), Not(HasSubstr("1002")));
  EXPECT_THAT(uri.text(), Not(HasSubstr("f81d4fae")));
  EXPECT_THAT(uri.text(), HasSubstr("@10.105.10.116:5060;gr"));
  EXPECT_EQ(user_at(uri), "desk");
}

TEST_F(GruuTest, EveryRefreshGivesAnotherAndTheOldOnesStayGood) {
  std::set<std::string> all;
  for (int i = 0; i < 20; ++i) {
    Register refresh = phone("desk");
    refresh.cseq = 3 + i;
    all.insert(gruu(handle(refresh), "temp-gruu").text());
  }
  EXPECT_THAT(all, SizeIs(20));
  for (const std::string& each : all) EXPECT_EQ(user_at(sip::Uri::parse(each).value()), "desk");
}

TEST_F(GruuTest, TemporaryOneEndsWithTheInstance) {
  const sip::Uri old = gruu(handle(phone("desk")), "temp-gruu");
  handle({.headers = "Contact: *\r\nExpires: 0\r\n", .call_id = "c"});
  EXPECT_EQ(user_at(old), "nobody");
  handle(phone("desk"));
  EXPECT_EQ(user_at(old), "nobody") << "it came back as somebody else";
}

// RFC 5627 section 3.2: so a user agent makes the old ones worthless.
TEST_F(GruuTest, TemporaryOneEndsWithTheCallId) {
  const sip::Uri old = gruu(handle(phone("desk")), "temp-gruu");
  Register again = phone("desk");
  again.call_id = "another";
  const sip::Uri young = gruu(handle(again), "temp-gruu");
  EXPECT_EQ(user_at(old), "nobody");
  EXPECT_EQ(user_at(young), "desk");
}

TEST_F(GruuTest, FlowsOfOneDeviceShareTheirGruus) {
  const sip::Uri first = gruu(handle(phone("a", kUrn, ";reg-id=1"), tcp_flow(7)), "temp-gruu");
  const sip::Uri second = gruu(handle(phone("b", kUrn, ";reg-id=2"), tcp_flow(8)), "temp-gruu");
  EXPECT_EQ(user_at(first), "b");
  EXPECT_EQ(user_at(second), "b");
  registrar.remove_connection(sip::ConnectionId{8});
  EXPECT_EQ(user_at(first), "a");
  EXPECT_EQ(user_at(second), "a");
  registrar.remove_connection(sip::ConnectionId{7});
  EXPECT_EQ(user_at(first), "nobody");
}

TEST_F(GruuTest, AddressesOneInstanceAmongSeveral) {
  handle(phone("other", "urn:uuid:1"));
  handle(phone("desk"));
  handle(phone("third", "urn:uuid:2"));
  const auto at = [&](const std::string& text) { return user_at(sip::Uri::parse(text).value()); };
  EXPECT_EQ(at("sip:1002@pbx;gr=urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6"), "desk");
  EXPECT_EQ(at("sip:1002@pbx;gr=urn:uuid:F81D4FAE-7dec-11d0-a765-00a0c91e6bf6"), "desk");
  EXPECT_EQ(at("sip:1002@pbx;gr=urn%3auuid%3A1"), "other");
  EXPECT_EQ(at("sip:1002@pbx;gr=urn:uuid:3"), "nobody");
  EXPECT_EQ(at("sip:1003@pbx;gr=urn:uuid:1"), "nobody");
  EXPECT_EQ(at("sip:1002@pbx;gr"), "nobody");
  EXPECT_EQ(at("sip:1002@pbx"), "nobody");
}

TEST_F(GruuTest, TemporaryOneIsUnveiledForWhoKnowsTheKey) {
  const sip::Uri uri = gruu(handle(phone("desk")), "temp-gruu");
  EXPECT_EQ(registrar.unveil(uri)->text(),
            "sip:1002@10.105.10.116:5060;gr=urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6");
  sip::Uri forged = uri;
  forged.user.back() = forged.user.back() == '0' ? '1' : '0';
  EXPECT_FALSE(registrar.unveil(forged));
  EXPECT_EQ(user_at(forged), "nobody");
  EXPECT_FALSE(registrar.unveil(sip::Uri::parse("sip:1002@pbx").value()));
}

TEST_F(GruuTest, IsGivenToWhoSupportsIt) {
  Register registration = phone("desk");
  registration.headers = contact("desk", ";+sip.instance=\"<" + std::string(kUrn) + ">\"");
  EXPECT_THAT(*handle(registration).header(HeaderName::Contact), Not(HasSubstr("gruu")));
}

// What SIP.js says without being told an instance.
TEST_F(GruuTest, IsNotGivenWithoutAnInstance) {
  const Response response = handle({.headers = kBrowser + "Supported: outbound, path, gruu\r\n"});
  EXPECT_EQ(response.header(HeaderName::Contact), "<sip:8bum4n4l@7bhs9fl1c2ll.invalid;transport=ws>;expires=600");
  EXPECT_FALSE(response.has(HeaderName::Require));
}

TEST_F(GruuTest, InstanceThatIsNoUrnHasNone) {
  for (const auto* instance : {"\"\"", "\"<>\"", "\"<1>\"", "\"urn:uuid:1\"", "\"<urn:uuid:%1>\"", "nonsense"}) {
    Register registration{.headers =
                              contact("desk", std::string(";+sip.instance=") + instance) + "Supported: gruu\r\n"};
    const Response response = handle(registration);
    EXPECT_EQ(response.status(), 200) << instance;
    EXPECT_THAT(*response.header(HeaderName::Contact), Not(HasSubstr("gruu"))) << instance;
  }
}

TEST_F(GruuTest, GruusInARequestMeanNothing) {
  const Response response = handle(phone("desk", kUrn, ";pub-gruu=\"sip:1001@pbx;gr=x\";temp-gruu=\"sip:x@y;gr\""));
  EXPECT_EQ(gruu(response, "pub-gruu").user, "1002");
  EXPECT_THAT(gruu(response, "temp-gruu").text(), HasSubstr("tgruu."));
}

TEST_F(GruuTest, OwnGruuAsContactIs403) {
  EXPECT_EQ(handle({.headers = "Contact: <sip:1002@10.105.10.116;gr=urn:uuid:1>\r\n"}).status(), 403);
  EXPECT_EQ(registrar.size(), 0U);
}

}  // namespace
}  // namespace webcalling::registrar
