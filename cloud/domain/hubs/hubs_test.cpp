#include "cloud/domain/hubs/hubs.hpp"

#include <gtest/gtest.h>

#include "cloud/domain/test_farm.hpp"

namespace pf {
namespace {

constexpr auto host = "farm.example";
constexpr auto address = "192.0.2.7";

struct HubsTest : testing::Test {
  TestFarm farm;
};

TEST_F(HubsTest, a_claimed_hub_is_known_by_its_signature_and_gets_a_growing_epoch) {
  farm.add_hub(farm.owner);
  const auto first = farm.hubs.accept(farm.hello_of("hub-1"), host, farm.server_nonce);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->epoch, 1);
  EXPECT_EQ(first->tenant, farm.owner.tenant);
  auto again = farm.hello_of("hub-1");
  again.last_epoch = 41;  // The database was restored from before.
  const auto second = farm.hubs.accept(again, host, farm.server_nonce);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->epoch, 42);
  EXPECT_TRUE(farm.hubs.list(farm.owner)->items[0].online);
}

TEST_F(HubsTest, a_hello_signed_for_another_host_nonce_or_secret_is_refused) {
  farm.add_hub(farm.owner);
  const auto hello = farm.hello_of("hub-1");
  EXPECT_FALSE(farm.hubs.accept(hello, "evil.example", farm.server_nonce));
  EXPECT_FALSE(farm.hubs.accept(hello, host, crypto::sha256_hex("other nonce")));
  auto forged = hello;
  forged.boot_count = 9;
  EXPECT_FALSE(farm.hubs.accept(forged, host, farm.server_nonce));
  EXPECT_FALSE(farm.hubs.accept(farm.hello_of("hub-unknown"), host, farm.server_nonce));
}

TEST_F(HubsTest, a_boot_count_that_goes_back_is_a_cloned_hub) {
  farm.add_hub(farm.owner);
  ASSERT_TRUE(farm.hubs.accept(farm.hello_of("hub-1", 5), host, farm.server_nonce));
  const auto older = farm.hubs.accept(farm.hello_of("hub-1", 4), host, farm.server_nonce);
  ASSERT_FALSE(older);
  EXPECT_EQ(older.error(), HelloRefusal::cloned);
  auto twin = farm.hello_of("hub-1", 5);
  twin.boot_id = "another boot with the same number";
  farm.sign(twin, host, farm.server_nonce);
  EXPECT_FALSE(farm.hubs.accept(twin, host, farm.server_nonce));
}

TEST_F(HubsTest, the_same_claim_repeated_gives_the_same_answer_and_another_hub_none) {
  const auto claim = farm.claim_of(farm.owner, "hub-1");
  const auto first = farm.hubs.claim(claim, address);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->name.value, "Hub 1");
  EXPECT_EQ(first->organization.value, "Acme");
  const auto repeated = farm.hubs.claim(claim, address);
  ASSERT_TRUE(repeated);
  EXPECT_EQ(repeated->name.value, first->name.value);
  auto stolen = claim;
  stolen.hub_id = "hub-2";
  EXPECT_FALSE(farm.hubs.claim(stolen, address));
  auto other_secret = claim;
  other_secret.proposed_secret = crypto::sha256_hex("another");
  EXPECT_FALSE(farm.hubs.claim(other_secret, address));
}

TEST_F(HubsTest, an_expired_or_invented_claim_token_is_refused) {
  auto claim = farm.claim_of(farm.owner, "hub-1");
  farm.clock.advance(claim_token_lifetime + Minutes{1});
  EXPECT_EQ(farm.hubs.claim(claim, address).error().status, 401);
  claim.claim_token = "INVENTED";
  EXPECT_EQ(farm.hubs.claim(claim, address).error().status, 401);
}

TEST_F(HubsTest, another_organisations_hub_cannot_be_claimed) {
  farm.add_hub(farm.owner);
  const auto stranger = farm.make_caller("Other");
  const auto claimed = farm.hubs.claim(farm.claim_of(stranger, "hub-1"), address);
  ASSERT_FALSE(claimed);
  EXPECT_EQ(claimed.error().status, 409);
}

TEST_F(HubsTest, a_lease_that_nobody_renews_takes_the_hub_offline) {
  farm.add_hub(farm.owner);
  const auto grant = farm.hubs.accept(farm.hello_of("hub-1"), host, farm.server_nonce);
  farm.clock.advance(Seconds{60});
  EXPECT_TRUE(farm.hubs.renew_lease(grant->tenant, "hub-1", grant->epoch, std::nullopt));
  farm.clock.advance(Seconds{60});
  EXPECT_TRUE(farm.hubs.list(farm.owner)->items[0].online);
  farm.clock.advance(Seconds{60});
  farm.hubs.expire_leases();
  EXPECT_FALSE(farm.hubs.list(farm.owner)->items[0].online);
  EXPECT_FALSE(farm.feed.hubs.back().online);
}

TEST_F(HubsTest, an_older_epoch_neither_renews_nor_takes_the_hub_away) {
  farm.add_hub(farm.owner);
  const auto older = farm.hubs.accept(farm.hello_of("hub-1"), host, farm.server_nonce);
  const auto newer = farm.hubs.accept(farm.hello_of("hub-1"), host, farm.server_nonce);
  EXPECT_FALSE(farm.hubs.renew_lease(older->tenant, "hub-1", older->epoch, std::nullopt));
  farm.hubs.went_away(older->tenant, "hub-1", older->epoch);
  EXPECT_TRUE(farm.hubs.list(farm.owner)->items[0].online);
  farm.hubs.went_away(newer->tenant, "hub-1", newer->epoch);
  EXPECT_FALSE(farm.hubs.list(farm.owner)->items[0].online);
}

TEST_F(HubsTest, the_stored_secret_is_not_readable_in_the_database) {
  farm.add_hub(farm.owner);
  const auto sealed =
      std::get<Blob>(farm.database.query("SELECT secret_sealed FROM hub_identities")[0][0]);
  EXPECT_EQ(sealed.bytes.find(crypto::sha256_hex("secret of hub-1")), std::string::npos);
}

}  // namespace
}  // namespace pf
