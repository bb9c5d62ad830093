#include "cloud/adapters/sql/migrations.hpp"

#include "cloud/adapters/sql/postgres/connection.hpp"
#include "cloud/adapters/sql/postgres/row_security.hpp"
#include "crypto/hash.hpp"

namespace pf {
namespace {

// For the turn of another server, and for each statement: a large table takes its time.
constexpr Minutes postgres_patience{30};
// Any number that no other program is likely to lock.
constexpr std::int64_t postgres_turn = 0x7072696e74666172;

// The end of the comment or quoted text that starts at `at`; `at` itself where none does.
std::size_t skipped(std::string_view sql, std::size_t at) {
  const auto after = [&](std::size_t found, std::size_t length) {
    return found == std::string_view::npos ? sql.size() : found + length;
  };
  const auto rest = sql.substr(at);
  if (rest.starts_with("--")) return after(sql.find('\n', at), 1);
  if (rest.starts_with("/*")) return after(sql.find("*/", at + 2), 2);
  // A doubled quote inside quotes ends one text and begins the next, which comes to the same.
  if (rest.starts_with('\'') || rest.starts_with('"')) return after(sql.find(sql[at], at + 1), 1);
  return at;
}

std::string with_bytes_type(std::string_view sql, std::string_view bytes_type) {
  constexpr std::string_view placeholder = "{bytes}";
  std::string text(sql);
  for (auto at = text.find(placeholder); at != std::string::npos;
       at = text.find(placeholder, at + bytes_type.size())) {
    text.replace(at, placeholder.size(), bytes_type);
  }
  return text;
}

// Throws unless what was applied is a beginning of what this program knows. Gives its length.
std::size_t applied_count(Transaction& db, std::span<const Migration> migrations) {
  const auto rows =
      db.query("SELECT number, name, checksum FROM schema_migrations ORDER BY number", {});
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto& name = std::get<std::string>(rows[i][1]);
    if (i >= migrations.size()) {
      throw MigrationRefused(
          "The database was last used by a newer version of this program (it has "
          "migration " +
          name + "). Start that version, or restore a backup.");
    }
    if (std::get<std::int64_t>(rows[i][0]) != migrations[i].number ||
        std::get<std::string>(rows[i][2]) != crypto::sha256_hex(migrations[i].sql)) {
      throw MigrationRefused("Migration " + name +
                             " has changed since it was applied to this "
                             "database. Start the version that made the database, or begin with "
                             "an empty one.");
    }
  }
  return rows.size();
}

void apply(Transaction& db, const Migration& migration, std::string_view bytes_type, UnixTime now) {
  for (const auto& statement : split_statements(with_bytes_type(migration.sql, bytes_type))) {
    db.execute(statement, {});
  }
  db.execute(
      "INSERT INTO schema_migrations (number, name, checksum, applied_at) VALUES ($1, $2, $3, $4)",
      {std::int64_t{migration.number}, std::string(migration.name),
       crypto::sha256_hex(migration.sql), now.milliseconds});
}

}  // namespace

std::vector<std::string> split_statements(std::string_view sql) {
  std::vector<std::string> statements;
  std::string statement;
  bool has_words = false;  // Not only space and comments.
  const auto finish = [&] {
    if (has_words) statements.push_back(statement);
    statement.clear();
    has_words = false;
  };
  for (std::size_t at = 0; at < sql.size();) {
    const auto end = skipped(sql, at);
    if (end == at && sql[at] == ';') {
      finish();
      ++at;
      continue;
    }
    const bool is_comment = end != at && (sql[at] == '-' || sql[at] == '/');
    const auto piece = sql.substr(at, end == at ? 1 : end - at);
    if (!is_comment && piece.find_first_not_of(" \t\r\n") != std::string_view::npos) {
      has_words = true;
    }
    if (is_comment) {
      statement += '\n';  // Still separates the words around it.
    } else {
      statement += piece;
    }
    at += piece.size();
  }
  finish();
  return statements;
}

void migrate(Transaction& db, std::span<const Migration> migrations, std::string_view bytes_type,
             UnixTime now, Random& random) {
  db.execute(
      "CREATE TABLE IF NOT EXISTS schema_migrations (number BIGINT PRIMARY KEY, "
      "name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)",
      {});
  for (const auto& migration : migrations.subspan(applied_count(db, migrations))) {
    apply(db, migration, bytes_type, now);
    if (migration.number == 1) {
      db.execute("INSERT INTO store_meta (key, value) VALUES ('store_incarnation', $1)",
                 {uuid4(random)});
    }
  }
}

void migrate_postgres(const std::string& address, std::span<const Migration> migrations,
                      UnixTime now, Random& random) {
  PostgresConnection connection(address, postgres_patience);
  // Each statement sees what was committed before it, and so what another server did in its turn.
  connection.begin("BEGIN ISOLATION LEVEL READ COMMITTED");
  try {
    connection.query("SELECT pg_advisory_xact_lock($1)", {postgres_turn});
    migrate(connection, migrations, "BYTEA", now, random);
    secure_rows(connection);
    connection.commit();
  } catch (...) {
    connection.roll_back();
    throw;
  }
}

void migrate_sqlite(const std::string& file, std::span<const Migration> migrations, UnixTime now,
                    Random& random, SqliteDurability durability) {
  SqliteConnection connection(file, SqliteAccess::write, durability);
  connection.control("BEGIN EXCLUSIVE");
  try {
    migrate(connection, migrations, "BLOB", now, random);
    connection.control("COMMIT");
  } catch (...) {
    connection.roll_back();
    throw;
  }
}

}  // namespace pf
