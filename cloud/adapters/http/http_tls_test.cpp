// The edge over TLS, with OpenSSL's own client on the other side.
#include <gtest/gtest.h>

#include "cloud/adapters/http/test_server.hpp"
#include "cloud/adapters/http/test_socket_client.hpp"
#include "crypto/certificate.hpp"

namespace pf {
namespace {

constexpr Seconds day{24 * 3600};
const std::string viewer = "Authorization: Bearer viewer-7\r\n";

crypto::CertifiedKey new_authority() {
  return crypto::make_authority("Test authority", {}, SystemClock().unix_now(), day);
}

TlsIdentity identity_from(const crypto::CertifiedKey& authority, const std::string& host) {
  const auto issued =
      crypto::issue_server_certificate(authority, {{host}, {}}, SystemClock().unix_now(), day);
  EXPECT_TRUE(issued) << issued.error().says;
  return {issued->certificate_pem, issued->key_pem};
}

struct HttpTls : testing::Test {
  HttpSettings with_tls(HttpSettings settings = {}) const {
    settings.tls = identity_from(authority, "localhost");
    return settings;
  }
  TestClient::TlsWishes trusting() const { return {.authority_pem = authority.certificate_pem}; }

  const crypto::CertifiedKey authority = new_authority();
};

TEST_F(HttpTls, RequestsAreAnsweredOverTheNewestVersionThatBothSpeak) {
  TestServer server(with_tls());
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TestClient client(server.port());
    auto wishes = trusting();
    wishes.greatest_version = version;
    ASSERT_TRUE(client.start_tls(wishes));
    EXPECT_EQ(client.tls_version(), version == TLS1_3_VERSION ? "TLSv1.3" : "TLSv1.2");
    EXPECT_EQ(client.tls_protocol(), "http/1.1");
    EXPECT_EQ(client.ask(TestServer::request("GET", "/api/things/1", viewer)).status, 200);
    const auto again =
        client.ask(TestServer::request("GET", "/api/things/1", viewer + "Connection: close\r\n"));
    EXPECT_EQ(again.body, R"({"id":"1","name":"7","updated_at":77})");
    EXPECT_TRUE(client.is_closed());
    EXPECT_TRUE(client.heard_goodbye());
  }
}

TEST_F(HttpTls, CookiesPagesAndSocketsAreBoundToIt) {
  TestServer server(with_tls());
  TestClient client(server.port());
  ASSERT_TRUE(client.start_tls(trusting()));
  const auto got = client.ask(TestServer::request(
      "POST", "/auth/login", "Content-Type: application/json\r\n", R"({"name":"x"})"));
  EXPECT_EQ(got.field("set-cookie"),
            "__Host-access=token-of-x; Path=/; Max-Age=900; HttpOnly; SameSite=Lax; Secure\n"
            "__Host-refresh=r1; Path=/; Max-Age=1000000; HttpOnly; SameSite=Lax; Secure");
  EXPECT_NE(got.field("content-security-policy").find("wss://localhost"), std::string::npos);
  const auto post = [&](const std::string& origin) {
    return client
        .ask(TestServer::request("POST", "/api/things",
                                 "Cookie: __Host-access=operator-7\r\nX-PrintFarm-CSRF: 1\r\n"
                                 "Content-Type: application/json\r\nOrigin: " +
                                     origin + "\r\n",
                                 R"({"name":"x"})"))
        .status;
  };
  EXPECT_EQ(post("https://localhost"), 201);
  EXPECT_EQ(post("http://localhost"), 403);
}

TEST_F(HttpTls, WhatIsTooOldOrMeansSomethingElseIsRefused) {
  TestServer server(with_tls());
  const auto other = new_authority();
  auto old = trusting(), stranger = trusting(), misnamed = trusting(), other_protocol = trusting();
  old.least_version = TLS1_VERSION;
  old.greatest_version = TLS1_1_VERSION;
  stranger.authority_pem = other.certificate_pem;
  misnamed.name = "farm.lan";
  other_protocol.protocols = "\x02h2";
  for (const auto& wishes : {old, stranger, misnamed, other_protocol}) {
    TestClient client(server.port());
    EXPECT_FALSE(client.start_tls(wishes));
  }
  TestClient client(server.port());
  EXPECT_TRUE(client.start_tls(trusting()));
}

TEST_F(HttpTls, PlainHttpIsToldWhereToGo) {
  TestServer server(with_tls());
  const auto page = server.ask("GET", "/");
  EXPECT_EQ(page.status, 308);
  EXPECT_EQ(page.field("location"), "https://localhost/");
  const auto call = server.ask("GET", "/api/things/1", viewer);
  EXPECT_EQ(call.status, 400);
  EXPECT_NE(call.body.find("https://localhost/"), std::string::npos);
  TestClient stranger(server.port());
  const auto foreign = stranger.ask("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n");
  EXPECT_EQ(foreign.status, 400);
  EXPECT_EQ(foreign.body.find("evil.example"), std::string::npos);
  EXPECT_TRUE(stranger.is_closed());
}

TEST_F(HttpTls, NoiseAndSilenceEndWithoutAWord) {
  HttpSettings settings;
  settings.handshake_timeout = Milliseconds{300};
  TestServer server(with_tls(settings));
  TestClient noisy(server.port()), silent(server.port()), half(server.port());
  noisy.send("\x16\x03\x01\xff\xff" + std::string(70'000, 'x'));
  half.send("\x16\x03\x01");
  noisy.read_until_closed();  // At most an alert, which is TLS's word and not ours.
  EXPECT_TRUE(half.is_closed());
  EXPECT_TRUE(silent.is_closed());
  TestClient next(server.port());
  ASSERT_TRUE(next.start_tls(trusting()));
  EXPECT_EQ(next.ask(TestServer::request("GET", "/health/live")).status, 200);
}

TEST_F(HttpTls, OnlySoManyHandshakesGoOnAtOnce) {
  HttpSettings settings;
  settings.handshakes_max = 1;
  TestServer server(with_tls(settings));
  auto first = std::make_unique<TestClient>(server.port());
  TestClient second(server.port());
  EXPECT_TRUE(second.is_closed());
  // Who has finished takes no place.
  ASSERT_TRUE(first->start_tls(trusting()));
  EXPECT_EQ(first->ask(TestServer::request("GET", "/health/live")).status, 200);
  TestClient third(server.port());
  EXPECT_TRUE(third.start_tls(trusting()));
}

TEST_F(HttpTls, LargeUploadsAndDownloadsArriveWhole) {
  TestServer server(with_tls());
  TestClient client(server.port());
  ASSERT_TRUE(client.start_tls(trusting()));
  std::string file(5'000'000, 'x');
  for (std::size_t i = 0; i < file.size(); i += 7) file[i] = static_cast<char>('a' + i % 23);
  const auto form = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n" +
                    file + "\r\n--b--\r\n";
  const auto stored = client.ask(TestServer::request(
      "POST", "/api/things/upload",
      "Authorization: Bearer operator-7\r\nContent-Type: multipart/form-data; boundary=b\r\n",
      form));
  EXPECT_EQ(stored.status, 201);
  EXPECT_EQ(server.things.uploads.bytes, file);
  server.blobs.blobs["key-1"] = file;
  const auto got = client.ask(TestServer::request("GET", "/api/things/1/download", viewer));
  EXPECT_TRUE(got.body == file);
}

TEST_F(HttpTls, SocketsCarryWhatBothSay) {
  TestServer server(with_tls());
  SocketClient client(server.port());
  ASSERT_TRUE(client.start_tls(trusting()));
  ASSERT_EQ(client.upgrade("/ws/hub/h1").status, 101);
  EXPECT_EQ(client.hear().payload, "welcome");
  for (const std::size_t size : {1u, 125u, 126u, 16'384u, 60'000u}) {
    const std::string text(size, 'y');
    ASSERT_TRUE(client.say("echo " + text));
    EXPECT_EQ(client.hear().payload, text);
  }
  client.say("close");
  EXPECT_EQ(client.hear().close_code(), 4401);
  client.send(SocketClient::frame(opcode_close, ""));
  EXPECT_TRUE(client.is_closed());
  EXPECT_TRUE(client.heard_goodbye());
}

TEST_F(HttpTls, AReaderWhoIsSlowGetsEverythingInOrder) {
  TestServer server(with_tls());
  SocketClient client(server.port(), 4096);
  ASSERT_TRUE(client.start_tls(trusting()));
  ASSERT_EQ(client.upgrade("/ws/hub/h1").status, 101);
  EXPECT_EQ(client.hear().payload, "welcome");
  auto& peer = *server.hubs.heard.peers.front();
  for (int i = 0; i < 3000; ++i) {
    peer.send(std::make_shared<const std::string>(std::to_string(i) + std::string(1000, '.')));
  }
  for (int i = 0; i < 3000; ++i) {
    const auto text = client.hear().payload;
    ASSERT_EQ(text, std::to_string(i) + std::string(1000, '.'));
  }
}

TEST_F(HttpTls, AnotherCertificateServesThoseWhoComeAfterIt) {
  TestServer server(with_tls());
  TestClient before(server.port());
  ASSERT_TRUE(before.start_tls(trusting()));
  const auto next = new_authority();
  server.server->use(identity_from(next, "localhost"));
  TestClient after(server.port()), behind(server.port());
  EXPECT_TRUE(after.start_tls({.authority_pem = next.certificate_pem}));
  EXPECT_FALSE(behind.start_tls(trusting()));
  EXPECT_EQ(before.ask(TestServer::request("GET", "/health/live")).status, 200);
}

TEST_F(HttpTls, AnIdentityThatDoesNotFitIsRefusedAndChangesNothing) {
  TestServer server(with_tls());
  const auto one = identity_from(authority, "localhost"), other = identity_from(authority, "a.lan");
  const std::vector<TlsIdentity> wrong = {
      {one.certificate_pem, other.key_pem},
      {"", one.key_pem},
      {one.certificate_pem, ""},
      {"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", one.key_pem},
      {one.key_pem, one.certificate_pem}};
  for (const auto& identity : wrong) {
    EXPECT_THROW(server.server->use(identity), std::runtime_error);
  }
  TestClient client(server.port());
  EXPECT_TRUE(client.start_tls(trusting()));
}

}  // namespace
}  // namespace pf
