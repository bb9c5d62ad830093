#include "cloud/adapters/sql/postgres/failure.hpp"

#include "cloud/adapters/sql/postgres/connection.hpp"

namespace pf {
namespace {

// The columns of "Key (tenant_id, name)=(...) already exists."
std::string_view columns_of(std::string_view detail) {
  const auto begin = detail.find('(');
  const auto end = detail.find(")=(");
  if (begin == std::string_view::npos || end == std::string_view::npos || end < begin) return {};
  return detail.substr(begin + 1, end - begin - 1);
}

// Appendix A of PostgreSQL's manual. By class: the server's resources are used up, an operator
// intervenes, its disk or system fails, the connection is in trouble.
bool is_passing(std::string_view state) {
  for (const std::string_view prefix : {"08", "53", "57", "58"}) {
    if (state.starts_with(prefix)) return state != "08P01";  // Our own mistake in the protocol.
  }
  return state == "55P03";  // A lock was not to be had in time.
}

}  // namespace

void throw_failure(const PostgresComplaint& complaint) {
  const std::string says = one_line(complaint.says);
  const auto state = complaint.state;
  if (state == "23505") {
    const auto columns = columns_of(complaint.detail);
    throw UniqueViolation(columns.empty() ? says : says + " (" + std::string(columns) + ")");
  }
  if (state == "40001" || state == "40P01") throw PostgresConflict(says);
  if (state == "53100") throw DatabaseUnavailable("The database's disk is full: " + says);
  if (is_passing(state)) throw DatabaseUnavailable("The database cannot be used now: " + says);
  throw DatabaseError(says + " (" + std::string(state) + ")");
}

std::string one_line(std::string_view text) {
  std::string line;
  for (const char c : text) line += c == '\n' || c == '\r' ? ' ' : c;
  const auto begin = line.find_first_not_of(' ');
  const auto end = line.find_last_not_of(' ');
  return begin == std::string::npos ? "" : line.substr(begin, end - begin + 1);
}

}  // namespace pf
