// SqlValue to libpq's parameters, and libpq's results back to the kinds of SqlValue that SQLite
// gives.
#pragma once
#include <string>
#include <vector>

#include "cloud/ports/database.hpp"

namespace pf {

// The array that libpq wants. Everything goes as text and the server infers each parameter's type
// from its place in the statement, so that one text of SQL is one prepared statement, whichever of
// its values are NULL, and no value is taken for one of another type. Points into the values, which
// must outlive it.
class PostgresParameters {
 public:
  // Throws DatabaseError for what PostgreSQL cannot store (text with a NUL inside).
  explicit PostgresParameters(const std::vector<SqlValue>& values);
  PostgresParameters(const PostgresParameters&) = delete;
  PostgresParameters& operator=(const PostgresParameters&) = delete;

  int count() const { return static_cast<int>(pointers_.size()); }
  const char* const* pointers() const { return pointers_.data(); }

 private:
  void add(const SqlValue& value);
  void add_copy(std::string text);

  std::vector<std::string> copies_;
  std::vector<const char*> pointers_;
};

// Of a result in text format. Whole numbers and booleans become int64, fractions double, bytea a
// Blob. `type` is the column's type number (Oid).
SqlValue postgres_value(unsigned type, std::string_view text);

}  // namespace pf
