// Which threads are inside a transaction. One that began another would wait for itself for ever
// (a write inside a write), or not see what the first has written.
#pragma once
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>

namespace pf {

class Nesting {
 public:
  // For the time of one transaction.
  class Inside {
   public:
    explicit Inside(Nesting& nesting) : nesting_(nesting) { nesting_.enter(); }
    ~Inside() { nesting_.leave(); }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;

   private:
    Nesting& nesting_;
  };

 private:
  void enter() {
    const std::lock_guard lock(mutex_);
    if (!inside_.insert(std::this_thread::get_id()).second) {
      throw std::logic_error("a transaction was begun inside another");
    }
  }
  void leave() {
    const std::lock_guard lock(mutex_);
    inside_.erase(std::this_thread::get_id());
  }

  std::mutex mutex_;
  std::set<std::thread::id> inside_;
};

}  // namespace pf
