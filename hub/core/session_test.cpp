// Opening, claiming, proofs, and when the next connection is tried.
#include "hub/core/session.hpp"

#include <gtest/gtest.h>

#include "hub/core/testing/hub_bench.hpp"

namespace pf::hub {
namespace {

HubChallenge challenge() {
  return {protocol_version, std::string(64, 'b'), "farm.example", bench_epoch_ms};
}

// A cloud that the test plays itself.
class Opening : public testing::Test {
 protected:
  void SetUp() override { begin(); }
  void begin() {
    bench.boot();
    bench.give(CloudUp{});
  }
  CloudHello welcome(std::int64_t epoch, std::string_view secret = bench_secret) {
    CloudHello hello;
    hello.session_id = "s";
    hello.server_time = bench_epoch_ms;
    hello.epoch = epoch;
    hello.store_incarnation = "store-1";
    hello.proof = bench.crypto.hmac_sha256_hex(
        secret, signed_welcome(bench.heard<HubHello>().back().client_nonce, epoch));
    return hello;
  }
  std::size_t closes() const { return bench.effects<CloudClose>().size(); }
  HubBench bench;
};

// The bench answers hellos by itself; these tests need one that does not.
class ByHand : public Opening {
 protected:
  void SetUp() override {
    bench.answers_hello = false;
    begin();
  }
};

TEST_F(ByHand, signs_host_nonce_and_boot_with_its_secret) {
  bench.say(challenge());
  ASSERT_EQ(bench.heard<HubHello>().size(), 1u);
  const HubHello hello = bench.heard<HubHello>()[0];
  const auto text = signed_hello("farm.example", std::string(64, 'b'), hello);
  EXPECT_EQ(hello.signature.value, bench.crypto.hmac_sha256_hex(bench_secret, text));
  EXPECT_EQ(hello.boot_count, 1);
  EXPECT_EQ(hello.client_nonce.value.size(), 64u);
  EXPECT_FALSE(hello.journal_id.empty());
}

TEST_F(ByHand, stores_the_epoch_before_it_believes_anything) {
  bench.say(challenge());
  bench.say(welcome(5));
  EXPECT_EQ(decode_state(bench.stored.state)->last_epoch, 5);
  EXPECT_EQ(closes(), 0u);
}

TEST_F(ByHand, closes_on_a_wrong_proof) {
  bench.say(challenge());
  bench.say(welcome(5, "another secret"));
  EXPECT_EQ(closes(), 1u);
  EXPECT_EQ(decode_state(bench.stored.state)->last_epoch, 0);
}

TEST_F(ByHand, closes_on_a_proof_for_another_epoch) {
  bench.say(challenge());
  auto hello = welcome(5);
  hello.epoch = 6;
  bench.say(hello);
  EXPECT_EQ(closes(), 1u);
}

TEST_F(ByHand, closes_on_an_epoch_that_is_not_newer) {
  bench.say(challenge());
  bench.say(welcome(5));
  bench.kill();
  begin();
  bench.say(challenge());
  bench.say(welcome(5));
  EXPECT_EQ(closes(), 1u);
}

TEST_F(ByHand, does_nothing_on_commands_before_the_proof) {
  bench.say(challenge());
  bench.say(PrintersConfig{9, {}});
  EXPECT_EQ(closes(), 1u);
  EXPECT_EQ(decode_state(bench.stored.state)->config_generation, 0);
  EXPECT_EQ(decode_state(bench.stored.state)->printers.size(), 1u);
}

TEST_F(ByHand, closes_on_a_welcome_before_its_hello) {
  bench.say(challenge());
  auto early = welcome(5);
  bench.give(CloudDown{});
  bench.give(CloudUp{});
  bench.say(early);
  EXPECT_EQ(closes(), 1u);
}

TEST_F(ByHand, closes_on_a_second_challenge) {
  bench.say(challenge());
  bench.say(challenge());
  EXPECT_EQ(closes(), 1u);
}

TEST_F(ByHand, closes_on_another_protocol) {
  auto other = challenge();
  other.protocol = 2;
  bench.say(other);
  EXPECT_EQ(closes(), 1u);
  EXPECT_TRUE(bench.heard<HubHello>().empty());
}

TEST_F(ByHand, gives_the_cloud_ten_seconds) {
  bench.run(Seconds{10});
  EXPECT_EQ(closes(), 0u);
  bench.run(Seconds{1});
  EXPECT_EQ(closes(), 1u);
}

TEST_F(ByHand, answers_no_challenge_of_a_host_it_was_not_given_to) {
  bench.kill();
  bench.settings.cloud_host = "my.example";
  begin();
  bench.say(challenge());
  EXPECT_TRUE(bench.heard<HubHello>().empty());
  EXPECT_EQ(closes(), 1u);
}

class Claiming : public ByHand {
 protected:
  void SetUp() override {
    StoredState state;
    state.hub_id = "hub-new";
    prepare_claim(state, "claim-token");
    bench.stored.state = encode_state(state);
    ByHand::SetUp();
  }
};

TEST_F(Claiming, keeps_its_own_secret_before_it_is_sent) {
  bench.say(challenge());
  ASSERT_EQ(bench.heard<HubClaim>().size(), 1u);
  const HubClaim claim = bench.heard<HubClaim>()[0];
  EXPECT_EQ(claim.claim_token, "claim-token");
  EXPECT_EQ(claim.proposed_secret.value.size(), 64u);
  EXPECT_EQ(decode_state(bench.stored.state)->proposed_secret->value, claim.proposed_secret.value);
  EXPECT_FALSE(decode_state(bench.stored.state)->secret);
}

TEST_F(Claiming, asks_with_the_same_secret_after_a_lost_reply) {
  bench.say(challenge());
  bench.kill();
  begin();
  bench.say(challenge());
  ASSERT_EQ(bench.heard<HubClaim>().size(), 2u);
  EXPECT_EQ(bench.heard<HubClaim>()[0].proposed_secret, bench.heard<HubClaim>()[1].proposed_secret);
}

TEST_F(Claiming, says_hello_on_the_same_connection) {
  bench.say(challenge());
  bench.say(HubClaimed{"hub-new", "Hub", "Farm"});
  ASSERT_EQ(bench.heard<HubHello>().size(), 1u);
  const auto state = decode_state(bench.stored.state);
  EXPECT_EQ(state->secret->value, bench.heard<HubClaim>()[0].proposed_secret.value);
  EXPECT_FALSE(state->claim_token);
  bench.say(welcome(1, state->secret->value));
  EXPECT_EQ(closes(), 0u);
}

TEST_F(Claiming, takes_no_answer_meant_for_another_hub) {
  bench.say(challenge());
  bench.say(HubClaimed{"hub-other", "Hub", "Farm"});
  EXPECT_EQ(closes(), 1u);
  EXPECT_FALSE(decode_state(bench.stored.state)->secret);
}

TEST_F(Claiming, a_hub_without_token_and_secret_does_not_connect) {
  bench.kill();
  bench.stored = {};
  bench.performed.clear();
  bench.boot();
  EXPECT_TRUE(bench.effects<CloudOpen>().empty());
  EXPECT_FALSE(decode_state(bench.stored.state)->hub_id.empty());
}

TEST(Reconnecting, tries_at_once_and_then_with_growing_full_jitter) {
  HubBench bench;
  bench.boot();
  ASSERT_EQ(bench.effects<CloudOpen>().size(), 1u);
  EXPECT_EQ(bench.effects<CloudOpen>()[0].after, Milliseconds{0});
  Milliseconds longest{0};
  for (int n = 1; n <= 200; ++n) {
    bench.give(CloudDown{});
    const auto after = bench.effects<CloudOpen>().back().after;
    EXPECT_LE(after, n < 9 ? Milliseconds{1000LL << n} : reconnect_delay_max);
    longest = std::max(longest, after);
  }
  EXPECT_GT(longest, reconnect_delay_max / 2);
}

TEST(Reconnecting, honours_the_time_that_a_planned_restart_names) {
  HubBench bench;
  bench.boot_and_connect();
  bench.give(CloudDown{close_restart, R"({"retry_after_ms":12345})"});
  EXPECT_EQ(bench.effects<CloudOpen>().back().after, Milliseconds{12'345});
}

TEST(Reconnecting, takes_a_planned_restart_with_a_bad_reason_for_any_other) {
  for (const char* reason :
       {"", "soon", R"({"retry_after_ms":-1})", R"({"retry_after_ms":1e99})"}) {
    HubBench bench;
    bench.boot_and_connect();
    bench.give(CloudDown{close_restart, reason});
    EXPECT_LE(bench.effects<CloudOpen>().back().after, Milliseconds{2'000}) << reason;
  }
}

TEST(Reconnecting, waits_long_when_refused_or_superseded) {
  for (const int code : {close_unauthorised, close_superseded}) {
    HubBench bench;
    bench.boot_and_connect();
    bench.give(CloudDown{code, ""});
    EXPECT_GE(bench.effects<CloudOpen>().back().after, reconnect_delay_max / 2);
    EXPECT_LE(bench.effects<CloudOpen>().back().after, reconnect_delay_max);
  }
}

TEST(Reconnecting, begins_small_again_after_a_session_that_lasted) {
  HubBench bench;
  bench.boot();
  for (int n = 0; n < 20; ++n) bench.give(CloudDown{});
  bench.connect();
  bench.run(Seconds{31});
  bench.give(CloudDown{});
  EXPECT_LE(bench.effects<CloudOpen>().back().after, Milliseconds{2'000});
}

}  // namespace
}  // namespace pf::hub
