// Numbered changes of the tables, applied once each and in order. The .sql files of
// cloud/main/migrations are embedded into the program, so that it needs no source tree beside it.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.hpp"
#include "base/time.hpp"
#include "cloud/adapters/sql/sqlite/connection.hpp"
#include "cloud/ports/database.hpp"

namespace pf {

struct Migration {
  int number = 0;
  std::string_view name;  // "0001_spine.sql"
  std::string_view sql;
};

// The database and this program do not fit together; what() says it to the operator.
class MigrationRefused : public DatabaseError {
 public:
  using DatabaseError::DatabaseError;
};

// Of this program, by number from 1.
std::span<const Migration> embedded_migrations();

// The statements between semicolons. Knows comments (-- and /* */) and quotes, not triggers.
std::vector<std::string> split_statements(std::string_view sql);

// Applies what is missing, inside the caller's exclusive transaction. {bytes} in a migration
// becomes bytes_type. After the first one the store gets its incarnation: another one means another
// store, even where its ids look alike (a restored backup).
void migrate(Transaction& db, std::span<const Migration> migrations, std::string_view bytes_type,
             UnixTime now, Random& random);

// The same for a PostgreSQL database. Servers that start at once take turns.
void migrate_postgres(const std::string& address, std::span<const Migration> migrations,
                      UnixTime now, Random& random);

// The same for a SQLite file, alone with it. Throws DatabaseUnavailable or MigrationRefused.
void migrate_sqlite(const std::string& file, std::span<const Migration> migrations, UnixTime now,
                    Random& random, SqliteDurability durability = SqliteDurability::full);

}  // namespace pf
