// What the domain may expect of any database; holds for SQLite and for PostgreSQL.
#include <gtest/gtest.h>

#include <atomic>
#include <limits>
#include <stdexcept>
#include <thread>

#include "cloud/adapters/sql/test_database.hpp"

namespace pf {
namespace {

class DatabaseTest : public testing::Test {
 protected:
  DatabaseTest() {
    // SQLite takes any name of a type, so that PostgreSQL's for bytes serves both.
    execute(
        "CREATE TABLE things (id BIGINT PRIMARY KEY, name TEXT UNIQUE, "
        "weight DOUBLE PRECISION CHECK (weight > 0), content BYTEA, state TEXT)");
    execute("CREATE UNIQUE INDEX things_one_open ON things (state) WHERE state = 'open'");
    execute(
        "CREATE TABLE parts (id BIGINT PRIMARY KEY, thing_id BIGINT NOT NULL REFERENCES things "
        "(id) ON DELETE CASCADE)");
  }

  std::int64_t execute(std::string_view sql, const std::vector<SqlValue>& values = {}) {
    return database_.execute(sql, values);
  }
  std::vector<SqlRow> query(std::string_view sql, const std::vector<SqlValue>& values = {}) {
    return database_.query(sql, values);
  }
  std::int64_t things() {
    return std::get<std::int64_t>(query("SELECT count(*) FROM things").at(0).at(0));
  }
  static void insert(Transaction& db, std::int64_t id) {
    db.execute("INSERT INTO things (id) VALUES ($1)", {id});
  }

