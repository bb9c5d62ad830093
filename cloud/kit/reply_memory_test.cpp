#include "cloud/kit/reply_memory.hpp"

#include <gtest/gtest.h>

#include "cloud/adapters/sql/test_database.hpp"

namespace pf {
namespace {

struct ReplyMemoryTest : testing::Test {
  ReplyMemoryTest() {
    for (const std::string tenant : {"t", "other"}) {
      database.execute(
          "INSERT INTO tenants (id, name, created_at, updated_at) VALUES ($1, $1, 0, 0)", {tenant});
    }
    caller.tenant = {"t"};
    caller.user_id = "u";
    caller.request_id = "r";
  }
  // The handler counts, and answers with how often it was called.
  Response ask(const std::string& key = "k1", const std::string& body = "{}",
               const std::string& path = "/api/things") {
    const Request request{.method = Method::post, .path = path, .body = body};
    return memory.once(caller, "/api/things", request, key, [this] {
      ++calls;
      if (on_call) on_call();
      auto response = reply;
      response.body = std::to_string(calls);
      return response;
    });
  }
  bool says(const Response& response, const std::string& text) {
    return response.body.find(text) != std::string::npos;
  }

  TestDatabase database;
  SeededRandom random{1};
  ManualClock clock;
  Secrets secrets{std::string(32, 'k'), random};
  ReplyMemory memory{database, secrets, clock};
  Caller caller;
  Response reply{.status = 201, .headers = {{"Location", "/api/things/1"}}};
  std::function<void()> on_call;
  int calls = 0;
};

TEST_F(ReplyMemoryTest, the_same_request_gets_the_same_reply_and_is_done_once) {
  const auto first = ask();
  const auto again = ask();
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(again.content_type, first.content_type);
  ASSERT_EQ(again.headers.size(), 2u);
  EXPECT_EQ(again.headers[0], first.headers[0]);
  EXPECT_EQ(again.headers[1].first, "Idempotency-Replayed");
}

TEST_F(ReplyMemoryTest, other_keys_people_machines_and_organisations_are_others) {
  ask("k1");
  ask("k2");
  caller.user_id = "v";
  ask("k1");
  caller.api_key_id = "v";
  ask("k1");
  caller.tenant = {"other"};
  ask("k1");
  EXPECT_EQ(calls, 5);
}

TEST_F(ReplyMemoryTest, one_key_for_another_request_is_a_mistake) {
  ask();
  for (const auto& response : {ask("k1", "{\"a\":1}"), ask("k1", "{}", "/api/things/2")}) {
    EXPECT_EQ(response.status, 422);
    EXPECT_TRUE(says(response, "idempotency_key_reused"));
  }
  EXPECT_EQ(calls, 1);
}

TEST_F(ReplyMemoryTest, asked_again_meanwhile_it_is_not_begun_twice) {
  Response meanwhile;
  on_call = [&] {
    on_call = nullptr;
    meanwhile = ask();
  };
  EXPECT_EQ(ask().status, 201);
  EXPECT_EQ(meanwhile.status, 409);
  EXPECT_TRUE(says(meanwhile, "idempotency_in_progress"));
  EXPECT_EQ(calls, 1);
}

TEST_F(ReplyMemoryTest, what_was_refused_may_be_tried_again) {
  for (const int status : {400, 404, 409, 422, 503}) {
    reply.status = status;
    const int before = calls;
    EXPECT_EQ(ask("tried").status, status);
    EXPECT_EQ(calls, before + 1);
  }
  reply.status = 201;
  EXPECT_EQ(ask("tried").status, 201);
}

TEST_F(ReplyMemoryTest, what_broke_in_the_middle_is_not_done_again_by_itself) {
  on_call = [] { throw std::runtime_error("power"); };
  EXPECT_THROW(ask(), std::runtime_error);
  on_call = nullptr;
  EXPECT_TRUE(says(ask(), "idempotency_in_progress"));
  clock.advance(answering_max);
  const auto later = ask();
  EXPECT_EQ(later.status, 409);
  EXPECT_TRUE(says(later, "idempotency_interrupted"));
  EXPECT_EQ(calls, 1);
}

TEST_F(ReplyMemoryTest, what_could_not_be_written_may_be_tried_again) {
  on_call = [] { throw DatabaseUnavailable("disk full"); };
  EXPECT_THROW(ask(), DatabaseUnavailable);
  on_call = nullptr;
  EXPECT_EQ(ask().status, 201);
}

TEST_F(ReplyMemoryTest, after_a_day_a_key_is_free_again) {
  ask();
  clock.advance(reply_kept);
  EXPECT_EQ(ask().body, "1");
  clock.advance(Milliseconds{1});
  EXPECT_EQ(ask().body, "2");
  clock.advance(reply_kept + Milliseconds{1});
  memory.forget_old();
  EXPECT_EQ(database.query("SELECT status FROM idempotency_keys").size(), 0u);
}

TEST_F(ReplyMemoryTest, secrets_in_a_reply_are_sealed_or_not_kept) {
  on_call = [this] { reply.headers = {{"Location", "show-once-secret"}}; };
  ask();
  const auto rows = database.query("SELECT sealed_reply FROM idempotency_keys");
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(std::get<Blob>(rows[0][0]).bytes.find("secret"), std::string::npos);
  reply.cookies = {{"access", "t", 1, "/"}};
  EXPECT_EQ(ask("k2").status, 201);
  const auto again = ask("k2");
  EXPECT_EQ(again.status, 409);
  EXPECT_TRUE(says(again, "idempotency_reply_not_kept"));
}

TEST_F(ReplyMemoryTest, keys_that_are_none_are_refused) {
  for (const std::string key : {"", "a b", "a\n", "\xC3\xBC", "a\x7f"}) {
    EXPECT_EQ(ask(key).status, 400) << key;
  }
  EXPECT_EQ(ask(std::string(129, 'k')).status, 400);
  EXPECT_EQ(calls, 0);
  EXPECT_EQ(ask(std::string(128, 'k')).status, 201);
}

}  // namespace
}  // namespace pf
