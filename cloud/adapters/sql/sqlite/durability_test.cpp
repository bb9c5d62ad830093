// What was acknowledged is there after kill -9, at any moment.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <set>
#include <stdexcept>
#include <thread>

#include "cloud/adapters/sql/sqlite/sqlite.hpp"
#include "cloud/adapters/sql/testing/temporary_folder.hpp"

namespace pf {
namespace {

constexpr int rounds = 5, writers = 4;

// Never returns: writes rows and reports each on the pipe once its commit has returned.
[[noreturn]] void write_until_killed(const std::string& file, std::int64_t first_id, int pipe) {
  Sqlite database(file);
  std::vector<std::thread> threads;
  for (int writer = 0; writer < writers; ++writer) {
    threads.emplace_back([&, writer] {
      for (std::int64_t id = first_id + writer;; id += writers) {
        database.write([&](Transaction& db) {
          db.execute("INSERT INTO heads (id) VALUES ($1)", {id});
          db.execute("INSERT INTO tails (id) VALUES ($1)", {id});
        });
        if (write(pipe, &id, sizeof id) != sizeof id) _exit(1);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  _exit(1);
}

// The ids that a writing process acknowledged before it was killed after `enough` of them.
std::set<std::int64_t> acknowledged_until_killed(const std::string& file, std::int64_t first_id,
                                                 std::size_t enough) {
  int ends[2];
  if (pipe(ends) != 0) throw std::runtime_error("no pipe");
  const auto child = fork();
  if (child == 0) {
    close(ends[0]);
    write_until_killed(file, first_id, ends[1]);
  }
  close(ends[1]);
  std::set<std::int64_t> acknowledged;
  std::int64_t id = 0;
  while (read(ends[0], &id, sizeof id) == sizeof id) {  // To the end: also what was on its way.
    acknowledged.insert(id);
    if (acknowledged.size() == enough) kill(child, SIGKILL);
  }
  close(ends[0]);
  waitpid(child, nullptr, 0);
  return acknowledged;
}

std::set<std::int64_t> stored(Sqlite& database, std::string_view sql) {
  std::set<std::int64_t> ids;
  for (const auto& row : database.reading([&](Transaction& db) { return db.query(sql, {}); })) {
    ids.insert(std::get<std::int64_t>(row.at(0)));
  }
  return ids;
}

TEST(SqliteDurability, NothingAcknowledgedIsLostByKillAndNothingIsHalf) {
  TemporaryFolder folder;
  const auto file = folder.file("killed.db");
  {
    Sqlite database(file);
    database.write([](Transaction& db) {
      db.execute("CREATE TABLE heads (id BIGINT PRIMARY KEY)", {});
      db.execute("CREATE TABLE tails (id BIGINT PRIMARY KEY)", {});
    });
  }
  std::set<std::int64_t> acknowledged;
  for (int round = 0; round < rounds; ++round) {
    const auto enough = static_cast<std::size_t>(20 + round * 37);
    acknowledged.merge(acknowledged_until_killed(file, 1'000'000 * (round + 1), enough));
    Sqlite database(file);
    const auto heads = stored(database, "SELECT id FROM heads");
    EXPECT_TRUE(
        std::includes(heads.begin(), heads.end(), acknowledged.begin(), acknowledged.end()));
    EXPECT_EQ(heads, stored(database, "SELECT id FROM tails"));
    EXPECT_EQ(
        database.reading([](Transaction& db) { return db.query("PRAGMA integrity_check", {}); }),
        (std::vector<SqlRow>{{"ok"}}));
  }
  EXPECT_GE(acknowledged.size(), static_cast<std::size_t>(rounds * 20));
}

}  // namespace
}  // namespace pf
