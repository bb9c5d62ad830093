#include "cloud/adapters/sql/open_database.hpp"

#include "cloud/adapters/sql/migrations.hpp"
#include "cloud/adapters/sql/postgres/postgres.hpp"
#include "cloud/adapters/sql/sqlite/sqlite.hpp"

namespace pf {

std::unique_ptr<Database> open_database(const DatabasePlace& place, UnixTime now, Random& random) {
  if (place.postgres_address.empty()) {
    migrate_sqlite(place.sqlite_file, embedded_migrations(), now, random);
    return std::make_unique<Sqlite>(place.sqlite_file);
  }
  migrate_postgres(place.postgres_address, embedded_migrations(), now, random);
  return std::make_unique<Postgres>(place.postgres_address);
}

}  // namespace pf
