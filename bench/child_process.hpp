// One of the real programs as a process of its own. What it says goes to a log file; it ends with
// this process, however that ends.
#pragma once
#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

#include "bench/process_usage.hpp"

namespace pf::bench {

class ChildProcess {
 public:
  ChildProcess(std::string program, std::vector<std::string> arguments, std::string log_file);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  void start();
  // Looks again until it is so; throws with the program's last words when that takes over 30 s or
  // the program ends before.
  void wait_until(const std::string& what, const std::function<bool()>& is_so);
  // Waits until it has ended by itself; throws with its last words when that was no success.
  void finish();
  // Lets it drain, as an operator would; throws when it had to be killed.
  void stop();

  ProcessUsage usage() const { return usage_of(pid_); }
  // From now on the peak is counted anew.
  void forget_peak() const { bench::forget_peak(pid_); }
  std::string said() const;  // Everything so far, up to 64 MiB.
  std::string last_words() const;

 private:
  [[noreturn]] void run() const;
  bool has_ended();

  const std::string program_;
  const std::vector<std::string> arguments_;
  const std::string log_file_;
  pid_t pid_ = -1;
  int exit_status_ = 0;
};

}  // namespace pf::bench
