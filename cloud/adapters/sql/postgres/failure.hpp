// What a server's complaint means for the caller.
#pragma once
#include <string>
#include <string_view>

#include "cloud/ports/database.hpp"

namespace pf {

struct PostgresComplaint {
  std::string_view state;  // SQLSTATE, five characters.
  std::string_view says, detail;
};

// Throws UniqueViolation, PostgresConflict, DatabaseUnavailable or DatabaseError. The detail holds
// stored values and is not repeated.
[[noreturn]] void throw_failure(const PostgresComplaint& complaint);

// Without line breaks and the space around it.
std::string one_line(std::string_view text);

}  // namespace pf