  TestDatabase database_{TestDatabase::Tables::none};
};

TEST_F(DatabaseTest, KeepsEveryKindOfValueAsItWas) {
  const Blob bytes{std::string("\0\xff\x01", 3)};
  const std::string text = "a'b\\ \xc3\xa4\n";
  const auto max = std::numeric_limits<std::int64_t>::max();
  execute("INSERT INTO things (id, name, weight, content) VALUES ($1, $2, $3, $4)",
          {max, text, 0.1, bytes});
  execute("INSERT INTO things (id, name, content) VALUES ($1, $2, $3)",
          {std::int64_t{1}, "", Blob{}});
  EXPECT_EQ(
      query("SELECT id, name, weight, content, state FROM things ORDER BY id"),
      (std::vector<SqlRow>{{std::int64_t{1}, "", {}, Blob{}, {}}, {max, text, 0.1, bytes, {}}}));
}

TEST_F(DatabaseTest, BindsPlaceholdersByNumberInAnyOrderAndRepeatedly) {
  EXPECT_EQ(query("SELECT $2, $1, $2, $10, '$3', $3, $4, $5, $6, $7, $8, $9",
                  {"one", "two", "3", "4", "5", "6", "7", "8", "9", "ten"})
                .at(0),
            (SqlRow{"two", "one", "two", "ten", "$3", "3", "4", "5", "6", "7", "8", "9"}));
}

TEST_F(DatabaseTest, RefusesStatementsThatCannotBeMeant) {
  const std::pair<std::string_view, std::vector<SqlValue>> table[] = {
      {"SELECT $1", {}},         {"SELECT $1", {"a", "b"}},  {"SELECT 1", {"a"}},
      {"SELECT ?", {"a"}},       {"SELECT $0", {"a"}},       {"SELECT $name", {"a"}},
      {"SELECT $1001", {"a"}},   {"SELECT 1; SELECT 2", {}}, {"", {}},
      {"SELECT $2", {"a", "b"}},  // One that is never used.
      {"-- nothing", {}},        {"SELEKT 1", {}},           {"SELECT nothing FROM nowhere", {}},
  };
  for (const auto& [sql, values] : table) {
    EXPECT_THROW(query(sql, values), DatabaseError) << sql;
  }
  EXPECT_EQ(query("SELECT 1;\n").size(), 1u);
}

TEST_F(DatabaseTest, CountsTheRowsThatChanged) {
  EXPECT_EQ(execute("INSERT INTO things (id) VALUES (1), (2), (3)"), 3);
  EXPECT_EQ(execute("CREATE TABLE other (id BIGINT)"), 0);
  EXPECT_EQ(execute("INSERT INTO parts (id, thing_id) VALUES (1, 1), (2, 1)"), 2);
  EXPECT_EQ(execute("DELETE FROM things WHERE id = 1"), 1);  // Not its parts.
  EXPECT_EQ(execute("UPDATE things SET name = 'x' WHERE id = 9"), 0);
}

TEST_F(DatabaseTest, GivesTheSameKindsForWhatAStatementComputes) {
  execute("INSERT INTO things (id, weight) VALUES (1, 0.5), (2, 1)");
  EXPECT_EQ(query("SELECT count(*), SUM(id), MAX(id) + 1, SUM(weight), AVG(id), "
                  "CASE WHEN SUM(id) > 2 THEN 1 ELSE 0 END, MIN(name), 'text' FROM things")
                .at(0),
            (SqlRow{std::int64_t{2},
                    std::int64_t{3},
                    std::int64_t{3},
                    1.5,
                    1.5,
                    std::int64_t{1},
                    {},
                    "text"}));
  EXPECT_EQ(
      query("SELECT 1 = 1, EXISTS (SELECT 1 FROM parts), COALESCE(SUM(id), 0) FROM parts").at(0),
      (SqlRow{std::int64_t{1}, std::int64_t{0}, std::int64_t{0}}));
}

TEST_F(DatabaseTest, GivesTheRowsOfAWriteThatReturnsThem) {
  std::vector<SqlRow> rows;
  database_.write([&](Transaction& db) {
    rows = db.query(
        "INSERT INTO things (id, name) VALUES (1, 'a'), (2, 'b') "
        "ON CONFLICT (id) DO UPDATE SET name = 'c' RETURNING id, name",
        {});
  });
  EXPECT_EQ(rows, (std::vector<SqlRow>{{std::int64_t{1}, "a"}, {std::int64_t{2}, "b"}}));
  EXPECT_EQ(execute("INSERT INTO things (id) VALUES (2), (3) ON CONFLICT DO NOTHING"), 1);
  EXPECT_EQ(execute("SELECT id FROM things"), 0);
}

TEST_F(DatabaseTest, SaysWhichColumnsWereNotUnique) {
  execute("INSERT INTO things (id, name, state) VALUES (1, 'secret', 'open')");
  const std::pair<std::string_view, std::string_view> table[] = {
      {"INSERT INTO things (id, name) VALUES (2, 'secret')", "name"},
      {"INSERT INTO things (id, name) VALUES (1, 'b')", "id"},
      {"INSERT INTO things (id, state) VALUES (3, 'open')", "state"},
  };
  for (const auto& [sql, column] : table) {
    try {
      execute(sql);
      ADD_FAILURE() << sql;
    } catch (const UniqueViolation& violation) {
      const std::string says = violation.what();
      EXPECT_NE(says.find(column), std::string::npos) << says;
      EXPECT_EQ(says.find("secret"), std::string::npos) << says;
    }
  }
  EXPECT_EQ(things(), 1);
}

TEST_F(DatabaseTest, EnforcesForeignKeysAndOtherConstraintsWithoutCallingThemUnique) {
  for (const auto* sql :
       {"INSERT INTO parts (id, thing_id) VALUES (1, 7)", "INSERT INTO parts (id) VALUES (1)",
        "INSERT INTO things (id, weight) VALUES (1, -1)"}) {
    try {
      execute(sql);
      ADD_FAILURE() << sql;
    } catch (const UniqueViolation& error) {
      ADD_FAILURE() << error.what();
    } catch (const DatabaseUnavailable& error) {
      ADD_FAILURE() << error.what();
    } catch (const DatabaseError&) {
    }
  }
}

TEST_F(DatabaseTest, RollsBackWhateverItsFunctionThrows) {
  EXPECT_THROW(database_.write([](Transaction& db) {
    insert(db, 1);
    throw 42;
  }),
               int);
  EXPECT_EQ(things(), 0);
}

TEST_F(DatabaseTest, KeepsNothingOfATransactionThatCaughtAViolationAndWentOn) {
  const auto careless = [](Transaction& db) {
    insert(db, 1);
    EXPECT_THROW(insert(db, 1), UniqueViolation);
    EXPECT_THROW(insert(db, 2), DatabaseError);
  };
  EXPECT_THROW(database_.write(careless), UniqueViolation);
  EXPECT_EQ(things(), 0);
  execute("INSERT INTO things (id) VALUES (3)");
  EXPECT_EQ(things(), 1);
}

TEST_F(DatabaseTest, AReaderGoesNoFurtherThanAStatementThatFailed) {
  const auto careless = [](Transaction& db) {
    EXPECT_THROW(db.query("SELECT nothing FROM nowhere", {}), DatabaseError);
    EXPECT_THROW(db.query("SELECT 1", {}), DatabaseError);
  };
  for (int reader = 0; reader < 8; ++reader) {  // Each connection is usable again.
    EXPECT_THROW(database_.read(careless), DatabaseError);
    EXPECT_EQ(things(), 0);
  }
}

TEST_F(DatabaseTest, ReadersCannotWrite) {
  EXPECT_THROW(database_.read([](Transaction& db) { insert(db, 1); }), DatabaseError);
  EXPECT_THROW(database_.read([](Transaction& db) { db.query("DROP TABLE parts", {}); }),
               DatabaseError);
  EXPECT_EQ(things(), 0);
}

TEST_F(DatabaseTest, AReaderSeesTheSnapshotOfItsBeginning) {
  const auto count = [](Transaction& db) {
    return std::get<std::int64_t>(db.query("SELECT count(*) FROM things", {}).at(0).at(0));
  };
  database_.read([&](Transaction& db) {
    EXPECT_EQ(count(db), 0);
    std::thread([&] { execute("INSERT INTO things (id) VALUES (1)"); }).join();
    EXPECT_EQ(count(db), 0);
  });
  EXPECT_EQ(things(), 1);
}

TEST_F(DatabaseTest, ATransactionInsideAnotherIsRefusedRatherThanWaitedForForEver) {
  const auto nothing = [](Transaction&) {};
  const auto inner_write = [&](Transaction&) { database_.write(nothing); };
  const auto inner_read = [&](Transaction&) { database_.read(nothing); };
  EXPECT_THROW(database_.write(inner_write), std::logic_error);
  EXPECT_THROW(database_.write(inner_read), std::logic_error);
  EXPECT_THROW(database_.read(inner_write), std::logic_error);
  EXPECT_THROW(database_.read(inner_read), std::logic_error);
  EXPECT_NO_THROW(database_.read(nothing));
}

TEST_F(DatabaseTest, ManyThreadsWriteAndReadAtOnce) {
  constexpr int threads = 16, writes = 50;
  std::vector<std::thread> workers;
  std::atomic<int> refused = 0;
  for (int worker = 0; worker < threads; ++worker) {
    workers.emplace_back([&, worker] {
      for (int i = 0; i < writes; ++i) {
        const std::int64_t own = worker * writes + i;
        database_.write([&](Transaction& db) { insert(db, own); });
        EXPECT_EQ(query("SELECT 1 FROM things WHERE id = $1", {own}).size(), 1u);
        try {  // Everybody wants the same one; one gets it.
          database_.write([&](Transaction& db) {
            db.execute("INSERT INTO things (id, name) VALUES ($1, $2)",
                       {own + 1'000'000, "prize " + std::to_string(i)});
          });
        } catch (const UniqueViolation&) {
          ++refused;
        }
      }
    });
  }
  for (auto& worker : workers) worker.join();
  EXPECT_EQ(refused, (threads - 1) * writes);
  EXPECT_EQ(things(), threads * writes + writes);
}

}  // namespace
}  // namespace pf
