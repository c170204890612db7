#include "io/static_files.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/random.hpp"

namespace webcalling::io {
namespace {

namespace fs = std::filesystem;

class StaticFilesTest : public testing::Test {
 protected:
  StaticFilesTest() {
    put("web/index.html", "<page>");
    put("web/sw.js", "worker");
    put("web/assets/app-1a2b.js", "long script");
    put("web/assets/app-1a2b.js.br", "br");
    put("web/assets/app-1a2b.js.gz", "gz");
    put("web/.env", "hidden");
    put("secret.txt", "secret");
    fs::create_symlink(root_ / "secret.txt", root_ / "web/leak.txt");
  }
  ~StaticFilesTest() override { fs::remove_all(root_); }

  HttpResponse get(const std::string& target, std::vector<HttpHeader> headers = {}, const std::string& method = "GET") {
    const auto files = StaticFiles::open((root_ / "web").string(), {{"Content-Security-Policy", "default-src 'self'"}});
    EXPECT_TRUE(files);
    HttpRequest request;
    request.method = method;
    request.target = target;
    request.headers = std::move(headers);
    return files->respond(request);
  }

  void put(const std::string& name, const std::string& content) {
    fs::create_directories((root_ / name).parent_path());
    std::ofstream(root_ / name) << content;
  }

  fs::path root_ = testing::TempDir() + "webcalling-" + SystemRandom().token(8);
};

TEST_F(StaticFilesTest, ServesThePageWithTheGivenHeadersAndAsksForItEachTime) {
  const auto response = get("/");
  EXPECT_EQ(response.status, 200U);
  EXPECT_EQ(response.body, "<page>");
  EXPECT_EQ(response.header("Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(response.header("Cache-Control"), "no-cache");
  EXPECT_EQ(response.header("Content-Security-Policy"), "default-src 'self'");
  EXPECT_EQ(response.header("X-Content-Type-Options"), "nosniff");
}

TEST_F(StaticFilesTest, PagesOfThePagesOwnRouterAreThePage) {
  EXPECT_EQ(get("/call/1001?from=menu").body, "<page>");
  EXPECT_EQ(get("/assets/").body, "<page>");
}

TEST_F(StaticFilesTest, MissingFileWithExtensionIsNotThePage) {
  EXPECT_EQ(get("/assets/app-9999.js").status, 404U);
  EXPECT_EQ(get("/favicon.ico").status, 404U);
}

TEST_F(StaticFilesTest, HashedAssetsAreKeptForEver) {
  const auto response = get("/assets/app-1a2b.js");
  EXPECT_EQ(response.header("Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(response.header("Content-Type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(get("/sw.js").header("Cache-Control"), "no-cache");
}

TEST_F(StaticFilesTest, OnlyWhatIsForPagesOfOthersIsGivenToThem) {
  put("web/embed/phone.js", "export");
  put("web/embed/assets/engine-3c4d.js", "engine");
  const auto entry = get("/embed/phone.js", {{"Origin", "https://crm.example.com"}});
  EXPECT_EQ(entry.header("Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(entry.header("Cross-Origin-Resource-Policy"), "cross-origin");
  EXPECT_EQ(entry.header("Cache-Control"), "no-cache");
  const auto engine = get("/embed/assets/engine-3c4d.js");
  EXPECT_EQ(engine.header("Access-Control-Allow-Origin"), "*");
  EXPECT_EQ(engine.header("Cache-Control"), "public, max-age=31536000, immutable");
  for (const std::string other : {"/", "/assets/app-1a2b.js", "/embedded.js", "/embed"}) {
    EXPECT_EQ(get(other, {{"Origin", "https://crm.example.com"}}).header("Access-Control-Allow-Origin"), "") << other;
  }
}

TEST_F(StaticFilesTest, CompressedSiblingGoesToThoseWhoTakeIt) {
  const std::string script = "/assets/app-1a2b.js";
  const auto brotli = get(script, {{"Accept-Encoding", "gzip, deflate, br"}});
  EXPECT_EQ(brotli.body, "br");
  EXPECT_EQ(brotli.header("Content-Encoding"), "br");
  EXPECT_EQ(brotli.header("Content-Type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(brotli.header("Vary"), "Accept-Encoding");
  EXPECT_EQ(get(script, {{"Accept-Encoding", "gzip;q=0.5, br;q=0"}}).body, "gz");
  EXPECT_EQ(get(script, {{"Accept-Encoding", "identity"}}).body, "long script");
  EXPECT_EQ(get(script).header("Content-Encoding"), "");
}

TEST_F(StaticFilesTest, UnchangedFileIsNotSentAgain) {
  const std::string tag(get("/").header("ETag"));
  ASSERT_FALSE(tag.empty());
  const auto response = get("/", {{"If-None-Match", "\"other\", W/" + tag}});
  EXPECT_EQ(response.status, 304U);
  EXPECT_EQ(response.body, "");
  EXPECT_EQ(response.header("ETag"), tag);
  put("web/index.html", "<newer page>");
  EXPECT_EQ(get("/", {{"If-None-Match", tag}}).status, 200U);
}

TEST_F(StaticFilesTest, EachCodingHasItsOwnTag) {
  const std::string script = "/assets/app-1a2b.js";
  EXPECT_NE(get(script).header("ETag"), get(script, {{"Accept-Encoding", "br"}}).header("ETag"));
}

TEST_F(StaticFilesTest, NothingOutsideTheFolderIsReachable) {
  for (const char* const target :
       {"/../secret.txt", "/%2e%2e/secret.txt", "/..%2fsecret.txt", "/assets/../../secret.txt", "/..%5csecret.txt",
        "/..\\secret.txt", "//etc/passwd", "/%2fetc/passwd.txt", "/leak.txt", "/.env", "/assets/%2e%2e/.env",
        "/secret.txt%00.html", "/%", "/%zz.html", "/%+1.html", "secret.txt", "", "*"}) {
    const auto response = get(target);
    EXPECT_EQ(response.status, 404U) << target;
    EXPECT_EQ(response.body, "There is no page at this address.\n") << target;
  }
}

TEST_F(StaticFilesTest, OnlyReadingIsAllowed) {
  const auto response = get("/", {}, "POST");
  EXPECT_EQ(response.status, 405U);
  EXPECT_EQ(response.header("Allow"), "GET, HEAD");
  EXPECT_EQ(get("/", {}, "HEAD").status, 200U);
}

TEST_F(StaticFilesTest, FolderWithoutPageIsAnErrorAtTheStart) {
  const auto files = StaticFiles::open(root_.string(), {});
  ASSERT_FALSE(files);
  EXPECT_EQ(files.error().text, "opening the web pages in " + root_.string() + ": no index.html");
  EXPECT_FALSE(StaticFiles::open((root_ / "nothing").string(), {}));
}

}  // namespace
}  // namespace webcalling::io
