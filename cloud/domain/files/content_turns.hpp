// Who may commit or remove a content. Several files of an organisation share one stored content;
// without turns, an upload could commit a content and insert its row just while the removal of the
// last other row takes the content away. One process owns a content, so its memory is enough.
#pragma once
#include <condition_variable>
#include <mutex>
#include <set>
#include <string>

namespace pf {

class ContentTurns {
 public:
  class Turn {
   public:
    Turn(ContentTurns& turns, std::string key) : turns_(turns), key_(std::move(key)) {}
    ~Turn() { turns_.give_back(key_); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    ContentTurns& turns_;
    std::string key_;
  };

  // Waits until nobody else has the key. Never take a second one while holding one.
  [[nodiscard]] Turn take(const std::string& key) {
    std::unique_lock lock(busy_.mutex);
    busy_.freed.wait(lock, [&] { return !busy_.keys.contains(key); });
    busy_.keys.insert(key);
    return Turn(*this, key);
  }

 private:
  void give_back(const std::string& key) {
    {
      const std::lock_guard lock(busy_.mutex);
      busy_.keys.erase(key);
    }
    busy_.freed.notify_all();
  }

  struct Busy {
    std::mutex mutex;
    std::condition_variable freed;
    std::set<std::string> keys;
  };
  Busy busy_;
};

}  // namespace pf
