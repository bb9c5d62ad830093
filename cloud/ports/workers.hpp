// Threads for work that may block. I/O threads hand it over and go on.
#pragma once
#include <functional>

namespace pf {

class Workers {
 public:
  virtual ~Workers() = default;
  // False: the queue is full and the work was not taken. Work must not throw.
  virtual bool post(std::function<void()> work) = 0;
};

}  // namespace pf
