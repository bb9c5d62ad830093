#include "cloud/adapters/sql/migrations.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <thread>

#include "cloud/adapters/sql/postgres/postgres.hpp"
#include "cloud/adapters/sql/sqlite/sqlite.hpp"
#include "cloud/adapters/sql/test_database.hpp"
#include "cloud/adapters/sql/testing/private_postgres.hpp"

namespace pf {
namespace {

constexpr UnixTime now{1'700'000'000'000};

std::string empty_postgres() {
  if (!tests_use_postgres()) return "";
  auto& server = PrivatePostgres::instance();
  return server.address_of(server.make_empty());
}

class Migrations : public testing::Test {
 protected:
  void migrate_to(std::vector<Migration> migrations) {
    SeededRandom random(++seed_);
    if (tests_use_postgres()) {
      migrate_postgres(address_, migrations, now, random);
    } else {
      migrate_sqlite(file_, migrations, now, random, SqliteDurability::off);
    }
  }
  std::string refusal(std::vector<Migration> migrations) {
    try {
      migrate_to(std::move(migrations));
    } catch (const MigrationRefused& refused) {
      return refused.what();
    }
    return "";
  }
  std::vector<SqlRow> query(std::string_view sql, const std::vector<SqlValue>& values = {}) {
    const auto ask = [&](Database& database) {
      return database.writing([&](Transaction& db) { return db.query(sql, values); });
    };
    if (tests_use_postgres()) {
      Postgres database(address_);
      return ask(database);
    }
    Sqlite database(file_, {.durability = SqliteDurability::off});
    return ask(database);
  }

  TemporaryFolder folder_;
  const std::string file_ = folder_.file("farm.db");
  const std::string address_ = empty_postgres();
  std::atomic<std::uint64_t> seed_ = 0;
  const Migration first_{1, "0001_first.sql",
                         "CREATE TABLE store_meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);"};
  const Migration second_{2, "0002_second.sql", "CREATE TABLE later (content {bytes} NOT NULL)"};
};

TEST_F(Migrations, ApplyInOrderAndOnce) {
  migrate_to({first_});
  const auto incarnation = query("SELECT value FROM store_meta");
  migrate_to({first_, second_});
  migrate_to({first_, second_});
  EXPECT_EQ(query("SELECT number, name FROM schema_migrations ORDER BY number"),
            (std::vector<SqlRow>{{std::int64_t{1}, "0001_first.sql"},
                                 {std::int64_t{2}, "0002_second.sql"}}));
  EXPECT_EQ(query("SELECT value FROM store_meta WHERE key = 'store_incarnation'"), incarnation);
  EXPECT_EQ(std::get<std::string>(incarnation.at(0).at(0)).size(), 36u);
  const SqlValue bytes = Blob{std::string("\0\xff", 2)};
  EXPECT_EQ(query("INSERT INTO later (content) VALUES ($1) RETURNING content", {bytes}),
            (std::vector<SqlRow>{{bytes}}));
}

TEST_F(Migrations, RefuseOneThatWasChangedAfterItWasApplied) {
  migrate_to({first_, second_});
  auto changed = second_;
  changed.sql = "CREATE TABLE later (content {bytes})";
  EXPECT_NE(refusal({first_, changed}).find("0002_second.sql has changed"), std::string::npos);
}

TEST_F(Migrations, RefuseADatabaseOfANewerProgram) {
  migrate_to({first_, second_});
  EXPECT_NE(refusal({first_}).find("newer version"), std::string::npos);
}

TEST_F(Migrations, LeaveNothingBehindWhenOneFails) {
  migrate_to({first_});
  const Migration broken{2, "0002_broken.sql", "CREATE TABLE half (a TEXT); CREATE TABEL x (b)"};
  EXPECT_THROW(migrate_to({first_, broken}), DatabaseError);
  EXPECT_THROW(query("SELECT 1 FROM half"), DatabaseError);
  EXPECT_EQ(query("SELECT number FROM schema_migrations").size(), 1u);
}

TEST_F(Migrations, OfServersThatStartAtOnceTakeTurns) {
  constexpr int servers = 4;
  std::latch all_are_here(servers);
  std::vector<std::thread> threads;
  for (int server = 0; server < servers; ++server) {
    threads.emplace_back([&] {
      all_are_here.arrive_and_wait();
      EXPECT_NO_THROW(migrate_to({first_, second_}));
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(query("SELECT number FROM schema_migrations").size(), 2u);
  EXPECT_EQ(query("SELECT value FROM store_meta").size(), 1u);
}

TEST(SqliteMigrations, RefuseAFileThatIsNoDatabase) {
  TemporaryFolder folder;
  const auto path = folder.file("farm.db");
  FILE* file = fopen(path.c_str(), "w");
  fputs("this is not a database, but it is long enough to be looked at as one", file);
  fclose(file);
  SeededRandom random(1);
  EXPECT_THROW(migrate_sqlite(path, embedded_migrations(), now, random), DatabaseError);
}

TEST(EmbeddedMigrations, AreNumberedInOrderAndMakeTheTables) {
  int number = 0;
  for (const auto& migration : embedded_migrations()) {
    EXPECT_GT(migration.number, number) << migration.name;
    number = migration.number;
    EXPECT_TRUE(migration.name.ends_with(".sql"));
  }
  TestDatabase database;
  EXPECT_EQ(database.query("SELECT 1 FROM store_meta WHERE key = 'store_incarnation'").size(), 1u);
  EXPECT_TRUE(database.query("SELECT id FROM print_jobs").empty());
}

struct Split {
  std::string_view sql;
  std::vector<std::string> statements;
};

TEST(SplitStatements, RespectsCommentsAndQuotes) {
  const Split table[] = {
      {"", {}},
      {" ;; \n -- only; a comment", {}},
      {"A;B", {"A", "B"}},
      {"A; B;", {"A", " B"}},
      {"A 'x;y' ; B", {"A 'x;y' ", " B"}},
      {"A 'it''s; one' ; B", {"A 'it''s; one' ", " B"}},
      {"A \"odd;name\";B", {"A \"odd;name\"", "B"}},
      {"A '-- no comment' ;B", {"A '-- no comment' ", "B"}},
      {"A, -- it's; not the end\nB;C", {"A, \nB", "C"}},
      {"A /* ; ' */ B;C", {"A \n B", "C"}},
      {"A - B / C;", {"A - B / C"}},
      {"A 'never closed; B", {"A 'never closed; B"}},
  };
  for (const auto& row : table) EXPECT_EQ(split_statements(row.sql), row.statements) << row.sql;
}

}  // namespace
}  // namespace pf
