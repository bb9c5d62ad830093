#include "cloud/adapters/sql/sqlite/sqlite.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <latch>
#include <stdexcept>
#include <thread>

#include "cloud/adapters/sql/testing/temporary_folder.hpp"

namespace pf {
namespace {

class SqliteTest : public testing::Test {
 protected:
  SqliteTest() {
    execute(
        "CREATE TABLE things (id BIGINT PRIMARY KEY, name TEXT UNIQUE, weight DOUBLE PRECISION, "
        "content BLOB, state TEXT)");
    execute("CREATE UNIQUE INDEX things_one_open ON things (state) WHERE state = 'open'");
    execute(
        "CREATE TABLE parts (id BIGINT PRIMARY KEY, thing_id BIGINT NOT NULL REFERENCES things "
        "(id) ON DELETE CASCADE)");
  }

  std::int64_t execute(std::string_view sql, const std::vector<SqlValue>& values = {}) {
    return database_.writing([&](Transaction& db) { return db.execute(sql, values); });
  }
  std::vector<SqlRow> query(std::string_view sql, const std::vector<SqlValue>& values = {}) {
    return database_.reading([&](Transaction& db) { return db.query(sql, values); });
  }
  std::int64_t things() {
    return std::get<std::int64_t>(query("SELECT count(*) FROM things").at(0).at(0));
  }
  static void insert(Transaction& db, std::int64_t id) {
    db.execute("INSERT INTO things (id) VALUES ($1)", {id});
  }

  TemporaryFolder folder_;
  Sqlite database_{folder_.file("things.db"), {.durability = SqliteDurability::off}};
};

// Holds the writer inside one transaction until the given number of others wait, so that they form
// one group.
class SqliteGroup : public SqliteTest {
 protected:
  using Work = std::function<void(Transaction&)>;

  // What each of them threw.
  std::vector<std::exception_ptr> commit_together(const std::vector<Work>& works) {
    std::vector<std::exception_ptr> failures(works.size());
    std::latch others_wait(1), holder_runs(1);
    std::thread holder([&] {
      database_.write([&](Transaction&) {
        holder_runs.count_down();
        others_wait.wait();
      });
    });
    holder_runs.wait();
    std::vector<std::thread> callers;
    for (std::size_t i = 0; i < works.size(); ++i) {
      callers.emplace_back([&, i] {
        try {
          database_.write(works[i]);
        } catch (...) {
          failures[i] = std::current_exception();
        }
      });
      wait_for(i + 1);  // One by one, so that their order is known.
    }
    commits_before_ = database_.figures().commits;
    others_wait.count_down();
    holder.join();
    for (auto& caller : callers) caller.join();
    return failures;
  }
  // Without the holder's own.
  std::uint64_t commits() const { return database_.figures().commits - commits_before_ - 1; }

  template <class Error>
  static bool is(const std::exception_ptr& failure) {
    try {
      if (failure) std::rethrow_exception(failure);
    } catch (const Error&) {
      return true;
    } catch (...) {
    }
    return false;
  }

 private:
  void wait_for(std::size_t waiting) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (database_.figures().waiting < waiting) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline);
      std::this_thread::yield();
    }
  }
  std::uint64_t commits_before_ = 0;
};

TEST_F(SqliteGroup, SharesOneCommitAndOneFailureIsNobodyElses) {
  const auto failures = commit_together({
      [](Transaction& db) { insert(db, 1); },
      [](Transaction& db) {
        insert(db, 2);
        throw std::runtime_error("changed my mind");
      },
      [](Transaction& db) {
        insert(db, 3);
        insert(db, 1);
      },
      [](Transaction& db) { insert(db, 4); },
  });
  EXPECT_EQ(commits(), 1u);
  EXPECT_FALSE(failures[0]);
  EXPECT_TRUE(is<std::runtime_error>(failures[1]));
  EXPECT_TRUE(is<UniqueViolation>(failures[2]));
  EXPECT_FALSE(failures[3]);
  EXPECT_EQ(query("SELECT id FROM things ORDER BY id"),
            (std::vector<SqlRow>{{std::int64_t{1}}, {std::int64_t{4}}}));
}

TEST_F(SqliteGroup, LaterOnesSeeWhatEarlierOnesWrote) {
  std::int64_t seen = -1;
  commit_together({[](Transaction& db) { insert(db, 1); },
                   [&](Transaction& db) {
                     seen = static_cast<std::int64_t>(db.query("SELECT id FROM things", {}).size());
                   }});
  EXPECT_EQ(seen, 1);
}

