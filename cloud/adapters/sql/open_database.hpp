// The engine that the operator chose, with its tables brought up to date.
#pragma once
#include <memory>
#include <string>

#include "base/random.hpp"
#include "base/time.hpp"
#include "cloud/ports/database.hpp"

namespace pf {

struct DatabasePlace {
  std::string postgres_address;  // Empty: SQLite.
  std::string sqlite_file;
};

// Throws DatabaseUnavailable, MigrationRefused or DatabaseError; each says it to the operator.
std::unique_ptr<Database> open_database(const DatabasePlace& place, UnixTime now, Random& random);

}  // namespace pf
