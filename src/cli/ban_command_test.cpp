#include "cli/ban_command.hpp"

#include <gmock/gmock.h>

#include "cli/folder_for_tests.hpp"
#include "server/ban_keeper.hpp"
#include "store/ban_file.hpp"

namespace webcalling::cli {
namespace {

using testing::HasSubstr;

class BanCommandTest : public InEmptyFolder {
 protected:
  [[nodiscard]] std::vector<guard::Ban> bans() const {
    return (*store::BanFile::open(server::ban_file(settings_)))->read().value();
  }

  const config::Settings settings_;
  const WallTime now_{1'700'000'000s};
};

TEST_F(BanCommandTest, NobodyIsBannedAtFirst) { EXPECT_EQ(list_bans(settings_, now_).value(), "nobody is banned\n"); }

TEST_F(BanCommandTest, BanByHandIsListedUntilItIsOver) {
  EXPECT_EQ(add_ban(settings_, now_, "192.0.2.1", "90m").value(),
            "192.0.2.1 is banned until 2023-11-14 23:43:20 UTC\n");
  EXPECT_EQ(list_bans(settings_, now_).value(),
            "192.0.2.1\tuntil 2023-11-14 23:43:20 UTC\tsince 2023-11-14 22:13:20 UTC\tban number 1\tby hand\n");
  EXPECT_EQ(list_bans(settings_, now_ + 90min).value(), "nobody is banned\n");
}

TEST_F(BanCommandTest, Ipv6AddressMeansItsSubnet) {
  ASSERT_TRUE(add_ban(settings_, now_, "2001:db8:1:2::7", "7d"));
  EXPECT_EQ(bans().at(0).source.text(), "2001:db8:1:2::/64");
  EXPECT_EQ(remove_ban(settings_, "2001:db8:1:2::/64").value(), "the ban of 2001:db8:1:2::/64 is lifted\n");
  EXPECT_TRUE(bans().empty());
}

TEST_F(BanCommandTest, SaysWhatItCannotDo) {
  EXPECT_EQ(remove_ban(settings_, "192.0.2.1").error().text, "192.0.2.1 is not banned");
  EXPECT_THAT(add_ban(settings_, now_, "pbx.example", "1h").error().text, HasSubstr("is neither an IP address nor"));
  EXPECT_THAT(add_ban(settings_, now_, "192.0.2.0/24", "1h").error().text, HasSubstr("no others"));
  EXPECT_THAT(add_ban(settings_, now_, "127.0.0.1", "1h").error().text, HasSubstr("guard.trusted_networks"));
  for (const auto* time : {"", "h", "1", "-1h", "0s", "1w", "99999999999999d", "1 h"}) {
    EXPECT_THAT(add_ban(settings_, now_, "192.0.2.1", time).error().text, HasSubstr("a time is a number")) << time;
  }
  EXPECT_TRUE(bans().empty());
}

}  // namespace
}  // namespace webcalling::cli