TEST_F(SqliteGroup, AFailedCommitFailsAllAndKeepsNothing) {
  const Work ends_badly = [](Transaction& db) {
    db.execute("PRAGMA defer_foreign_keys = ON", {});
    db.execute("INSERT INTO parts (id, thing_id) VALUES (1, 7)", {});
  };
  const auto failures = commit_together(
      {[](Transaction& db) { insert(db, 1); }, ends_badly, [](Transaction& db) { insert(db, 2); }});
  for (const auto& failure : failures) EXPECT_TRUE(is<DatabaseError>(failure));
  EXPECT_EQ(things(), 0);
  database_.write([](Transaction& db) { insert(db, 3); });
  EXPECT_EQ(things(), 1);
}

TEST_F(SqliteGroup, AFullDiskFailsTheHugeOneOnly) {
  execute("PRAGMA max_page_count = 64");
  const Work huge = [](Transaction& db) {
    db.execute("INSERT INTO things (id, content) VALUES (100, $1)",
               {Blob{std::string(1 << 20, 'x')}});
  };
  const auto failures = commit_together(
      {[](Transaction& db) { insert(db, 1); }, huge, [](Transaction& db) { insert(db, 2); }});
  EXPECT_FALSE(failures[0]);
  EXPECT_TRUE(is<DatabaseUnavailable>(failures[1]));
  EXPECT_FALSE(failures[2]);
  EXPECT_EQ(things(), 2);
}

TEST_F(SqliteGroup, AFullDiskThatIsOverlookedCommitsNothingBehindTheTransactionsBack) {
  execute("PRAGMA max_page_count = 64");
  const Work careless = [](Transaction& db) {
    insert(db, 1);
    try {
      db.execute("INSERT INTO things (id, content) VALUES (2, $1)",
                 {Blob{std::string(1 << 20, 'x')}});
    } catch (const DatabaseError&) {
    }
    insert(db, 3);
  };
  const auto failures = commit_together({careless, [](Transaction& db) { insert(db, 4); }});
  EXPECT_TRUE(is<DatabaseUnavailable>(failures[0]));
  EXPECT_FALSE(failures[1]);
  EXPECT_EQ(query("SELECT id FROM things"), (std::vector<SqlRow>{{std::int64_t{4}}}));
}

TEST_F(SqliteTest, IsUsableAgainWhenTheDiskHasRoomAgain) {
  execute("PRAGMA max_page_count = 16");
  EXPECT_THROW(
      {
        for (std::int64_t id = 0; id < 100; ++id) {
          execute("INSERT INTO things (id, content) VALUES ($1, $2)",
                  {id, Blob{std::string(4096, 'x')}});
        }
      },
      DatabaseUnavailable);
  const auto kept = things();
  execute("PRAGMA max_page_count = 100000");
  execute("INSERT INTO things (id, content) VALUES (1000, $1)", {Blob{std::string(1 << 20, 'x')}});
  EXPECT_EQ(things(), kept + 1);
}

TEST_F(SqliteTest, AWriterLockedOutByAnotherProgramIsUnavailableNotWrong) {
  SqliteConnection other(folder_.file("things.db"), SqliteAccess::write, SqliteDurability::off);
  SqliteConnection impatient(folder_.file("things.db"), SqliteAccess::write, SqliteDurability::off);
  impatient.control("PRAGMA busy_timeout = 0");
  other.control("BEGIN IMMEDIATE");
  EXPECT_THROW(impatient.control("BEGIN IMMEDIATE"), DatabaseUnavailable);
  other.roll_back();
  EXPECT_NO_THROW(impatient.control("BEGIN IMMEDIATE"));
}

TEST(SqliteFile, ThatCannotBeOpenedIsUnavailable) {
  TemporaryFolder folder;
  EXPECT_THROW(Sqlite(folder.file("no/such/folder.db")), DatabaseUnavailable);
}

TEST(SqliteFile, KeepsItsRowsWhenClosedAndOpened) {
  TemporaryFolder folder;
  {
    Sqlite database(folder.file("a.db"));
    database.write([](Transaction& db) { db.execute("CREATE TABLE t (a BIGINT)", {}); });
    database.write([](Transaction& db) { db.execute("INSERT INTO t VALUES (1)", {}); });
  }
  Sqlite database(folder.file("a.db"));
  EXPECT_EQ(database.reading([](Transaction& db) { return db.query("SELECT a FROM t", {}); }),
            (std::vector<SqlRow>{{std::int64_t{1}}}));
}

}  // namespace
}  // namespace pf
