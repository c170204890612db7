#include "api/history_routes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api/api_for_tests.hpp"

namespace webcalling::api {
namespace {

using history::Entry;
using history::EntryId;
using history::Query;
using testing::HasSubstr;
using testing::SizeIs;

class HistoryRoutesTest : public testing::Test, protected ApiForTests {
 protected:
  void put(const std::string& extension, const std::string& peer) {
    Entry entry;
    entry.extension = extension;
    entry.direction = Entry::Direction::In;
    entry.peer_number = peer;
    entry.peer_name = "<b>\"" + peer;
    entry.began = WallTime{5ms};
    entry.ended = WallTime{7ms};
    entry.cause = "noAnswer";
    entry.missed = true;
    entry.call_id = "abc";
    keeper.put(entry);
  }

  Page page = signed_in("1001");
};

TEST_F(HistoryRoutesTest, ShowsWhatBecameOfTheOwnCalls) {
  put("1001", "1002");
  put("1002", "1001");
  EXPECT_EQ(read(ask(page, "GET", "/api/history")), json::parse(R"({"more":false,"calls":[
    {"id":"1","direction":"in","missed":true,"number":"1002","name":"<b>\"1002","began":5,"answered":null,"ended":7,
     "cause":"noAnswer","callId":"abc","note":null}]})"));
  keeper.entries.front().answered = WallTime{6ms};
  keeper.entries.front().direction = Entry::Direction::Out;
  const auto call = read(ask(page, "GET", "/api/history")).at("calls").as_array().front();
  EXPECT_EQ(call.at("answered"), 6);
  EXPECT_EQ(call.at("direction"), "out");
}

TEST_F(HistoryRoutesTest, PassesOnWhatIsAskedFor) {
  EXPECT_EQ(status(page, "GET", "/api/history?before=77&limit=5&direction=missed&search=B%C3%B6b+1&callId=x%2Fy"),
            200u);
  ASSERT_THAT(keeper.queries, SizeIs(1));
  const Query& query = keeper.queries.front();
  EXPECT_EQ(query.extension, "1001");
  EXPECT_EQ(query.before, EntryId(77));
  EXPECT_EQ(query.limit, 6u);
  EXPECT_EQ(query.filter, Query::Filter::Missed);
  EXPECT_EQ(query.search,
            "B\xc3\xb6"
            "b 1");
  EXPECT_EQ(query.call_id, "x/y");
}

TEST_F(HistoryRoutesTest, TellsWhetherThereAreMore) {
  for (int i = 0; i < 3; ++i) put("1001", "1002");
  const auto two = read(ask(page, "GET", "/api/history?limit=2"));
  EXPECT_EQ(two.at("calls").as_array().size(), 2u);
  EXPECT_EQ(two.at("more"), true);
  EXPECT_EQ(read(ask(page, "GET", "/api/history?limit=3")).at("more"), false);
}

TEST_F(HistoryRoutesTest, RefusesQuestionsThatMeanNothing) {
  for (const char* query :
       {"before=x", "before=-1", "before=99999999999999999999", "limit=0", "limit=201", "limit=1e3", "direction=up"}) {
    EXPECT_EQ(status(page, "GET", fmt::format("/api/history?{}", query)), 400u) << query;
  }
  EXPECT_EQ(status(page, "GET", "/api/history?search=" + std::string(101, 'a')), 400u);
}

TEST_F(HistoryRoutesTest, KeepsWhatThePhoneHasMeasured) {
  put("1001", "1002");
  EXPECT_EQ(status(page, "PUT", "/api/history/1/quality", R"({"sent":{"mos":4.2}})"), 204u);
  const auto call = read(ask(page, "GET", "/api/history")).at("calls").as_array().front();
  EXPECT_EQ(call.at("note").at("sent").at("mos"), 4.2);
  EXPECT_EQ(status(page, "PUT", "/api/history/1/quality", R"({"mos":"<script>"})"), 400u);
}

TEST_F(HistoryRoutesTest, RemovesOneOrAll) {
  put("1001", "1002");
  put("1001", "1003");
  put("1002", "1001");
  EXPECT_EQ(status(page, "DELETE", "/api/history/1"), 204u);
  EXPECT_EQ(status(page, "DELETE", "/api/history/1"), 404u);
  EXPECT_THAT(keeper.of("1001"), SizeIs(1));
  EXPECT_EQ(status(page, "DELETE", "/api/history"), 204u);
  EXPECT_EQ(status(page, "DELETE", "/api/history"), 204u);
  EXPECT_THAT(keeper.entries, SizeIs(1));
}

TEST_F(HistoryRoutesTest, NobodyTouchesTheCallsOfOthers) {
  put("1002", "1001");
  EXPECT_EQ(status(page, "DELETE", "/api/history/1"), 404u);
  EXPECT_EQ(status(page, "PUT", "/api/history/1/quality", "{}"), 404u);
  for (const char* id : {"..%2f1", "x", "-1", "1%00", "1 ", "%31x", "18446744073709551615"}) {
    EXPECT_THAT(status(page, "DELETE", fmt::format("/api/history/{}", id)), testing::AnyOf(400u, 404u)) << id;
  }
  EXPECT_THAT(keeper.entries, SizeIs(1));
}

TEST_F(HistoryRoutesTest, ADiskThatFailsIsNoSecretOfTheOperator) {
  keeper.is_broken = true;
  const auto answer = ask(page, "GET", "/api/history");
  EXPECT_EQ(answer->status, 503u);
  EXPECT_THAT(answer->body, testing::Not(HasSubstr("disk")));
  EXPECT_THAT(said, testing::Contains(HasSubstr("the disk is broken")));
}

}  // namespace
}  // namespace webcalling::api
