#include "store/binding_file.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace webcalling::store {
namespace {

using registrar::BindingId;
using registrar::StoredBinding;
using testing::SizeIs;

class BindingFileTest : public testing::Test {
 protected:
  BindingFileTest() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder = std::filesystem::temp_directory_path() / fmt::format("webcalling-{}-{}", test->name(), getpid());
    std::filesystem::create_directories(folder);
  }
  ~BindingFileTest() override { std::filesystem::remove_all(folder); }

  std::unique_ptr<BindingFile> open() {
    auto file = BindingFile::open(path());
    EXPECT_TRUE(file) << file.error().text;
    return std::move(*file);
  }
  [[nodiscard]] std::string path() const { return folder / "registrations.db"; }
  [[nodiscard]] std::vector<StoredBinding> read() {
    auto all = open()->read();
    EXPECT_TRUE(all) << all.error().text;
    return std::move(*all);
  }

  /// With something in every field.
  static StoredBinding binding(std::uint64_t id, const std::string& user = "1001") {
    const auto contact =
        sip::Contact::parse("<sip:a%20b:pw@192.168.1.5:5070;ob?x=y>;+sip.instance=\"<urn:uuid:1>\";q=0.5;reg-id=1");
    StoredBinding stored;
    stored.user = user;
    stored.binding.id = BindingId(id);
    stored.binding.contact = contact->uri;
    stored.binding.parameters = contact->parameters;
    stored.binding.instance = "<urn:uuid:1>";
    stored.binding.path = {sip::Path::parse("\"A, B\" <sip:token@192.0.2.99;lr;ob>;x=y").value(),
                           sip::Path::parse("<sip:edge.example.com;lr>").value()};
    stored.binding.aor = sip::Uri::parse("sip:1001@pbx.example.com:5060").value();
    stored.binding.flow = {.kind = sip::TransportKind::Tls,
                           .local = {IpAddress::parse("2001:db8::1").value(), 5061},
                           .remote = {IpAddress::parse("2001:db8::2").value(), 65535},
                           .connection = sip::ConnectionId{7}};
    stored.binding.call_id = "call";
    stored.binding.cseq = 0x7fff'ffff;
    stored.binding.user_agent = "it's a phone; DROP TABLE binding";
    stored.binding.reg_id = "1";
    stored.binding.incarnation = 0xffff'ffff'ffff'fffe;
    stored.expires = WallTime(1731161795123ms);
    stored.refreshed = WallTime(1731161195123ms);
    stored.password_mark = "0123abcd";
    return stored;
  }

  std::filesystem::path folder;
};

TEST_F(BindingFileTest, KeepsEveryFieldOverARestart) {
  ASSERT_TRUE(open()->write({.put = {binding(5)}}));
  const auto all = read();
  ASSERT_THAT(all, SizeIs(1));
  const StoredBinding expected = binding(5);
  const StoredBinding& found = all[0];
  EXPECT_EQ(found.user, expected.user);
  EXPECT_EQ(found.expires, expected.expires);
  EXPECT_EQ(found.refreshed, expected.refreshed);
  EXPECT_EQ(found.password_mark, expected.password_mark);
  EXPECT_EQ(found.binding.id, expected.binding.id);
  EXPECT_EQ(found.binding.contact, expected.binding.contact);
  EXPECT_EQ(found.binding.parameters, expected.binding.parameters);
  EXPECT_EQ(found.binding.aor, expected.binding.aor);
  EXPECT_EQ(found.binding.flow, expected.binding.flow);
  EXPECT_EQ(found.binding.call_id, expected.binding.call_id);
  EXPECT_EQ(found.binding.cseq, expected.binding.cseq);
  EXPECT_EQ(found.binding.user_agent, expected.binding.user_agent);
  EXPECT_EQ(found.binding.instance, expected.binding.instance);
  EXPECT_EQ(found.binding.reg_id, expected.binding.reg_id);
  EXPECT_EQ(found.binding.incarnation, expected.binding.incarnation);
  ASSERT_THAT(found.binding.path, SizeIs(2));
  EXPECT_EQ(found.binding.path[0].display_name, "A, B");
  EXPECT_EQ(found.binding.path[0].uri, expected.binding.path[0].uri);
  EXPECT_EQ(found.binding.path[1].uri, expected.binding.path[1].uri);
}

TEST_F(BindingFileTest, PutReplacesAndRemoveForgets) {
  const auto file = open();
  ASSERT_TRUE(file->write({.put = {binding(1), binding(2), binding(3)}}));
  StoredBinding refreshed = binding(2);
  refreshed.binding.cseq = 9;
  ASSERT_TRUE(file->write({.put = {refreshed}, .removed = {BindingId(1), BindingId(77)}}));
  const auto all = read();
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_EQ(all[0].binding.id, BindingId(2));
  EXPECT_EQ(all[0].binding.cseq, 9U);
  EXPECT_EQ(all[1].binding.id, BindingId(3));
}

TEST_F(BindingFileTest, ReplacingAllLeavesNothingElse) {
  const auto file = open();
  ASSERT_TRUE(file->write({.put = {binding(1), binding(2)}}));
  ASSERT_TRUE(file->write({.replace_all = true, .put = {binding(3)}}));
  ASSERT_THAT(read(), SizeIs(1));
  ASSERT_TRUE(file->write({.replace_all = true}));
  EXPECT_THAT(read(), SizeIs(0));
}

TEST_F(BindingFileTest, RowThatCannotBeReadIsLeftOut) {
  ASSERT_TRUE(open()->write({.put = {binding(1), binding(2), binding(3), binding(4)}}));
  SQLite::Database raw(path(), SQLite::OPEN_READWRITE);
  raw.exec("UPDATE binding SET contact = 'nonsense' WHERE id = 1");
  raw.exec("UPDATE binding SET transport = 'PIGEON' WHERE id = 2");
  raw.exec("UPDATE binding SET path = '<sip:x' WHERE id = 4");
  const auto all = read();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].binding.id, BindingId(3));
}

TEST_F(BindingFileTest, TableOfAnotherVersionIsMadeAnew) {
  ASSERT_TRUE(open()->write({.put = {binding(1)}}));
  SQLite::Database(path(), SQLite::OPEN_READWRITE).exec("PRAGMA user_version = 99");
  EXPECT_THAT(read(), SizeIs(0));
  ASSERT_TRUE(open()->write({.put = {binding(1)}}));
  EXPECT_THAT(read(), SizeIs(1));
}

TEST_F(BindingFileTest, SaysSoIfTheFileIsNoDatabase) {
  std::ofstream(path()) << std::string(4096, 'x');
  const auto broken = BindingFile::open(path());
  ASSERT_FALSE(broken);
  EXPECT_THAT(broken.error().text, testing::StartsWith("opening the registrations in " + path()));
  EXPECT_THAT(broken.error().text, testing::HasSubstr("delete it: phones register again"));
}

TEST_F(BindingFileTest, WriteThatFailsChangesNothingAndIsASentence) {
  const auto file = open();
  ASSERT_TRUE(file->write({.put = {binding(1)}}));
  SQLite::Database other(path(), SQLite::OPEN_READWRITE);
  other.exec("CREATE TRIGGER full_disk BEFORE INSERT ON binding BEGIN SELECT RAISE(ABORT, 'the disk is full'); END");
  const auto written = file->write({.put = {binding(2)}, .removed = {BindingId(1)}});
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().text, "writing the registrations to " + path() + ": the disk is full");
  EXPECT_THAT(read(), SizeIs(1));
}

}  // namespace
}  // namespace webcalling::store
