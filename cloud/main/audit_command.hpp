// `printfarm audit verify`: walks every organisation's chain of the audit log, so that whoever runs
// the server (or judges it) can tell that nobody has changed or removed an entry.
#pragma once

#include "cloud/ports/database.hpp"

namespace pf {

int run_audit_verify(int argc, const char* const* argv);

// Prints a line per organisation; false when a chain is broken.
bool verify_audit_logs(Database& database);

}  // namespace pf
