#include "cloud/adapters/sql/test_database.hpp"

#include "cloud/adapters/sql/migrations.hpp"
#include "cloud/adapters/sql/postgres/postgres.hpp"
#include "cloud/adapters/sql/sqlite/sqlite.hpp"
#include "cloud/adapters/sql/testing/private_postgres.hpp"

namespace pf {

class TestDatabase::Engine {
 public:
  virtual ~Engine() = default;
  virtual Database& database() = 0;
};

namespace {

struct TakenBack {};

class SqliteEngine final : public TestDatabase::Engine {
 public:
  explicit SqliteEngine(TestDatabase::Tables tables)
      : database_(file(tables), {.durability = SqliteDurability::off}) {}
  Database& database() override { return database_; }

 private:
  std::string file(TestDatabase::Tables tables) const {
    auto path = folder_.file("test.db");
    if (tables == TestDatabase::Tables::none) return path;
    SeededRandom random(1);
    migrate_sqlite(path, embedded_migrations(), {1'700'000'000'000}, random, SqliteDurability::off);
    return path;
  }

  TemporaryFolder folder_;  // First: it outlives the database.
  Sqlite database_;
};

class PostgresEngine final : public TestDatabase::Engine {
 public:
  explicit PostgresEngine(TestDatabase::Tables tables)
      : is_lent_(tables == TestDatabase::Tables::migrated),
        name_(is_lent_ ? server_.lend_migrated() : server_.make_empty()),
        database_(server_.address_of(name_), {.connections_max = 8}) {}
  ~PostgresEngine() override {
    if (is_lent_) server_.give_back(name_);
  }
  Database& database() override { return database_; }

 private:
  PrivatePostgres& server_ = PrivatePostgres::instance();
  const bool is_lent_;
  const std::string name_;
  Postgres database_;
};

}  // namespace

TestDatabase::TestDatabase(Tables tables) {
  if (tests_use_postgres()) {
    engine_ = std::make_unique<PostgresEngine>(tables);
  } else {
    engine_ = std::make_unique<SqliteEngine>(tables);
  }
}

TestDatabase::~TestDatabase() = default;

void TestDatabase::read(const std::function<void(Transaction&)>& work) {
  ++transactions_;
  engine_->database().read(work);
}

void TestDatabase::write(const std::function<void(Transaction&)>& work) {
  ++transactions_;
  try {
    engine_->database().write([&](Transaction& db) {
      work(db);
      throw TakenBack{};
    });
  } catch (const TakenBack&) {
    engine_->database().write(work);
  }
}

void TestDatabase::confine_this_thread(std::string_view tenant) {
  engine_->database().confine_this_thread(tenant);
}

void TestDatabase::release_this_thread() { engine_->database().release_this_thread(); }

}  // namespace pf
