// The one thread that writes to a SQLite file.
//
// A durable commit costs one sync of the disk, milliseconds on ordinary ones, so the transactions
// that wait while one is on its way go together: each in a savepoint of its own inside one BEGIN
// IMMEDIATE ... COMMIT. A caller returns only after the commit that holds his work, and one that
// throws takes back only his own savepoint.
#pragma once
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <future>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "cloud/adapters/sql/sqlite/connection.hpp"

namespace pf {

class SqliteWriter {
 public:
  using Work = std::function<void(Transaction&)>;
  struct Figures {
    std::uint64_t transactions = 0;  // Committed ones.
    std::uint64_t commits = 0;
    std::size_t waiting = 0;
  };

  SqliteWriter(const std::string& file, SqliteDurability durability);
  ~SqliteWriter();  // Finishes what waits.
  SqliteWriter(const SqliteWriter&) = delete;
  SqliteWriter& operator=(const SqliteWriter&) = delete;

  void write(const Work& work);
  bool is_this_thread() const { return std::this_thread::get_id() == thread_.get_id(); }
  Figures figures() const;

 private:
  struct Pending {
    const Work* work;  // The caller waits, so it lives.
    // What the work threw; null: it is durable. Handed over whole, so that caller and writer never
    // share the thrown object.
    std::promise<std::exception_ptr> done;
  };
  using Group = std::vector<Pending>;

  void run();
  Group next_group();
  void settle(Group group);
  std::optional<std::size_t> attempt(Group& group);
  std::exception_ptr run_one(const Work& work);
  void count(std::uint64_t transactions);

  SqliteConnection connection_;
  mutable std::mutex mutex_;
  std::condition_variable work_waits_;
  std::deque<Pending> waiting_;
  bool stopping_ = false;
  Figures figures_;
  std::thread thread_;  // Last: it uses the others.
};

}  // namespace pf
