#include <gtest/gtest.h>

#include <thread>

#include "cloud/adapters/http/test_server.hpp"

namespace pf {
namespace {

const std::string bearer = "Authorization: Bearer operator-7\r\n";
const std::string form_type = "Content-Type: multipart/form-data; boundary=XX\r\n";

std::string form(const std::string& file, const std::string& name = "cube.3mf") {
  return "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"" + name +
         "\"\r\n\r\n" + file + "\r\n--XX--\r\n";
}

ClientReply upload(TestServer& server, const std::string& body,
                   const std::string& fields = bearer + form_type) {
  return server.ask("POST", "/api/things/upload", fields, body);
}

// Discarding happens on a worker after the reply has left.
bool comes_true(UploadRecord& record, const std::function<bool()>& is_true) {
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (std::chrono::steady_clock::now() < give_up) {
    {
      const std::lock_guard lock(record.mutex);
      if (is_true()) return true;
    }
    std::this_thread::yield();
  }
  return false;
}

TEST(HttpUpload, AFileArrivesWholeAndInPieces) {
  TestServer server;
  auto& record = server.things.uploads;
  std::string file(5'000'000, '\0');
  for (std::size_t i = 0; i < file.size(); ++i) file[i] = static_cast<char>(i * 7 + i / 253);
  const auto got = upload(server, form(file, "große Platte.3mf"));
  EXPECT_EQ(got.status, 201);
  EXPECT_EQ(got.body, "{\"name\":\"große Platte.3mf\",\"size\":5000000}");
  EXPECT_EQ(record.bytes, file);
  EXPECT_LE(record.largest_piece, 200'000u);
  EXPECT_EQ(record.discarded, 0);
}

TEST(HttpUpload, AChunkedUploadAndASecondOneShareAConnection) {
  TestServer server;
  TestClient client(server.port());
  const auto body = form("content");
  client.send("POST /api/things/upload HTTP/1.1\r\nHost: localhost\r\n" + bearer + form_type +
              "Transfer-Encoding: chunked\r\n\r\n");
  for (const char c : body) client.send(std::string("1\r\n") + c + "\r\n");
  client.send("0\r\n\r\n");
  EXPECT_EQ(client.read_reply().body, R"({"name":"cube.3mf","size":7})");
  EXPECT_EQ(
      client.ask(TestServer::request("POST", "/api/things/upload", bearer + form_type, form("")))
          .body,
      R"({"name":"cube.3mf","size":0})");
}

TEST(HttpUpload, ContinueIsSaidOnlyToWhoMayUpload) {
  TestServer server;
  const auto body = form("content");
  const auto head =
      "POST /api/things/upload HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n" +
      form_type + "Content-Length: " + std::to_string(body.size()) + "\r\n";
  TestClient known(server.port());
  known.send(head + bearer + "\r\n");
  EXPECT_EQ(known.read_reply().status, 100);
  known.send(body);
  EXPECT_EQ(known.read_reply().status, 201);
  TestClient unknown(server.port());
  unknown.send(head + "\r\n");
  EXPECT_EQ(unknown.read_reply().status, 401);
}

TEST(HttpUpload, RefusedBeforeAnythingIsStored) {
  TestServer server;
  EXPECT_EQ(upload(server, form("x"), form_type).status, 401);
  EXPECT_EQ(upload(server, form("x"), "Authorization: Bearer viewer-7\r\n" + form_type).status,
            403);
  EXPECT_EQ(upload(server, form("x"), "Authorization: Bearer operator-full\r\n" + form_type).status,
            403);
  EXPECT_EQ(upload(server, form("x"), "Cookie: access=operator-7\r\n" + form_type).status, 403);
  EXPECT_EQ(upload(server, "{}", bearer + "Content-Type: application/json\r\n").status, 415);
  EXPECT_EQ(upload(server, form("x"), bearer + "Content-Type: multipart/form-data\r\n").status,
            400);
  EXPECT_EQ(server.things.uploads.begun, 0);
}

TEST(HttpUpload, ARefusedUploadIsAnsweredWhileItIsStillBeingSent) {
  TestServer server;
  auto& record = server.things.uploads;
  const auto got = upload(server, form("not a zip" + std::string(20'000'000, 'x')));
  EXPECT_EQ(got.status, 422);
  EXPECT_NE(got.body.find("\"field\":\"file\""), std::string::npos);
  EXPECT_TRUE(comes_true(record, [&] { return record.discarded == 1; }));
  EXPECT_EQ(upload(server, form("DISK FULL")).status, 507);
  EXPECT_TRUE(comes_true(record, [&] { return record.discarded == 2; }));
  EXPECT_EQ(record.finished, 0);
}

TEST(HttpUpload, BadFormsAreRefusedAndDiscarded) {
  TestServer server;
  auto& record = server.things.uploads;
  EXPECT_EQ(upload(server, "--YY\r\n").status, 400);
  EXPECT_EQ(upload(server, form("x", "")).status, 422);
  const auto cut = form("half a file");
  EXPECT_EQ(upload(server, cut.substr(0, cut.size() - 12)).status, 400);
  EXPECT_TRUE(comes_true(record, [&] { return record.discarded == 3; }));
  EXPECT_EQ(record.finished, 0);
}

TEST(HttpUpload, AFileOverTheLimitIsRefusedHoweverItIsSent) {
  HttpSettings settings;
  settings.upload_bytes_max = 100'000;
  TestServer server(settings);
  EXPECT_EQ(upload(server, form(std::string(120'000, 'x'))).status, 413);
  EXPECT_EQ(server.things.uploads.begun, 0);
  TestClient client(server.port());
  client.send("POST /api/things/upload HTTP/1.1\r\nHost: localhost\r\n" + bearer + form_type +
              "Transfer-Encoding: chunked\r\n\r\n");
  const auto body = form(std::string(150'000, 'x'));
  char size[16];
  std::snprintf(size, sizeof size, "%zx\r\n", body.size());
  client.send(size + body + "\r\n0\r\n\r\n");
  EXPECT_EQ(client.read_reply().status, 413);
  auto& record = server.things.uploads;
  EXPECT_TRUE(comes_true(record, [&] { return record.discarded == 1; }));
}

TEST(HttpUpload, WhoGoesAwayInTheMiddleLeavesNothing) {
  TestServer server;
  auto& record = server.things.uploads;
  {
    TestClient client(server.port());
    client.send("POST /api/things/upload HTTP/1.1\r\nHost: localhost\r\n" + bearer + form_type +
                "Content-Length: 1000000\r\n\r\n" + form("x").substr(0, 90) + "abc");
    ASSERT_TRUE(comes_true(record, [&] { return record.begun == 1; }));
  }
  EXPECT_TRUE(comes_true(record, [&] { return record.discarded == 1; }));
  EXPECT_EQ(record.finished, 0);
}

TEST(HttpUpload, WhoLetsItDripForEverIsToldAndLeavesNothing) {
  HttpSettings settings;
  settings.upload_grace = Milliseconds{100};
  settings.upload_bytes_per_second_min = 1'000'000;
  settings.close_timeout = Milliseconds{300};
  TestServer server(settings);
  TestClient client(server.port());
  client.send("POST /api/things/upload HTTP/1.1\r\nHost: localhost\r\n" + bearer + form_type +
              "Content-Length: 1000000\r\n\r\n" + form("x").substr(0, 90));
  std::thread drip([&] {
    while (client.send("x")) std::this_thread::sleep_for(Milliseconds{10});
  });
  EXPECT_EQ(client.read_reply().status, 408);
  drip.join();  // Until it was cut off.
  auto& record = server.things.uploads;
  EXPECT_TRUE(comes_true(record, [&] { return record.discarded == 1; }));
}

TEST(HttpUpload, WhoStallsIsToldAndLeavesNothing) {
  HttpSettings settings;
  settings.stall_timeout = Milliseconds{300};
  settings.close_timeout = Milliseconds{300};
  TestServer server(settings);
  TestClient client(server.port());
  client.send("POST /api/things/upload HTTP/1.1\r\nHost: localhost\r\n" + bearer + form_type +
              "Content-Length: 1000000\r\n\r\n" + form("x").substr(0, 90));
  EXPECT_EQ(client.read_reply().status, 408);
  auto& record = server.things.uploads;
  EXPECT_TRUE(comes_true(record, [&] { return record.discarded == 1; }));
}

}  // namespace
}  // namespace pf
