#include "cloud/domain/audit/audit.hpp"

#include <gtest/gtest.h>

#include "cloud/adapters/sql/test_database.hpp"

namespace pf {
namespace {

class AuditTest : public testing::Test {
 protected:
  AuditTest() {
    for (const std::string id : {"acme", "other"}) {
      database_.execute(
          "INSERT INTO tenants (id, name, created_at, updated_at) VALUES ($1, $1, 0, 0)", {id});
    }
    caller_.tenant = {"acme"};
    caller_.user_id = "ada";
    caller_.address = "192.0.2.7";
    caller_.role = Role::admin;
  }

  void record(const audit::Change& change) {
    database_.write([&](Transaction& db) { audit::record(db, caller_, {1'000}, change); });
  }
  void record_some(int count) {
    for (int i = 0; i < count; ++i) {
      record({"printers.update", "printer", "p" + std::to_string(i), R"({"name":"A"})",
              R"({"name":"B"})"});
    }
  }
  audit::ChainVerdict verify() { return audit::verify(database_, caller_.tenant); }

  TestDatabase database_;
  Caller caller_;
  Audit audit_{database_};
};

TEST_F(AuditTest, SaysWhoDidWhatFromWhereWithBeforeAndAfter) {
  record({"printers.update", "printer", "p1", R"({"name":"A"})", R"({"name":"B"})"});
  const auto page = audit_.list(caller_, {});
  ASSERT_TRUE(page);
  ASSERT_EQ(page->items.size(), 1u);
  const auto& entry = page->items[0];
  EXPECT_EQ(entry.seq, 1);
  EXPECT_EQ(entry.at, 1'000);
  EXPECT_EQ(entry.actor_kind, ActorKind::user);
  EXPECT_EQ(entry.actor_id.value().value, "ada");
  EXPECT_EQ(entry.address.value().value, "192.0.2.7");
  EXPECT_EQ(entry.before->value, R"({"name":"A"})");
  EXPECT_EQ(entry.after->value, R"({"name":"B"})");
}

TEST_F(AuditTest, AKeysWriteIsTheKeys) {
  caller_.api_key_id = "k1";
  record({"jobs.create", "job", "j1", {}, "{}"});
  const auto page = audit_.list(caller_, {});
  ASSERT_TRUE(page);
  EXPECT_EQ(page->items.at(0).actor_kind, ActorKind::api_key);
  EXPECT_EQ(page->items.at(0).actor_id.value().value, "k1");
  EXPECT_FALSE(page->items.at(0).before);
}

TEST_F(AuditTest, AnEntryGoesWithItsTransaction) {
  try {
    database_.write([&](Transaction& db) {
      audit::record(db, caller_, {1}, {"printers.update", "printer", "p1", {}, {}});
      throw DatabaseError("undone");
    });
    FAIL() << "the transaction was not undone";
  } catch (const DatabaseError&) {
  }
  EXPECT_EQ(audit_.list(caller_, {})->items.size(), 0u);
  EXPECT_FALSE(verify().broken_at);
}

TEST_F(AuditTest, PagesAreReadFromTheNewestToTheOldest) {
  record_some(5);
  AuditQuery query;
  query.limit = 2;
  std::vector<std::int64_t> seen;
  for (;;) {
    const auto page = audit_.list(caller_, query);
    ASSERT_TRUE(page);
    for (const auto& entry : page->items) seen.push_back(entry.seq);
    if (!page->next_cursor) break;
    query.cursor = Text<1, 20>(*page->next_cursor);
  }
  EXPECT_EQ(seen, (std::vector<std::int64_t>{5, 4, 3, 2, 1}));
}

TEST_F(AuditTest, IsFilteredBySubjectAndActor) {
  record_some(3);
  AuditQuery query;
  query.subject_kind = Text<1, 32>("printer");
  query.subject_id = Text<1, 128>("p1");
  EXPECT_EQ(audit_.list(caller_, query)->items.size(), 1u);
  query.actor_id = Text<1, 64>("bob");
  EXPECT_EQ(audit_.list(caller_, query)->items.size(), 0u);
}

TEST_F(AuditTest, AnotherOrganisationSeesNothingOfIt) {
  record_some(1);
  caller_.tenant = {"other"};
  EXPECT_EQ(audit_.list(caller_, {})->items.size(), 0u);
}

TEST_F(AuditTest, ABrokenCursorIsRefusedByName) {
  AuditQuery query;
  query.cursor = Text<1, 20>("12x");
  const auto page = audit_.list(caller_, query);
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().field, "cursor");
}

TEST_F(AuditTest, AnUntouchedChainIsRight) {
  record_some(600);  // More than is read at once.
  const auto verdict = verify();
  EXPECT_FALSE(verdict.broken_at);
  EXPECT_EQ(verdict.entries, 600);
  EXPECT_EQ(verdict.head.size(), 64u);
}

TEST_F(AuditTest, AChangedEntryIsFound) {
  record_some(4);
  database_.execute("UPDATE audit_entries SET after = '{}' WHERE seq = 3");
  EXPECT_EQ(verify().broken_at, 3);
}

TEST_F(AuditTest, AFieldThatMovedIntoItsNeighbourIsFound) {
  record({"a.b", "printer", "p1", {}, "{}"});
  database_.execute("UPDATE audit_entries SET action = 'a.bp', subject_kind = 'rinter'");
  EXPECT_EQ(verify().broken_at, 1);
}

TEST_F(AuditTest, ARemovedEntryIsFoundInTheMiddleAndAtTheEnd) {
  record_some(4);
  database_.execute("DELETE FROM audit_entries WHERE seq = 4");
  EXPECT_EQ(verify().broken_at, 4);
  database_.execute("DELETE FROM audit_entries WHERE seq = 2");
  EXPECT_EQ(verify().broken_at, 2);
}

}  // namespace
}  // namespace pf
