#include <gtest/gtest.h>

#include "cloud/domain/hubs/hubs.hpp"
#include "cloud/domain/test_farm.hpp"

namespace pf {
namespace {

constexpr auto host = "farm.example";
constexpr auto address = "192.0.2.7";

struct OpeningTest : testing::Test {
  TestFarm farm;

  bool is_welcome(const HubHello& hello) {
    return static_cast<bool>(farm.hubs.accept(hello, host, farm.server_nonce));
  }
  Hub hub() { return *farm.hubs.find(farm.owner, {"hub-1"}); }
  // Two boots with one number, of which the second is refused.
  void clone_hub() {
    farm.add_hub(farm.owner);
    ASSERT_TRUE(is_welcome(farm.hello_of("hub-1", 5)));
    auto twin = farm.hello_of("hub-1", 5);
    twin.boot_id = "another boot with the same number";
    farm.sign(twin, host, farm.server_nonce);
    ASSERT_FALSE(is_welcome(twin));
  }
  HubClaim claim_with(const Token& token, const std::string& hub_id = "hub-1") {
    HubClaim claim;
    claim.hub_id = hub_id;
    claim.claim_token = token;
    claim.proposed_secret = crypto::sha256_hex("secret of " + hub_id);
    return claim;
  }
  std::string last_action() {
    return std::get<std::string>(
        farm.database.query("SELECT action FROM audit_entries ORDER BY seq DESC LIMIT 1")[0][0]);
  }
};

TEST_F(OpeningTest, a_copy_quarantines_the_hub_and_then_neither_of_the_two_is_believed) {
  clone_hub();
  ASSERT_TRUE(hub().quarantined_at);
  EXPECT_EQ(hub().quarantine_reason, QuarantineReason::two_boots_with_one_number);
  EXPECT_TRUE(farm.feed.changes.contains({ChangedKind::hub, "hub-1"}));
  EXPECT_EQ(last_action(), "hubs.quarantine");
  EXPECT_FALSE(is_welcome(farm.hello_of("hub-1", 6)));
  EXPECT_FALSE(is_welcome(farm.hello_of("hub-1", 5)));
}

TEST_F(OpeningTest, the_first_reason_of_a_quarantine_stays) {
  clone_hub();
  const auto since = hub().quarantined_at;
  farm.clock.advance(Minutes{1});
  EXPECT_FALSE(is_welcome(farm.hello_of("hub-1", 2)));
  EXPECT_EQ(hub().quarantined_at, since);
  EXPECT_EQ(hub().quarantine_reason, QuarantineReason::two_boots_with_one_number);
}

TEST_F(OpeningTest, a_forged_hello_quarantines_nobody) {
  farm.add_hub(farm.owner);
  ASSERT_TRUE(is_welcome(farm.hello_of("hub-1", 5)));
  auto forged = farm.hello_of("hub-1", 5);
  forged.boot_count = 1;  // Not signed.
  EXPECT_FALSE(is_welcome(forged));
  EXPECT_FALSE(hub().quarantined_at);
}

TEST_F(OpeningTest, the_owner_says_same_hub_and_it_claims_a_new_secret) {
  clone_hub();
  const auto token = farm.hubs.same_hub(farm.owner, {"hub-1"});
  ASSERT_TRUE(token);
  ASSERT_TRUE(farm.hubs.claim(claim_with(token->body.claim_token), address));
  EXPECT_FALSE(hub().quarantined_at);
  // Boots are counted anew: the hub may have been restored from a backup.
  EXPECT_TRUE(is_welcome(farm.hello_of("hub-1", 2)));
}

TEST_F(OpeningTest, a_same_hub_token_is_of_no_use_to_another_hub) {
  clone_hub();
  const auto token = farm.hubs.same_hub(farm.owner, {"hub-1"});
  EXPECT_EQ(farm.hubs.claim(claim_with(token->body.claim_token, "hub-2"), address).error().status,
            401);
  EXPECT_TRUE(hub().quarantined_at);
}

TEST_F(OpeningTest, an_ordinary_token_does_not_end_a_quarantine) {
  clone_hub();
  EXPECT_EQ(farm.hubs.claim(farm.claim_of(farm.owner, "hub-1"), address).error().status, 409);
  EXPECT_TRUE(hub().quarantined_at);
}

TEST_F(OpeningTest, same_hub_is_said_only_of_ones_own_hub_and_only_in_quarantine) {
  farm.add_hub(farm.owner);
  EXPECT_EQ(farm.hubs.same_hub(farm.owner, {"hub-1"}).error().status, 409);
  EXPECT_EQ(farm.hubs.same_hub(farm.owner, {"hub-9"}).error().status, 404);
  EXPECT_EQ(farm.hubs.same_hub(farm.make_caller("Other"), {"hub-1"}).error().status, 404);
}

TEST_F(OpeningTest, a_released_hub_is_unknown_until_it_is_claimed_again) {
  farm.add_hub(farm.owner);
  ASSERT_TRUE(is_welcome(farm.hello_of("hub-1")));
  ASSERT_TRUE(farm.hubs.release(farm.owner, {"hub-1"}));
  EXPECT_EQ(farm.hub_link.dismissed, std::vector<std::string>{"hub-1"});
  EXPECT_EQ(last_action(), "hubs.release");
  EXPECT_EQ(farm.hubs.find(farm.owner, {"hub-1"}).error().status, 404);
  EXPECT_TRUE(farm.hubs.list(farm.owner)->items.empty());
  const auto refused = farm.hubs.accept(farm.hello_of("hub-1", 2), host, farm.server_nonce);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), HelloRefusal::unknown_or_wrong);

