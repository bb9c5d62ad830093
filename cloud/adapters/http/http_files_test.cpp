#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "cloud/adapters/http/test_server.hpp"

namespace pf {
namespace {

namespace fs = std::filesystem;
const std::string viewer = "Authorization: Bearer viewer-7\r\n";

std::string numbered(std::size_t bytes) {
  std::string text(bytes, '\0');
  for (std::size_t i = 0; i < bytes; ++i) text[i] = static_cast<char>(i * 31 + i / 251);
  return text;
}

struct Download : testing::Test {
  Download() { server.blobs.blobs["key-1"] = content; }
  ClientReply get(const std::string& fields = "", const std::string& method = "GET") {
    return server.ask(method, "/api/things/1/download", viewer + fields);
  }
  const std::string content = numbered(1'000'000);
  TestServer server;
};

TEST_F(Download, AWholeFileCarriesItsNameAndTag) {
  const auto got = get();
  EXPECT_EQ(got.status, 200);
  EXPECT_TRUE(got.body == content);
  EXPECT_EQ(got.field("content-type"), "model/3mf");
  EXPECT_EQ(got.field("etag"), "\"tag1\"");
  EXPECT_EQ(got.field("accept-ranges"), "bytes");
  EXPECT_EQ(got.field("content-disposition"),
            "attachment; filename=\"W__rfel _1_.3mf\"; filename*=UTF-8''W%C3%BCrfel%20%221%22.3mf");
}

TEST_F(Download, HeadTellsTheSizeOnly) {
  TestClient client(server.port());
  const auto got = client.ask(TestServer::request("HEAD", "/api/things/1/download", viewer));
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.field("content-length"), "1000000");
  EXPECT_EQ(client.ask(TestServer::request("GET", "/health/live")).status, 200);
}

TEST_F(Download, PartsAreGivenAsAskedFor) {
  const auto middle = get("Range: bytes=100000-299999\r\n");
  EXPECT_EQ(middle.status, 206);
  EXPECT_EQ(middle.field("content-range"), "bytes 100000-299999/1000000");
  EXPECT_TRUE(middle.body == content.substr(100'000, 200'000));
  EXPECT_TRUE(get("Range: bytes=-5\r\n").body == content.substr(999'995));
  EXPECT_TRUE(get("Range: bytes=999000-\r\nIf-Range: \"tag1\"\r\n").body ==
              content.substr(999'000));
  const auto changed = get("Range: bytes=999000-\r\nIf-Range: \"old\"\r\n");
  EXPECT_EQ(changed.status, 200);
  EXPECT_TRUE(changed.body == content);
  EXPECT_EQ(get("Range: bytes=5-1\r\n").status, 200);
  const auto beyond = get("Range: bytes=1000000-\r\n");
  EXPECT_EQ(beyond.status, 416);
  EXPECT_EQ(beyond.field("content-range"), "bytes */1000000");
}

TEST_F(Download, WhoHasItAlreadyIsToldSo) {
  EXPECT_EQ(get("If-None-Match: \"tag1\"\r\n").status, 304);
  EXPECT_EQ(get("If-None-Match: \"tag2\"\r\n").status, 200);
}

TEST_F(Download, AFileThatIsGoneIsNotFound) {
  EXPECT_EQ(server.ask("GET", "/api/things/2/download", viewer).status, 404);
}

TEST_F(Download, AVisitorWhoStopsReadingHoldsNobodyUp) {
  server.blobs.blobs["key-1"] = numbered(20'000'000);
  TestClient lazy(server.port(), 4096);
  lazy.send(TestServer::request("GET", "/api/things/1/download", viewer));
  EXPECT_EQ(server.ask("GET", "/health/live").status, 200);
  EXPECT_TRUE(lazy.read_reply().body == server.blobs.blobs["key-1"]);
}

// A folder as the web app's build leaves it.
struct WebApp : testing::Test {
  WebApp() {
    folder = fs::temp_directory_path() / ("printfarm-web-" + std::to_string(getpid()));
    fs::create_directories(folder / "assets");
    write("index.html", "<html>app</html>");
    write("assets/app-1a2b.js", "script");
    write("assets/app-1a2b.js.br", "brotli");
    write("assets/app-1a2b.js.gz", "gzip");
    write("manifest.webmanifest", "{}");
    write("sw.js", "worker");
  }
  ~WebApp() override { fs::remove_all(folder); }
  void write(const std::string& name, const std::string& content) {
    std::ofstream(folder / name) << content;
  }
  fs::path folder;
};

TEST_F(WebApp, FilesAreServedWithTheirKindAndTheirAge) {
  TestServer server({}, folder);
  const auto index = server.ask("GET", "/");
  EXPECT_EQ(index.body, "<html>app</html>");
  EXPECT_EQ(index.field("content-type"), "text/html; charset=utf-8");
  EXPECT_EQ(index.field("cache-control"), "no-cache");
  EXPECT_EQ(index.field("vary"), "");
  const auto script = server.ask("GET", "/assets/app-1a2b.js");
  EXPECT_EQ(script.body, "script");
  EXPECT_EQ(script.field("content-type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(script.field("cache-control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(script.field("vary"), "Accept-Encoding");
  EXPECT_EQ(server.ask("GET", "/manifest.webmanifest").field("content-type"),
            "application/manifest+json");
  EXPECT_EQ(server.ask("GET", "/sw.js").field("cache-control"), "no-cache");
}

TEST_F(WebApp, TheBestCodingThatTheVisitorTakesIsSent) {
  TestServer server({}, folder);
  const auto coding = [&](const std::string& accepted) {
    return server.ask("GET", "/assets/app-1a2b.js", "Accept-Encoding: " + accepted + "\r\n").body;
  };
  EXPECT_EQ(coding("gzip, deflate, br"), "brotli");
  EXPECT_EQ(coding("GZIP"), "gzip");
  EXPECT_EQ(coding("br;q=0, gzip;q=0.5"), "gzip");
  EXPECT_EQ(coding("br; q=0.0"), "script");
  EXPECT_EQ(coding("identity"), "script");
  EXPECT_EQ(coding("brotli"), "script");
  const auto got = server.ask("GET", "/assets/app-1a2b.js", "Accept-Encoding: br\r\n");
  EXPECT_EQ(got.field("content-encoding"), "br");
  EXPECT_NE(got.field("etag"), server.ask("GET", "/assets/app-1a2b.js").field("etag"));
}

TEST_F(WebApp, AKnownFileIsNotSentAgain) {
  TestServer server({}, folder);
  const auto etag = server.ask("GET", "/").field("etag");
  const auto again = server.ask("GET", "/", "If-None-Match: " + etag + "\r\n");
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.field("etag"), etag);
  EXPECT_EQ(again.body, "");
}

TEST_F(WebApp, AddressesOfTheAppGetTheAppAndOthersNothing) {
  TestServer server({}, folder);
  const std::string page = "Accept: text/html,application/xhtml+xml\r\n";
  EXPECT_EQ(server.ask("GET", "/printers/3", page).body, "<html>app</html>");
  EXPECT_EQ(server.ask("GET", "/printers/3").status, 404);
  EXPECT_EQ(server.ask("GET", "/assets/missing.js", "Accept: */*\r\n").status, 404);
  EXPECT_EQ(server.ask("GET", "/api/missing", page).status, 404);
  EXPECT_EQ(server.ask("GET", "/auth/missing", page).status, 404);
  EXPECT_EQ(server.ask("POST", "/printers/3", page).status, 404);
  EXPECT_EQ(server.ask("GET", "/assets/app-1a2b.js.br").status, 404);
}

TEST_F(WebApp, NothingOutsideTheFolderCanBeReached) {
  write("../printfarm-outside-" + std::to_string(getpid()), "secret");
  const auto outside = folder.parent_path() / ("printfarm-outside-" + std::to_string(getpid()));
  fs::create_symlink(outside, folder / "link.txt");
  TestServer server({}, folder);
  EXPECT_EQ(server.ask("GET", "/link.txt").status, 404);
  EXPECT_EQ(server.ask("GET", "/../" + outside.filename().string()).status, 400);
  EXPECT_EQ(server.ask("GET", "/%2e%2e/" + outside.filename().string()).status, 400);
  EXPECT_EQ(server.ask("GET", "/..%2f" + outside.filename().string()).status, 400);
  fs::remove(outside);
}

TEST_F(WebApp, AnAppThatWasNotBuiltIsSaidToBeMissing) {
  TestServer server({}, folder / "nowhere");
  const auto got = server.ask("GET", "/", "Accept: text/html\r\n");
  EXPECT_EQ(got.status, 503);
  EXPECT_NE(got.body.find("The web app is not built"), std::string::npos);
  EXPECT_EQ(server.ask("GET", "/app.js").status, 404);
  EXPECT_EQ(server.ask("GET", "/health/live").status, 200);
}

}  // namespace
}  // namespace pf
