#include "cloud/adapters/sql/postgres/postgres.hpp"

#include <algorithm>
#include <thread>

namespace pf {
namespace {

constexpr int attempts_max = 14;
constexpr int attempts_when_lost_max = 3;  // Each may have waited with all its patience.
constexpr Milliseconds pause_first{2}, pause_longest{200};

constexpr std::string_view begin_read = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY";
constexpr std::string_view begin_write = "BEGIN ISOLATION LEVEL SERIALIZABLE";

std::string quoted(std::string_view text) {
  std::string literal = "'";
  for (const char c : text) literal.append(c == '\'' ? 2 : 1, c);
  return literal + "'";
}

// Whether the same work may succeed when it is run once more; nothing of it is kept.
//
// A unique index also refuses the loser of a race that a second look would have seen coming (the
// next position in a queue, taken by two at once), so a violation counts only when it comes again.
bool is_worth_another(const std::exception_ptr& failure, int attempt) {
  try {
    std::rethrow_exception(failure);
  } catch (const PostgresConflict&) {
    return attempt < attempts_max;
  } catch (const PostgresConnectionLost&) {
    return attempt < attempts_when_lost_max;
  } catch (const UniqueViolation&) {
    return attempt == 1;
  } catch (...) {
    return false;
  }
}

}  // namespace

void Postgres::read(const Work& work) { run(Access::read, work); }

void Postgres::write(const Work& work) { run(Access::write, work); }

void Postgres::run(Access access, const Work& work) {
  const Nesting::Inside inside(nesting_);
  for (int number = 1; attempt(access, work, number) == Outcome::again; ++number) pause(number);
}

Postgres::Outcome Postgres::attempt(Access access, const Work& work, int number) {
  const auto connection = pool_.take();
  try {
    connection->begin(std::string(access == Access::read ? begin_read : begin_write) +
                      confinement());
    work(*connection);
    if (access == Access::write) {
      connection->commit();
    } else {
      connection->end_reading();
    }
    return Outcome::done;
  } catch (...) {
    connection->roll_back();
    // The work may have caught what ended its transaction and thrown something of its own.
    const auto failure = connection->failure() ? connection->failure() : std::current_exception();
    if (!is_worth_another(failure, number)) throw;
    return Outcome::again;
  }
}

void Postgres::confine_this_thread(std::string_view tenant) {
  const std::lock_guard lock(confined_.mutex);
  confined_.tenants[std::this_thread::get_id()] = tenant;
}

void Postgres::release_this_thread() {
  const std::lock_guard lock(confined_.mutex);
  confined_.tenants.erase(std::this_thread::get_id());
}

// Sent with the BEGIN, so that it costs no round trip. The policies are in row_security.cpp.
std::string Postgres::confinement() {
  const std::lock_guard lock(confined_.mutex);
  const auto found = confined_.tenants.find(std::this_thread::get_id());
  if (found == confined_.tenants.end()) return "";
  return "; SET LOCAL printfarm.tenant = " + quoted(found->second);
}

void Postgres::pause(int number) {
  const auto longest = std::min(pause_longest, pause_first * (1 << std::min(number, 10)));
  const auto chosen = random_.below(static_cast<std::uint64_t>(longest.count()) + 1);
  std::this_thread::sleep_for(Milliseconds{static_cast<std::int64_t>(chosen)});
}

}  // namespace pf