  const auto buyer = farm.make_caller("Buyer");
  farm.add_hub(buyer);
  EXPECT_TRUE(is_welcome(farm.hello_of("hub-1", 3)));
  EXPECT_EQ(farm.hubs.list(buyer)->items.size(), 1u);
  EXPECT_EQ(farm.hubs.find(farm.owner, {"hub-1"}).error().status, 404);
}

TEST_F(OpeningTest, a_session_that_outlived_the_release_cannot_renew_its_lease) {
  farm.add_hub(farm.owner);
  const auto grant = farm.hubs.accept(farm.hello_of("hub-1"), host, farm.server_nonce);
  ASSERT_TRUE(farm.hubs.release(farm.owner, {"hub-1"}));
  EXPECT_FALSE(farm.hubs.renew_lease(grant->tenant, "hub-1", grant->epoch, std::nullopt));
}

TEST_F(OpeningTest, a_hub_with_printers_is_not_released) {
  farm.add_hub(farm.owner);
  farm.add_printer(farm.owner, "hub-1");
  const auto refused = farm.hubs.release(farm.owner, {"hub-1"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().status, 409);
  EXPECT_NE(refused.error().says.find("1 printer"), std::string::npos);
  EXPECT_EQ(farm.hubs.release(farm.make_caller("Other"), {"hub-1"}).error().status, 404);
}

TEST_F(OpeningTest, a_claim_is_recorded_with_the_hub_as_its_actor) {
  farm.add_hub(farm.owner);
  const auto rows = farm.database.query(
      "SELECT action, actor_kind, actor_id, address FROM audit_entries ORDER BY seq");
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(std::get<std::string>(rows[0][0]), "hubs.mint_claim");
  EXPECT_EQ(std::get<std::string>(rows[1][0]), "hubs.claim");
  EXPECT_EQ(std::get<std::string>(rows[1][1]), "hub");
  EXPECT_EQ(std::get<std::string>(rows[1][2]), "hub-1");
  EXPECT_EQ(std::get<std::string>(rows[1][3]), address);
}

TEST_F(OpeningTest, the_hub_in_this_process_claims_itself_also_out_of_quarantine) {
  const auto token = farm.hubs.mint_local_claim(farm.owner.tenant, "hub-1", "This server");
  ASSERT_TRUE(farm.hubs.claim(claim_with(token.claim_token), address));
  EXPECT_EQ(hub().name.value, "This server");
  EXPECT_TRUE(farm.hubs.is_trusted(farm.owner.tenant, "hub-1"));
  ASSERT_TRUE(is_welcome(farm.hello_of("hub-1", 5)));
  ASSERT_FALSE(is_welcome(farm.hello_of("hub-1", 4)));
  EXPECT_FALSE(farm.hubs.is_trusted(farm.owner.tenant, "hub-1"));
  const auto again = farm.hubs.mint_local_claim(farm.owner.tenant, "hub-1", "This server");
  ASSERT_TRUE(farm.hubs.claim(claim_with(again.claim_token), address));
  EXPECT_TRUE(farm.hubs.is_trusted(farm.owner.tenant, "hub-1"));
  EXPECT_FALSE(farm.hubs.is_trusted(farm.make_caller("Other").tenant, "hub-1"));
}

}  // namespace
}  // namespace pf
