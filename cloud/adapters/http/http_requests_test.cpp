#include <gtest/gtest.h>

#include <thread>

#include "cloud/adapters/http/test_server.hpp"

namespace pf {
namespace {

using namespace std::string_literals;

const std::string viewer = "Authorization: Bearer viewer-7\r\n";
const std::string operator_bearer = "Authorization: Bearer operator-7\r\n";
const std::string admin = "Authorization: Bearer admin-7\r\n";
const std::string json_type = "Content-Type: application/json\r\n";
const std::string named_x = R"({"name":"x"})";

TEST(HttpRequests, AHandlerAnswersWithTheStandingFields) {
  TestServer server;
  const auto got = server.ask("GET", "/api/things/1", viewer);
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.body, R"({"id":"1","name":"7","updated_at":77})");
  EXPECT_EQ(got.field("content-type"), "application/json");
  EXPECT_EQ(got.field("etag"), "\"77\"");
  EXPECT_EQ(got.field("x-request-id").size(), 36u);
  EXPECT_EQ(got.field("x-content-type-options"), "nosniff");
  EXPECT_EQ(got.field("cache-control"), "private, no-cache");
  EXPECT_NE(got.field("content-security-policy").find("frame-ancestors 'none'"), std::string::npos);
  EXPECT_NE(got.field("content-security-policy").find("ws://localhost"), std::string::npos);
  EXPECT_EQ(got.field("access-control-allow-origin"), "");
  EXPECT_EQ(got.field("strict-transport-security"), "");
}

TEST(HttpRequests, FaultsAreProblemsWithTheRequestId) {
  TestServer server;
  const auto got = server.ask("GET", "/api/things/9", viewer);
  EXPECT_EQ(got.status, 404);
  EXPECT_EQ(got.field("content-type"), "application/problem+json");
  EXPECT_NE(got.body.find("\"request_id\":\"" + got.field("x-request-id") + "\""),
            std::string::npos);
}

TEST(HttpRequests, WrongAddressesAndMethodsAreTold) {
  TestServer server;
  EXPECT_EQ(server.ask("GET", "/api/nothing").status, 404);
  EXPECT_EQ(server.ask("POST", "/nothing").status, 404);
  EXPECT_EQ(server.ask("GET", "/ws/nothing").status, 404);
  const auto wrong = server.ask("PUT", "/api/things/1", viewer);
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(wrong.field("allow"), "GET, HEAD, DELETE");
  EXPECT_EQ(server.ask("OPTIONS", "/api/things/1").field("allow"), "GET, HEAD, DELETE");
  EXPECT_EQ(server.ask("BREW", "/api/things").field("allow"), "POST");
  EXPECT_EQ(server.ask("post", "/api/things").status, 405);
  EXPECT_EQ(server.ask("POST", "/metrics").field("allow"), "GET, HEAD");
}

TEST(HttpRequests, HeadIsGetWithoutItsBody) {
  TestServer server;
  TestClient client(server.port());
  const auto got = client.ask(TestServer::request("HEAD", "/api/things/1", viewer));
  EXPECT_EQ(got.status, 200);
  EXPECT_EQ(got.field("content-length"), "37");
  // The connection goes on with the next reply, not with a body.
  EXPECT_EQ(client.ask(TestServer::request("GET", "/health/live")).status, 200);
}

TEST(HttpRequests, RequestsThatComeTogetherAreAnsweredInOrder) {
  TestServer server;
  TestClient client(server.port());
  client.send(TestServer::request("GET", "/api/things/1", viewer) +
              TestServer::request("POST", "/api/things", operator_bearer + json_type, named_x) +
              TestServer::request("GET", "/api/things/9", viewer + "Connection: close\r\n"));
  EXPECT_EQ(client.read_reply().status, 200);
  const auto created = client.read_reply();
  EXPECT_EQ(created.status, 201);
  EXPECT_TRUE(created.field("location").starts_with("/api/things/2"));
  EXPECT_EQ(client.read_reply().status, 404);
  EXPECT_TRUE(client.is_closed());
}

TEST(HttpRequests, WhoAsksMustBeKnownAndHaveTheRole) {
  TestServer server;
  EXPECT_EQ(server.ask("GET", "/api/things/1").status, 401);
  EXPECT_EQ(server.ask("GET", "/api/things/1").field("www-authenticate"), "Bearer");
  for (const auto* bad : {"Bearer nobody", "Bearer ", "Bearer", "Basic dXNlcjpwYXNz", "viewer-7"}) {
    EXPECT_EQ(
        server.ask("GET", "/api/things/1", "Authorization: " + std::string(bad) + "\r\n").status,
        401)
        << bad;
  }
  const auto below = server.ask("POST", "/api/things", viewer + json_type, named_x);
  EXPECT_EQ(below.status, 403);
  EXPECT_NE(below.body.find("role operator; yours is viewer"), std::string::npos);
  EXPECT_EQ(server.things.created, 0);
  EXPECT_EQ(server.ask("POST", "/api/things", admin + json_type, named_x).status, 201);
  // A bad token is not overlooked in favour of a good cookie.
  EXPECT_EQ(server
                .ask("GET", "/api/things/1",
                     "Authorization: Bearer nobody\r\nCookie: access=viewer-7\r\n")
                .status,
            401);
}

struct PageCase {
  const char* what;
  std::string fields;
  int status;
};

TEST(HttpRequests, OnlyOurOwnPagesMayActWithACookie) {
  TestServer server;
  const std::string cookie = "Cookie: a=b; access=operator-7\r\n";
  const std::string csrf = "X-PrintFarm-CSRF: 1\r\n";
  const std::vector<PageCase> cases{
      {"our page", cookie + "Origin: http://localhost\r\n" + csrf, 201},
      {"no origin", cookie + csrf, 403},
      {"no csrf field", cookie + "Origin: http://localhost\r\n", 403},
      {"an empty csrf field", cookie + "Origin: http://localhost\r\nX-PrintFarm-CSRF: \r\n", 403},
      {"another page", cookie + "Origin: http://evil.example\r\n" + csrf, 403},
      {"another port", cookie + "Origin: http://localhost:81\r\n" + csrf, 403},
      {"a page without origin", cookie + "Origin: null\r\n" + csrf, 403},
      {"an origin that begins like ours",
       cookie + "Origin: http://localhost.evil.example\r\n" + csrf, 403},
      {"an extension", cookie + "Origin: chrome-extension://localhost\r\n" + csrf, 403},
      {"a bearer needs neither", operator_bearer, 201},
      {"a bearer from another page", operator_bearer + "Origin: http://evil.example\r\n", 201},
      {"the name without its https prefix only", "Cookie: __Host-access=operator-7\r\n" + csrf,
       401},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(server.ask("POST", "/api/things", one.fields + json_type, named_x).status, one.status)
        << one.what;
  }
  // Reading changes nothing: the cookie is enough.
  EXPECT_EQ(server.ask("GET", "/api/things/1", cookie).status, 200);
}

TEST(HttpRequests, SigningInFromAPageNeedsOurPageAndFromAMachineNothing) {
  TestServer server;
  const auto login = [&](const std::string& fields) {
    return server.ask("POST", "/auth/login", fields + json_type, named_x);
  };
  EXPECT_EQ(login("").status, 200);
  EXPECT_FALSE(server.things.last_visitor.from_browser);
  EXPECT_EQ(login("Origin: http://localhost\r\nX-PrintFarm-CSRF: 1\r\n").status, 200);
  EXPECT_TRUE(server.things.last_visitor.from_browser);
  EXPECT_EQ(login("Origin: http://localhost\r\n").status, 403);
  EXPECT_EQ(login("Origin: http://evil.example\r\nX-PrintFarm-CSRF: 1\r\n").status, 403);
  EXPECT_EQ(login("Sec-Fetch-Site: cross-site\r\nX-PrintFarm-CSRF: 1\r\n").status, 403);
  EXPECT_EQ(server.things.logins, 2);
}

TEST(HttpRequests, CookiesAreForThisHostAndNoScript) {
  TestServer plain;
  EXPECT_EQ(plain.ask("POST", "/auth/login", json_type, named_x).field("set-cookie"),
            "access=token-of-x; Path=/; Max-Age=900; HttpOnly; SameSite=Lax\n"
            "refresh=r1; Path=/; Max-Age=1000000; HttpOnly; SameSite=Lax");

  HttpSettings settings;
  settings.public_origin = "https://farm.example";
  TestServer secure(settings);
  const auto got = secure.ask("POST", "/auth/login", json_type, named_x);
  EXPECT_EQ(got.field("set-cookie"),
            "__Host-access=token-of-x; Path=/; Max-Age=900; HttpOnly; SameSite=Lax; Secure\n"
            "__Host-refresh=r1; Path=/; Max-Age=1000000; HttpOnly; SameSite=Lax; Secure");
  // Whoever develops web pages shares localhost with plain ones.
  EXPECT_EQ(got.field("strict-transport-security"), "");
  TestClient visitor(secure.port());
  const auto page = visitor.ask("GET /health/live HTTP/1.1\r\nHost: farm.example\r\n\r\n");
  EXPECT_EQ(page.field("strict-transport-security"), "max-age=31536000");
  EXPECT_EQ(secure.ask("GET", "/api/things/1", "Cookie: __Host-access=viewer-7\r\n").status, 200);
  EXPECT_EQ(secure.ask("GET", "/api/things/1", "Cookie: access=viewer-7\r\n").status, 401);
}

TEST(HttpRequests, ThePublicOriginCountsBehindAProxy) {
  HttpSettings settings;
  settings.public_origin = "https://farm.example";
  TestServer server(settings);
  const auto post = [&](const std::string& host, const std::string& origin) {
    TestClient client(server.port());
    return client
        .ask("POST /api/things HTTP/1.1\r\nHost: " + host + "\r\nOrigin: " + origin +
             "\r\nX-PrintFarm-CSRF: 1\r\nCookie: __Host-access=operator-7\r\n" + json_type +
             "Content-Length: 12\r\n\r\n" + named_x)
        .status;
  };
  EXPECT_EQ(post("farm.example", "https://farm.example"), 201);
  EXPECT_EQ(post("127.0.0.1:8080", "https://farm.example"), 201);
  EXPECT_EQ(post("farm.example", "http://farm.example"), 403);
  EXPECT_EQ(post("farm.example", "https://farm.example:444"), 403);
}

TEST(HttpRequests, ForeignHostNamesAreNotAnsweredTo) {
  HttpSettings settings;
  settings.trusted_hosts = {"nas.local"};
  TestServer server(settings);
  const auto host = [&](const std::string& name) {
    TestClient client(server.port());
    return client.ask("GET /health/live HTTP/1.1\r\nHost: " + name + "\r\n\r\n").status;
  };
  for (const auto* good : {"localhost", "LocalHost:8080", "127.0.0.1:1", "192.168.1.5",
                           "[::1]:8080", "nas.local:8080"}) {
    EXPECT_EQ(host(good), 200) << good;
  }
  for (const auto* bad : {"evil.example", "localhost.evil.example", "127.0.0.1.evil.example",
                          "1.2.3", "[::1", "nas.local.evil"}) {
    EXPECT_EQ(host(bad), 421) << bad;
  }
}

TEST(HttpRequests, ABrokenWorldSaysWhatToDoAndNotWhatItIs) {
  TestServer server;
  const auto unavailable = server.ask("GET", "/api/things/unavailable", viewer);
  EXPECT_EQ(unavailable.status, 503);
  EXPECT_EQ(unavailable.field("retry-after"), "60");
  const auto unknown = server.ask("GET", "/api/things/unknown", viewer);
  EXPECT_EQ(unknown.status, 500);
  EXPECT_EQ(unknown.field("retry-after"), "");  // A program must not do it a second time unseen.
  EXPECT_NE(unknown.body.find("may be saved or not"), std::string::npos) << unknown.body;
  EXPECT_EQ(server.ask("GET", "/api/things/full", viewer).status, 507);
  const auto broken = server.ask("GET", "/api/things/broken", viewer);
  EXPECT_EQ(broken.status, 500);
  EXPECT_EQ(broken.body.find("secret"), std::string::npos);
  EXPECT_NE(server.log.text().find("request failed " + broken.field("x-request-id") +
                                   " /api/things/{id} a secret of the inside"),
            std::string::npos);
}

TEST(HttpRequests, ConditionsAreReadFromTheirFields) {
  TestServer server;
  const auto unchanged = server.ask("GET", "/api/things/1", viewer + "If-None-Match: \"77\"\r\n");
  EXPECT_EQ(unchanged.status, 304);
  EXPECT_EQ(unchanged.field("etag"), "\"77\"");
  EXPECT_EQ(unchanged.field("content-length"), "");
  EXPECT_EQ(server.ask("GET", "/api/things/1", viewer + "If-None-Match: \"76\"\r\n").status, 200);
  EXPECT_EQ(server.ask("DELETE", "/api/things/1", admin + "If-Match: \"77\"\r\n").status, 204);
  EXPECT_EQ(server.ask("DELETE", "/api/things/1", admin + "If-Match: W/\"77\"\r\n").status, 204);
  EXPECT_EQ(server.ask("DELETE", "/api/things/1", admin + "If-Match: *\r\n").status, 204);
  EXPECT_EQ(server.ask("DELETE", "/api/things/1", admin + "If-Match: \"76\"\r\n").status, 412);
}

TEST(HttpRequests, TheVisitorIsDescribed) {
  HttpSettings settings;
  settings.trusted_proxies = {"127.0.0.1", "10.0.0.1"};
  TestServer server(settings);
  const auto visit = [&](const std::string& fields) {
    server.ask("GET", "/auth/visit", fields);
    return server.things.last_visitor;
  };
  EXPECT_EQ(visit("").address, "127.0.0.1");
  EXPECT_EQ(visit("X-Forwarded-For: 1.2.3.4\r\n").address, "1.2.3.4");
  EXPECT_EQ(visit("X-Forwarded-For: 6.6.6.6, 1.2.3.4, 10.0.0.1\r\n").address, "1.2.3.4");
  EXPECT_EQ(visit("Cookie: refresh=r7\r\n").refresh_token, "r7");
  EXPECT_FALSE(visit("Cookie: refresh=\r\n").refresh_token);
  EXPECT_EQ(visit("User-Agent: " + std::string(1000, 'a') + "\r\n").user_agent.size(), 256u);

  TestServer direct;
  direct.ask("GET", "/auth/visit", "X-Forwarded-For: 1.2.3.4\r\n");
  EXPECT_EQ(direct.things.last_visitor.address, "127.0.0.1");
}

TEST(HttpRequests, BodiesHaveALimitAndTheAnswerArrives) {
  TestServer server;
  const auto fields = operator_bearer + json_type;
  const auto post = [&](std::size_t bytes) {
    return server.ask("POST", "/api/things", fields, std::string(bytes, ' ')).status;
  };
  EXPECT_EQ(post(body_bytes_max), 422);  // Heard to the end, and not JSON.
  EXPECT_EQ(post(body_bytes_max + 1), 413);
  EXPECT_EQ(post(20'000'000), 413);  // Still being sent when the answer comes.
  TestClient client(server.port());
  client.send(
      TestServer::request("POST", "/api/things", fields + "Transfer-Encoding: chunked\r\n"));
  for (int i = 0; i < 100; ++i) client.send("4000\r\n" + std::string(0x4000, ' ') + "\r\n");
  EXPECT_EQ(client.read_reply().status, 413);
}

TEST(HttpRequests, WrongBodiesAreToldByField) {
  TestServer server;
  const auto fields = operator_bearer + json_type;
  EXPECT_EQ(server.ask("POST", "/api/things", operator_bearer, named_x).status, 415);
  const auto unknown = server.ask("POST", "/api/things", fields, R"({"name":"x","colour":1})");
  EXPECT_EQ(unknown.status, 422);
  EXPECT_NE(unknown.body.find("\"field\":\"colour\""), std::string::npos);
  EXPECT_EQ(server.ask("POST", "/api/things", fields, "{").status, 422);
  const std::string deep(40, '['), far_too_deep(100'000, '[');
  for (const auto& bad :
       {R"({"name":""})"s, R"({"name":"x","name":"y"})"s, R"({"name":null})"s, R"({"name":1})"s,
        "{\"name\":" + deep, far_too_deep, R"({"name":"x"} {})"s, "\xEF\xBB\xBF" + named_x,
        "{\"name\":\"\xFF\"}"s, R"({"name":"\ud800"})"s, R"(["name"])"s, "null"s, ""s}) {
    EXPECT_EQ(server.ask("POST", "/api/things", fields, bad).status, 422) << bad.substr(0, 40);
  }
  EXPECT_EQ(server.things.created, 0);
}

TEST(HttpRequests, ContinueIsSaidWhenAskedFor) {
  TestServer server;
  TestClient client(server.port());
  client.send("POST /api/things HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n" +
              operator_bearer + json_type + "Content-Length: 12\r\n\r\n");
  EXPECT_EQ(client.read_reply().status, 100);
  client.send(named_x);
  EXPECT_EQ(client.read_reply().status, 201);
}

TEST(HttpRequests, SmuggledRequestsGetOneAnswerAndNoSecond) {
  TestServer server;
  const std::string inner = "GET /api/things/1 HTTP/1.1\r\nHost: localhost\r\n" + viewer + "\r\n";
  for (const std::string fields :
       {"Content-Length: 6\r\nTransfer-Encoding: chunked\r\n",
        "Content-Length: 4\r\nContent-Length: 5\r\n", "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n",
        "Transfer-Encoding:\r\n chunked\r\n", "Transfer-Encoding : chunked\r\n",
        "X: y\nTransfer-Encoding: chunked\r\n"}) {
    TestClient client(server.port());
    client.send("POST /api/things HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n0\r\n\r\n" +
                inner);
    client.end_sending();
    const auto all = client.read_until_closed();
    EXPECT_TRUE(all.starts_with("HTTP/1.1 400 ")) << fields << all;
    EXPECT_EQ(all.find("\"updated_at\""), std::string::npos) << fields;
    EXPECT_EQ(all.rfind("HTTP/1.1 400"), 0u) << fields;
  }
}

TEST(HttpRequests, AHeadThatNeverEndsIsAnsweredOnceAndClosed) {
  HttpSettings settings;
  settings.head_timeout = Milliseconds{300};
  settings.close_timeout = Milliseconds{300};
  TestServer server(settings);
  TestClient slow(server.port());
  slow.send("GET /health/live HTTP/1.1\r\nHost: lo");
  EXPECT_EQ(slow.read_reply().status, 408);
  EXPECT_TRUE(slow.is_closed());
  TestClient large(server.port());
  EXPECT_EQ(large.ask("GET / HTTP/1.1\r\nX: " + std::string(17'000, 'a')).status, 431);
  TestClient odd(server.port());
  EXPECT_EQ(odd.ask("\x16\x03\x01 hello\r\n\r\n").status, 400);
}

TEST(HttpRequests, AHeadThatDripsInIsNotWaitedForEither) {
  HttpSettings settings;
  settings.head_timeout = Milliseconds{300};
  settings.close_timeout = Milliseconds{300};
  TestServer server(settings);
  TestClient slow(server.port());
  slow.send("GET /health/live HTTP/1.1\r\nX: ");
  std::thread drip([&] {
    while (slow.send("x")) std::this_thread::sleep_for(Milliseconds{10});
  });
  EXPECT_EQ(slow.read_reply().status, 408);
  drip.join();  // Until it was cut off.
}

TEST(HttpRequests, AFloodOfFieldsIsRefused) {
  TestServer server;
  std::string fields;
  for (int i = 0; i < 99; ++i) fields += "X-" + std::to_string(i) + ": a\r\n";
  EXPECT_EQ(server.ask("GET", "/health/live", fields).status, 200);
  EXPECT_EQ(server.ask("GET", "/health/live", fields + "X: a\r\n").status, 431);
  TestClient repeating(server.port());
  std::string same;
  for (int i = 0; i < 3000; ++i) same += "A:b\r\n";
  EXPECT_EQ(repeating.ask("GET / HTTP/1.1\r\nHost: localhost\r\n" + same + "\r\n").status, 431);
}

TEST(HttpRequests, ASilentVisitorIsSentAwayWithoutAWord) {
  HttpSettings settings;
  settings.idle_timeout = Milliseconds{300};
  TestServer server(settings);
  TestClient client(server.port());
  EXPECT_TRUE(client.is_closed());
  TestClient second(server.port());
  EXPECT_EQ(second.ask(TestServer::request("GET", "/health/live")).status, 200);
  EXPECT_TRUE(second.is_closed());
}

TEST(HttpRequests, ABodyThatStallsIsGivenUp) {
  HttpSettings settings;
  settings.stall_timeout = Milliseconds{300};
  settings.close_timeout = Milliseconds{300};
  TestServer server(settings);
  TestClient client(server.port());
  client.send("POST /api/things HTTP/1.1\r\nHost: localhost\r\nContent-Length: 12\r\n\r\n{");
  EXPECT_EQ(client.read_reply().status, 408);
}

TEST(HttpRequests, ACrowdOfWorkIsTurnedAwayWithATime) {
  HttpSettings settings;
  settings.worker_threads = 1;
  settings.worker_queue_max = 1;
  TestServer server(settings);
  TestClient running(server.port()), waiting(server.port());
  const auto slow = TestServer::request("GET", "/api/things/slow", viewer);
  running.send(slow);
  server.things.gate.wait_for(1);
  waiting.send(slow);
  while (server.metrics.text().find("printfarm_worker_queue 1") == std::string::npos) {
    std::this_thread::yield();
  }
  const auto refused = server.ask("GET", "/api/things/1", viewer);
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.field("retry-after"), "2");
  server.things.gate.open();
  EXPECT_EQ(running.read_reply().status, 404);
  EXPECT_EQ(waiting.read_reply().status, 404);
  EXPECT_EQ(server.ask("GET", "/api/things/1", viewer).status, 200);
}

TEST(HttpRequests, TriesToSignInAreCounted) {
  HttpSettings settings;
  settings.rates.sign_in = 3;
  TestServer server(settings);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(server.ask("POST", "/auth/login", json_type, named_x).status, 200);
  }
  const auto refused = server.ask("POST", "/auth/login", json_type, named_x);
  EXPECT_EQ(refused.status, 429);
  EXPECT_NEAR(std::stoi(refused.field("retry-after")), 20, 2);
  EXPECT_EQ(server.things.logins, 3);
  EXPECT_EQ(server.ask("GET", "/auth/visit").status, 200);
}

TEST(HttpRequests, RequestsAreCountedPerPersonAndPerClass) {
  HttpSettings settings;
  settings.rates.ordinary = 2;
  TestServer server(settings);
  const auto status = [&](const std::string& fields) {
    return server.ask("GET", "/api/things/1", fields).status;
  };
  EXPECT_EQ(status(viewer), 200);
  EXPECT_EQ(status(viewer), 200);
  const auto refused = server.ask("GET", "/api/things/1", viewer);
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.field("content-type"), "application/problem+json");
  EXPECT_NEAR(std::stoi(refused.field("retry-after")), 30, 2);
  EXPECT_NE(refused.body.find("Wait"), std::string::npos);
  // Another person behind the same address, and another kind of work of the same person.
  EXPECT_EQ(status("Authorization: Bearer viewer-8\r\n"), 200);
  EXPECT_EQ(server.ask("POST", "/auth/login", viewer + json_type, named_x).status, 200);
  // Who is nobody counts by address, whatever he calls himself.
  EXPECT_EQ(status("Authorization: Bearer guess-1\r\n"), 401);
  EXPECT_EQ(status("Authorization: Bearer guess-2\r\n"), 401);
  EXPECT_EQ(status("Authorization: Bearer guess-3\r\n"), 429);
  EXPECT_EQ(status(""), 429);
}

TEST(HttpRequests, WhoLostAReplyAsksAgainWithItsKey) {
  TestServer server;
  const auto post = [&](const std::string& key, const std::string& body) {
    return server.ask("POST", "/api/things",
                      operator_bearer + json_type + "Idempotency-Key: " + key + "\r\n", body);
  };
  const auto first = post("k-1", named_x), again = post("k-1", named_x);
  EXPECT_EQ(first.status, 201);
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(again.field("location"), first.field("location"));
  EXPECT_EQ(first.field("idempotency-replayed"), "");
  EXPECT_EQ(again.field("idempotency-replayed"), "true");
  EXPECT_EQ(server.things.created, 1);
  EXPECT_EQ(post("k-1", R"({"name":"y"})").status, 422);
  EXPECT_EQ(post("k-2", named_x).status, 201);
  EXPECT_EQ(post("a b", named_x).status, 400);
  EXPECT_EQ(post("k-3\r\nIdempotency-Key: k-4", named_x).status, 400);
  // Another's right to ask is looked at first, and reading needs no memory.
  const std::string key = "Idempotency-Key: k-1\r\n";
  EXPECT_EQ(server.ask("POST", "/api/things", viewer + json_type + key, named_x).status, 403);
  EXPECT_EQ(server.ask("GET", "/api/things/1", viewer + key).status, 200);
  EXPECT_EQ(server.things.created, 2);
}

TEST(HttpRequests, MetricsAreForThisMachineOrForWhoHasTheToken) {
  HttpSettings settings;
  settings.trusted_proxies = {"127.0.0.1"};
  settings.metrics_token = "let me in";
  TestServer server(settings);
  const std::string from_outside = "X-Forwarded-For: 192.0.2.1\r\n";
  EXPECT_EQ(server.ask("GET", "/metrics").status, 200);
  EXPECT_EQ(server.ask("GET", "/metrics", from_outside).status, 403);
  EXPECT_EQ(server.ask("GET", "/health/live", from_outside).status, 200);
  EXPECT_EQ(
      server.ask("GET", "/metrics", from_outside + "Authorization: Bearer let me in\r\n").status,
      200);
  for (const auto* wrong : {"Authorization: Bearer let me\r\n", "Authorization: Bearer \r\n",
                            "Cookie: access=let me in\r\n"}) {
    EXPECT_EQ(server.ask("GET", "/metrics", from_outside + wrong).status, 403) << wrong;
  }
  // A proxy on this machine that nobody named must not make everybody local, nor may an empty
  // token be guessed.
  TestServer unnamed;
  for (const auto* field : {"X-Forwarded-For: 127.0.0.1\r\n", "Forwarded: for=192.0.2.1\r\n",
                            "X-Real-IP: 192.0.2.1\r\n"}) {
    EXPECT_EQ(unnamed.ask("GET", "/metrics", field).status, 403) << field;
    EXPECT_EQ(unnamed.ask("GET", "/metrics", field + "Authorization: Bearer \r\n"s).status, 403);
  }
}

TEST(HttpRequests, MetricsNameRoutesAndNotPaths) {
  TestServer server;
  server.ask("GET", "/api/things/1", viewer);
  server.ask("GET", "/api/things/9", viewer);
  server.ask("GET", "/api/secret-path");
  const auto text = server.ask("GET", "/metrics").body;
  EXPECT_NE(
      text.find("printfarm_http_request_seconds_count{route=\"/api/things/{id}\",method=\"GET\","
                "status=\"200\"} 1"),
      std::string::npos)
      << text;
  EXPECT_NE(text.find("status=\"404\"} 1"), std::string::npos);
  EXPECT_EQ(text.find("secret-path"), std::string::npos);
  EXPECT_NE(text.find("le=\"+Inf\""), std::string::npos);
  EXPECT_NE(text.find("printfarm_worker_queue 0"), std::string::npos);
}

TEST(HttpServer, SaysWhyItCannotStart) {
  TestServer first;
  HttpSettings settings;
  settings.port = first.port();
  try {
    TestServer second(settings);
    FAIL() << "two servers on one port";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find("choose another port"), std::string::npos);
  }
  settings.listen_address = "farm.example";
  EXPECT_THROW(TestServer third(settings), std::runtime_error);
}

TEST(HttpServer, DrainingFinishesWhatRunsAndTakesNothingNew) {
  TestServer server;
  TestClient idle(server.port()), running(server.port());
  EXPECT_EQ(idle.ask(TestServer::request("GET", "/health/live")).status, 200);
  running.send(TestServer::request("GET", "/api/things/slow", viewer));
  server.things.gate.wait_for(1);
  std::thread draining([&] { server.server->drain(Seconds{20}); });
  EXPECT_TRUE(idle.is_closed());
  server.things.gate.open();
  const auto last = running.read_reply();
  EXPECT_EQ(last.status, 404);
  EXPECT_EQ(last.field("connection"), "close");
  EXPECT_TRUE(running.is_closed());
  draining.join();
  EXPECT_FALSE(TestClient(server.port()).is_connected());
}

TEST(HttpServer, DrainingGivesUpWhenTheTimeIsOver) {
  TestServer server;
  TestClient running(server.port());
  running.send(TestServer::request("GET", "/api/things/slow", viewer));
  server.things.gate.wait_for(1);
  server.server->drain(Milliseconds{50});
  server.things.gate.open();
  server.server->stop();
}

TEST(HttpServer, ManyVisitorsOnManyThreadsAllGetTheirAnswers) {
  HttpSettings settings;
  settings.io_threads = 3;
  TestServer server(settings);
  std::vector<std::thread> crowd;
  std::atomic<int> served{0};
  for (int i = 0; i < 8; ++i) {
    crowd.emplace_back([&] {
      TestClient client(server.port());
      for (int round = 0; round < 100; ++round) {
        served += client.ask(TestServer::request("GET", "/api/things/1", viewer)).status == 200;
      }
    });
  }
  for (auto& one : crowd) one.join();
  EXPECT_EQ(served, 800);
}

}  // namespace
}  // namespace pf
