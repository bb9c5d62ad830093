// What only PostgreSQL does: transactions that meet, connections that break.
#include "cloud/adapters/sql/postgres/postgres.hpp"

#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <latch>
#include <thread>

#include "cloud/adapters/sql/testing/private_postgres.hpp"

namespace pf {
namespace {

constexpr int threads = 8;

std::int64_t number(Transaction& db, std::string_view sql) {
  return std::get<std::int64_t>(db.query(sql, {}).at(0).at(0));
}

class PostgresTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!tests_use_postgres()) GTEST_SKIP() << "PF_TEST_DATABASE=postgres runs these.";
    auto& server = PrivatePostgres::instance();
    name_ = server.make_empty();
    address_ = server.address_of(name_);
    database_.emplace(address_, Postgres::Limits{.connections_max = threads});
    execute("CREATE TABLE things (id BIGINT PRIMARY KEY, name TEXT, amount BIGINT)");
  }

  std::int64_t execute(std::string_view sql, const std::vector<SqlValue>& values = {}) {
    return database_->writing([&](Transaction& db) { return db.execute(sql, values); });
  }
  std::vector<SqlRow> query(std::string_view sql, const std::vector<SqlValue>& values = {}) {
    return database_->reading([&](Transaction& db) { return db.query(sql, values); });
  }
  std::int64_t count() {
    return database_->reading(
        [](Transaction& db) { return number(db, "SELECT count(*) FROM things"); });
  }
  // All at once, as near as a latch can bring them.
  template <class Work>
  static void together(Work work) {
    std::latch all_are_here(threads);
    std::vector<std::thread> workers;
    for (int worker = 0; worker < threads; ++worker) {
      workers.emplace_back([&, worker] {
        all_are_here.arrive_and_wait();
        work(worker);
      });
    }
    for (auto& worker : workers) worker.join();
  }
  void end_all_connections() {
    PrivatePostgres::instance().run_as_superuser(
        "postgres",
        {"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + name_ + "'"});
  }

  std::string name_, address_;
  std::optional<Postgres> database_;
};

TEST_F(PostgresTest, LosesNoUpdateOfManyThatReadAndWriteTheSameRow) {
  constexpr int rounds = 10;
  execute("INSERT INTO things (id, amount) VALUES (1, 0)");
  together([&](int) {
    for (int round = 0; round < rounds; ++round) {
      database_->write([](Transaction& db) {
        const auto amount = number(db, "SELECT amount FROM things WHERE id = 1");
        db.execute("UPDATE things SET amount = $1 WHERE id = 1", {amount + 1});
      });
    }
  });
  EXPECT_EQ(query("SELECT amount FROM things").at(0).at(0),
            SqlValue(std::int64_t{threads * rounds}));
}

TEST_F(PostgresTest, LetsOnlyOneOfManyDoWhatOnlyOneMay) {
  std::atomic<int> done = 0;
  together([&](int worker) {
    const bool was_first = database_->writing([&](Transaction& db) {
      if (number(db, "SELECT count(*) FROM things WHERE name = 'the one'") > 0) return false;
      db.execute("INSERT INTO things (id, name) VALUES ($1, 'the one')", {std::int64_t{worker}});
      return true;
    });
    if (was_first) ++done;
  });
  EXPECT_EQ(done, 1);
  EXPECT_EQ(count(), 1);
}

TEST_F(PostgresTest, GivesEachOfManyANextPositionOfItsOwn) {
  constexpr int rounds = 5;
  together([&](int) {
    for (int round = 0; round < rounds; ++round) {
      EXPECT_NO_THROW(execute(
          "INSERT INTO things (id) VALUES ((SELECT COALESCE(MAX(id), 0) + 1 FROM things))"));
    }
  });
  EXPECT_EQ(query("SELECT MAX(id) FROM things").at(0).at(0),
            SqlValue(std::int64_t{threads * rounds}));
}

TEST_F(PostgresTest, UndoesADeadlock) {
  execute("INSERT INTO things (id, amount) VALUES (1, 0), (2, 0)");
  together([&](int worker) {
    const std::int64_t first = 1 + worker % 2;
    database_->write([&](Transaction& db) {
      for (const auto id : {first, 3 - first}) {
        db.execute("UPDATE things SET amount = amount + 1 WHERE id = $1", {id});
      }
    });
  });
  EXPECT_EQ(query("SELECT amount FROM things"),
            (std::vector<SqlRow>{{std::int64_t{threads}}, {std::int64_t{threads}}}));
}

TEST_F(PostgresTest, RunsAgainEvenWhatHidItsConflictBehindAnExceptionOfItsOwn) {
  execute("INSERT INTO things (id, amount) VALUES (1, 0)");
  int runs = 0;
  database_->write([&](Transaction& db) {
    ++runs;
    number(db, "SELECT amount FROM things WHERE id = 1");
    if (runs == 1)
      std::thread([&] { execute("UPDATE things SET amount = 1 WHERE id = 1"); }).join();
    try {
      db.execute("UPDATE things SET amount = amount + 1 WHERE id = 1", {});
    } catch (const DatabaseError&) {
      throw 42;
    }
  });
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(query("SELECT amount FROM things").at(0).at(0), SqlValue(std::int64_t{2}));
}

TEST_F(PostgresTest, ARealViolationIsToldAfterTheSecondRun) {
  int runs = 0;
  execute("INSERT INTO things (id) VALUES (1)");
  EXPECT_THROW(database_->write([&](Transaction& db) {
    ++runs;
    db.execute("INSERT INTO things (id) VALUES (1)", {});
  }),
               UniqueViolation);
  EXPECT_EQ(runs, 2);
}

TEST_F(PostgresTest, RunsAgainWhenTheConnectionBreaksBeforeTheCommit) {
  int runs = 0;
  const auto insert = [&](Transaction& db) {
    db.execute("INSERT INTO things (id) VALUES (1)", {});
    if (++runs == 1) end_all_connections();
    db.execute("INSERT INTO things (id) VALUES (2)", {});
  };
  database_->write(insert);
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(count(), 2);
}

TEST_F(PostgresTest, ForgetsTheConnectionsOfAServerThatWentAway) {
  together(
      [&](int worker) { execute("INSERT INTO things (id) VALUES ($1)", {std::int64_t{worker}}); });
  end_all_connections();
  EXPECT_EQ(count(), threads);
  end_all_connections();
  EXPECT_EQ(execute("DELETE FROM things"), threads);
}

TEST_F(PostgresTest, SaysSoWhenNobodyKnowsWhetherTheCommitWasKept) {
  execute(
      "CREATE FUNCTION end_me() RETURNS trigger LANGUAGE plpgsql AS "
      "$$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$");
  execute(
      "CREATE CONSTRAINT TRIGGER breaks_commits AFTER INSERT ON things DEFERRABLE INITIALLY "
      "DEFERRED FOR EACH ROW EXECUTE FUNCTION end_me()");
  int runs = 0;
  EXPECT_THROW(database_->write([&](Transaction& db) {
    ++runs;
    db.execute("INSERT INTO things (id) VALUES (1)", {});
  }),
               OutcomeUnknown);
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(count(), 0);
}

TEST_F(PostgresTest, ACommitThatTheServerRefusesIsNotUnknown) {
  execute(
      "CREATE TABLE parts (thing_id BIGINT REFERENCES things (id) DEFERRABLE INITIALLY DEFERRED)");
  try {
    execute("INSERT INTO parts (thing_id) VALUES (7)");
    ADD_FAILURE();
  } catch (const OutcomeUnknown& error) {
    ADD_FAILURE() << error.what();
  } catch (const DatabaseError&) {
  }
  EXPECT_EQ(query("SELECT 1 FROM parts").size(), 0u);
}

TEST_F(PostgresTest, DoesNotWaitForeverForAServerThatSaysNothing) {
  Postgres impatient(address_, {.answer_patience = Milliseconds{2'000}});
  pid_t frozen = 0;
  impatient.read([&](Transaction& db) {
    const auto own = static_cast<pid_t>(number(db, "SELECT pg_backend_pid()"));
    if (frozen == 0) {
      frozen = own;
      kill(frozen, SIGSTOP);
    }
    number(db, "SELECT count(*) FROM things");
  });
  kill(frozen, SIGCONT);
}

TEST_F(PostgresTest, EndsAStatementThatTakesTooLong) {
  Postgres impatient(address_, {.answer_patience = Milliseconds{200}});
  const auto slow = [](Transaction& db) { db.query("SELECT 1 FROM pg_sleep(600)", {}); };
  EXPECT_THROW(impatient.read(slow), DatabaseUnavailable);
}

TEST_F(PostgresTest, RefusesMoreAtOnceThanItHasConnections) {
  Postgres small(address_, {.connections_max = 1, .free_patience = Milliseconds{10}});
  const auto nothing = [](Transaction&) {};
  small.read([&](Transaction&) {
    std::thread([&] { EXPECT_THROW(small.read(nothing), DatabaseUnavailable); }).join();
  });
  EXPECT_NO_THROW(small.read(nothing));
}

TEST_F(PostgresTest, KeepsMoreStatementsThanAConnectionRemembers) {
  database_->write([](Transaction& db) {
    for (int i = 0; i < 1'100; ++i) {
      EXPECT_EQ(number(db, "SELECT " + std::to_string(i % 600)), i % 600);
    }
  });
}

TEST_F(PostgresTest, RefusesValuesThatItCannotKeepAsTheyAre) {
  const std::vector<SqlValue> table[] = {
      {std::int64_t{1}, std::string("a\0b", 3)},  // Would be cut at the NUL.
      {std::int64_t{1}, std::string("\xff")},     // Not UTF-8.
      {1.5, "a"},
      {"one", "a"},
      {Blob{"12345678"}, "a"},
      {"9223372036854775808", "a"},
  };
  for (const auto& values : table) {
    try {
      execute("INSERT INTO things (id, name) VALUES ($1, $2)", values);
      ADD_FAILURE() << "one of them was stored";
    } catch (const DatabaseUnavailable& error) {
      ADD_FAILURE() << error.what();
    } catch (const DatabaseError&) {
    }
  }
  EXPECT_EQ(count(), 0);
}

TEST_F(PostgresTest, SaysWhyItCannotConnectWithoutThePassword) {
  const std::string addresses[] = {
      "postgres://farm:hunter2@127.0.0.1:1/farm",
      "postgres://farm:hunter2@/farm?host=/nowhere",
      "postgres://farm:hunter2@127.0.0.1:port/farm",
      "postgres://farm:hunt er2@/farm?no_such_setting=1",
      "postgres://nobody_here:hunter2@/farm?host=" + address_.substr(address_.find("host=") + 5),
  };
  for (const auto& address : addresses) {
    Postgres database(address);
    try {
      database.read([](Transaction&) {});
      ADD_FAILURE() << address;
    } catch (const DatabaseError& error) {
      const std::string says = error.what();
      EXPECT_EQ(says.find("hunt"), std::string::npos) << says;
      EXPECT_EQ(says.find('\n'), std::string::npos) << says;
      EXPECT_GT(says.size(), 20u);
    }
  }
}

}  // namespace
}  // namespace pf
