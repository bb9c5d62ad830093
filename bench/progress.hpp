// How far a long step has come, as a line on standard error at most once a second.
#pragma once
#include <cstdint>
#include <string>

namespace pf::bench {

class Progress {
 public:
  explicit Progress(std::string what) : what_(std::move(what)) {}
  // Throws when nothing has moved for a minute.
  void reached(std::size_t done, std::size_t of);

 private:
  const std::string what_;
  std::size_t done_ = 0;
  std::int64_t moved_us_ = 0, said_us_ = 0;
};

}  // namespace pf::bench
