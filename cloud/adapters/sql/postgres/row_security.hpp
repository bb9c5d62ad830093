// PostgreSQL's own lock on other organisations' rows, behind the conditions of our statements.
#pragma once
#include "cloud/ports/database.hpp"

namespace pf {

// Gives each table that belongs to tenants its policy, inside the caller's transaction: a confined
// transaction sees and writes the rows of its tenant, one that is not confined (sign-in, a hub's
// session, the schedule) those that its statements name. Made from what the tables are, so that
// none of a later migration is forgotten. Doing it again changes nothing.
void secure_rows(Transaction& db);

}  // namespace pf
