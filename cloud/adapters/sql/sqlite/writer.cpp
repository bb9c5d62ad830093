#include "cloud/adapters/sql/sqlite/writer.hpp"

#include <algorithm>
#include <utility>

namespace pf {
namespace {

constexpr std::size_t group_max = 256;
constexpr std::size_t waiting_max = 10'000;

}  // namespace

SqliteWriter::SqliteWriter(const std::string& file, SqliteDurability durability)
    : connection_(file, SqliteAccess::write, durability), thread_([this] { run(); }) {}

SqliteWriter::~SqliteWriter() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_waits_.notify_one();
  thread_.join();
}

void SqliteWriter::write(const Work& work) {
  std::future<std::exception_ptr> done;
  {
    const std::lock_guard lock(mutex_);
    if (stopping_ || waiting_.size() >= waiting_max) {
      throw DatabaseUnavailable("The database takes no more work now.");
    }
    done = waiting_.emplace_back(Pending{&work, {}}).done.get_future();
  }
  work_waits_.notify_one();
  if (auto failure = done.get()) std::rethrow_exception(std::move(failure));
}

SqliteWriter::Figures SqliteWriter::figures() const {
  const std::lock_guard lock(mutex_);
  auto figures = figures_;
  figures.waiting = waiting_.size();
  return figures;
}

void SqliteWriter::run() {
  for (auto group = next_group(); !group.empty(); group = next_group()) settle(std::move(group));
}

// Empty: the end.
SqliteWriter::Group SqliteWriter::next_group() {
  std::unique_lock lock(mutex_);
  work_waits_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
  Group group;
  const auto size = static_cast<std::ptrdiff_t>(std::min(waiting_.size(), group_max));
  std::move(waiting_.begin(), waiting_.begin() + size, std::back_inserter(group));
  waiting_.erase(waiting_.begin(), waiting_.begin() + size);
  return group;
}

// A full disk or an I/O error makes the engine give up the whole group; the others are then run
// again without the one at whose work it happened, so that a huge one cannot starve small ones.
void SqliteWriter::settle(Group group) {
  while (!group.empty()) {
    const auto culprit = attempt(group);
    if (!culprit) return;
    group.erase(group.begin() + static_cast<std::ptrdiff_t>(*culprit));
  }
}

// The place of the one whose work ended the group, already told so; nothing: all are settled.
std::optional<std::size_t> SqliteWriter::attempt(Group& group) {
  std::vector<std::exception_ptr> failures(group.size());
  try {
    connection_.control("BEGIN IMMEDIATE");
    for (std::size_t i = 0; i < group.size(); ++i) {
      failures[i] = run_one(*group[i].work);
      if (!connection_.in_transaction()) {
        group[i].done.set_value(std::move(failures[i]));
        return i;
      }
    }
    connection_.control("COMMIT");
  } catch (...) {  // The group's own statements, so nobody's work is kept.
    connection_.roll_back();
    for (std::size_t i = 0; i < group.size(); ++i) {
      group[i].done.set_value(failures[i] ? std::move(failures[i]) : std::current_exception());
    }
    return std::nullopt;
  }
  count(static_cast<std::uint64_t>(std::count(failures.begin(), failures.end(), nullptr)));
  for (std::size_t i = 0; i < group.size(); ++i) group[i].done.set_value(std::move(failures[i]));
  return std::nullopt;
}

// What the work threw; null: it is part of the open transaction.
std::exception_ptr SqliteWriter::run_one(const Work& work) {
  try {
    connection_.control("SAVEPOINT one");
    work(connection_);
    if (connection_.failure()) std::rethrow_exception(connection_.failure());
    connection_.control("RELEASE one");
    return nullptr;
  } catch (...) {
    auto failure = std::current_exception();
    connection_.forget_failure();
    if (connection_.in_transaction()) {
      connection_.control("ROLLBACK TO one");
      connection_.control("RELEASE one");
    }
    return failure;
  }
}

void SqliteWriter::count(std::uint64_t transactions) {
  const std::lock_guard lock(mutex_);
  figures_.transactions += transactions;
  ++figures_.commits;
}

}  // namespace pf
