#include "cloud/kit/secrets.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "cloud/adapters/sql/test_database.hpp"

namespace pf {
namespace {

const std::string master_key(32, 'm');
constexpr SecretPlace place{"printers", "printer-1", "access_code"};

class SecretsTest : public testing::Test {
 protected:
  SecretsTest() {
    for (const auto& tenant : {ours_, theirs_}) {
      database_.execute(
          "INSERT INTO tenants (id, name, created_at, updated_at) VALUES ($1, 'T', 0, 0)",
          {tenant.value});
    }
  }
  Blob seal(const TenantId& tenant, std::string_view plain) {
    return database_.writing(
        [&](Transaction& db) { return secrets_.seal(db, tenant, place, plain); });
  }
  std::string open(Secrets& secrets, const TenantId& tenant, const SecretPlace& where,
                   const Blob& sealed) {
    return database_.reading(
        [&](Transaction& db) { return secrets.open(db, tenant, where, sealed); });
  }

  const TenantId ours_{"ours"}, theirs_{"theirs"};
  TestDatabase database_;
  SeededRandom random_{1};
  Secrets secrets_{master_key, random_};
};

TEST_F(SecretsTest, OpenWhereTheyWereSealed) {
  const auto sealed = seal(ours_, "12345678");
  EXPECT_EQ(sealed.bytes.find("12345678"), std::string::npos);
  EXPECT_EQ(open(secrets_, ours_, place, sealed), "12345678");
  Secrets after_restart(master_key, random_);
  EXPECT_EQ(open(after_restart, ours_, place, sealed), "12345678");
}

TEST_F(SecretsTest, LookDifferentEachTime) {
  EXPECT_NE(seal(ours_, "12345678"), seal(ours_, "12345678"));
  EXPECT_EQ(open(secrets_, ours_, place, seal(ours_, "")), "");
}

TEST_F(SecretsTest, DoNotOpenAnywhereElse) {
  const auto sealed = seal(ours_, "12345678");
  seal(theirs_, "87654321");
  const SecretPlace elsewhere[] = {
      {"printers", "printer-2", "access_code"}, {"cameras", "printer-1", "access_code"},
      {"printers", "printer-1", "password"},    {"printer", "sprinter-1", "access_code"},
      {"printers", "printer-1access", "_code"},
  };
  for (const auto& where : elsewhere) {
    EXPECT_THROW(open(secrets_, ours_, where, sealed), DatabaseError) << where.row_id;
  }
  EXPECT_THROW(open(secrets_, theirs_, place, sealed), DatabaseError);
}

TEST_F(SecretsTest, DoNotOpenUnderAnotherMasterKey) {
  const auto sealed = seal(ours_, "12345678");
  Secrets other(std::string(32, 'x'), random_);
  EXPECT_THROW(open(other, ours_, place, sealed), DatabaseError);
}

TEST_F(SecretsTest, DoNotOpenWhenDamaged) {
  const auto sealed = seal(ours_, "12345678");
  for (std::size_t i = 0; i < sealed.bytes.size(); ++i) {
    auto damaged = sealed;
    damaged.bytes[i] ^= 1;
    EXPECT_THROW(open(secrets_, ours_, place, damaged), DatabaseError) << i;
  }
  EXPECT_THROW(open(secrets_, ours_, place, Blob{}), DatabaseError);
  EXPECT_THROW(open(secrets_, ours_, place, {sealed.bytes + "x"}), DatabaseError);
}

TEST_F(SecretsTest, ATenantsKeyMovedToAnotherTenantOpensNothing) {
  const auto sealed = seal(ours_, "12345678");
  database_.execute(
      "UPDATE tenants SET sealed_key = (SELECT sealed_key FROM tenants WHERE id = 'ours') "
      "WHERE id = 'theirs'");
  EXPECT_THROW(open(secrets_, theirs_, place, sealed), DatabaseError);
}

TEST_F(SecretsTest, AKeyOfARolledBackTransactionIsNotUsedAgain) {
  EXPECT_THROW(database_.write([&](Transaction& db) {
    secrets_.open(db, ours_, place, secrets_.seal(db, ours_, place, "lost"));
    throw std::runtime_error("rolled back");
  }),
               std::runtime_error);
  const auto sealed = seal(ours_, "kept");
  Secrets after_restart(master_key, random_);
  EXPECT_EQ(open(after_restart, ours_, place, sealed), "kept");
}

TEST_F(SecretsTest, OfUnknownTenantsAreRefused) {
  EXPECT_THROW(seal({"nobody"}, "x"), DatabaseError);
  EXPECT_THROW(open(secrets_, ours_, place, {"never sealed"}), DatabaseError);
}

TEST_F(SecretsTest, OfNoTenantAreBoundToTheirPlaceToo) {
  const SecretPlace hub{"hub_identities", "hub-1", "secret"};
  const auto sealed = secrets_.seal_global(hub, "shared");
  EXPECT_EQ(secrets_.open_global(hub, sealed), "shared");
  EXPECT_THROW(secrets_.open_global({"hub_identities", "hub-2", "secret"}, sealed), DatabaseError);
  Secrets other(std::string(32, 'x'), random_);
  EXPECT_THROW(other.open_global(hub, sealed), DatabaseError);
}

TEST(MasterKey, OfAnotherLengthIsRefused) {
  SeededRandom random(1);
  for (const std::size_t length : {0u, 16u, 31u, 33u, 64u}) {
    EXPECT_THROW(Secrets(std::string(length, 'm'), random), std::invalid_argument) << length;
  }
}

}  // namespace
}  // namespace pf
