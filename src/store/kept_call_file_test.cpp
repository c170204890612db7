#include "store/kept_call_file.hpp"

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace webcalling::store {
namespace {

using call::CallId;
using call::KeptCall;
using call::KeptLeg;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

KeptLeg leg(const std::string& extension) {
  return {.party = {.extension = extension, .display_name = "O'Neill \xff", .withheld = true, .domain = "b.example"},
          .dialog = {.id = {"call of " + extension, "ours", "theirs"},
                     .local = "\"A\" <sip:1@a>",
                     .remote = "<sip:2@a>",
                     .local_contact = "<sip:1@10.0.0.1>",
                     .remote_target = "sip:2@10.0.0.2:5070;transport=tcp",
                     .route_set = {"<sip:p1;lr>", "<sip:p2;lr>"},
                     .local_cseq = 4'000'000'000,
                     .remote_cseq = 7},
          .flow = {.kind = sip::TransportKind::Tls,
                   .local = {IpAddress::v4(0x0a000001), 5061},
                   .remote = {*IpAddress::parse("2001:db8::1"), 65535}},
          .begun_by_us = true,
          .encrypted = true,
          .codec = sdp::Codec::G722};
}

KeptCall kept_call(std::uint64_t id) {
  KeptCall kept{.id = CallId(id),
                .begun_by = {.extension = "1001", .display_name = "Anna"},
                .dialled = "1002",
                .call_id = "first",
                .connected = WallTime{std::chrono::milliseconds(1'700'000'000'123)},
                .caller = leg("1001"),
                .callee = leg("1002")};
  kept.callee.codec.reset();
  kept.callee.dialog.remote_cseq.reset();
  kept.callee.dialog.route_set.clear();
  kept.callee.begun_by_us = kept.callee.encrypted = kept.callee.party.withheld = false;
  return kept;
}

class KeptCallFileTest : public testing::Test {
 protected:
  KeptCallFileTest() {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder = std::filesystem::temp_directory_path() / fmt::format("webcalling-{}-{}", test->name(), getpid());
    std::filesystem::create_directories(folder);
  }
  ~KeptCallFileTest() override { std::filesystem::remove_all(folder); }

  std::unique_ptr<KeptCallFile> open() {
    auto file = KeptCallFile::open(folder / "calls.db");
    EXPECT_TRUE(file) << file.error().text;
    return std::move(*file);
  }

  std::filesystem::path folder;
};

TEST_F(KeptCallFileTest, GivesBackWhatWasWrittenAndOnlyOnce) {
  ASSERT_TRUE(open()->write({.put = {kept_call(1), kept_call(2)}, .removed = {}}));
  EXPECT_THAT(*open()->take(), ElementsAre(kept_call(1), kept_call(2)));
  EXPECT_THAT(*open()->take(), IsEmpty());
}

TEST_F(KeptCallFileTest, NewerStateReplacesTheOldOne) {
  const auto file = open();
  ASSERT_TRUE(file->write({.put = {kept_call(1), kept_call(2)}, .removed = {}}));
  KeptCall changed = kept_call(2);
  changed.callee = leg("1009");
  ASSERT_TRUE(file->write({.put = {changed}, .removed = {CallId(1)}}));
  EXPECT_THAT(*file->take(), ElementsAre(changed));
}

TEST_F(KeptCallFileTest, CallThatCannotBeReadIsLeftOut) {
  KeptCall broken = kept_call(1);
  ASSERT_TRUE(open()->write({.put = {broken, kept_call(2)}, .removed = {}}));
  SQLite::Database(folder / "calls.db", SQLite::OPEN_READWRITE).exec("UPDATE leg SET transport = 'X' WHERE call = 1");
  EXPECT_THAT(*open()->take(), ElementsAre(kept_call(2)));
}

TEST_F(KeptCallFileTest, FileOfSomethingElseIsExplained) {
  std::ofstream(folder / "calls.db") << "this is no database, whatever its name says, and it is long enough";
  const auto file = KeptCallFile::open(folder / "calls.db");
  ASSERT_FALSE(file);
  EXPECT_THAT(file.error().text, HasSubstr("calls.db"));
  EXPECT_THAT(file.error().text, HasSubstr("delete it"));
}

}  // namespace
}  // namespace webcalling::store
