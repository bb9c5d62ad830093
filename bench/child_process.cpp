#include "bench/child_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <stdexcept>
#include <system_error>
#include <thread>

#include "base/time.hpp"
#include "process/files.hpp"

namespace pf::bench {
namespace {

constexpr Seconds start_patience{30};
constexpr Seconds stop_patience{20};
constexpr Milliseconds look_again{20};
constexpr std::size_t log_bytes_max = 64 * 1024 * 1024;
constexpr std::size_t last_words_bytes = 600;

std::chrono::steady_clock::time_point in(Seconds seconds) {
  return std::chrono::steady_clock::now() + seconds;
}

}  // namespace

ChildProcess::ChildProcess(std::string program, std::vector<std::string> arguments,
                           std::string log_file)
    : program_(std::move(program)),
      arguments_(std::move(arguments)),
      log_file_(std::move(log_file)) {}

ChildProcess::~ChildProcess() {
  try {
    stop();
  } catch (const std::exception&) {
    // It did not drain, and was killed.
  }
}

void ChildProcess::start() {
  if (::access(program_.c_str(), X_OK) != 0) {
    throw std::runtime_error("There is no program " + program_ + ": build it, or name it.");
  }
  ::unlink(log_file_.c_str());
  pid_ = ::fork();
  if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (pid_ == 0) run();
}

void ChildProcess::run() const {
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);  // Nothing is left behind, however this process ends.
  const int log = ::open(log_file_.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  ::dup2(log, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  std::vector<char*> words{const_cast<char*>(program_.c_str())};
  for (const auto& argument : arguments_) words.push_back(const_cast<char*>(argument.c_str()));
  words.push_back(nullptr);
  ::execv(program_.c_str(), words.data());
  ::_exit(127);
}

bool ChildProcess::has_ended() {
  if (pid_ > 0 && ::waitpid(pid_, &exit_status_, WNOHANG) == pid_) pid_ = -1;
  return pid_ < 0;
}

void ChildProcess::wait_until(const std::string& what, const std::function<bool()>& is_so) {
  for (const auto deadline = in(start_patience); std::chrono::steady_clock::now() < deadline;) {
    if (is_so()) return;
    if (has_ended()) {
      throw std::runtime_error("Waiting until " + what + ", but " + program_ + " has ended. " +
                               last_words());
    }
    std::this_thread::sleep_for(look_again);
  }
  throw std::runtime_error("Waited in vain until " + what + ". " + last_words());
}

void ChildProcess::finish() {
  for (const auto deadline = in(start_patience); !has_ended();) {
    if (std::chrono::steady_clock::now() > deadline) {
      throw std::runtime_error(program_ + " does not come to an end. " + last_words());
    }
    std::this_thread::sleep_for(look_again);
  }
  if (exit_status_ != 0) throw std::runtime_error(program_ + " failed. " + last_words());
}

void ChildProcess::stop() {
  if (has_ended()) return;
  ::kill(pid_, SIGTERM);
  for (const auto deadline = in(stop_patience); std::chrono::steady_clock::now() < deadline;) {
    if (has_ended()) return;
    std::this_thread::sleep_for(look_again);
  }
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
  throw std::runtime_error(program_ + " did not end when it was told to, and was killed.");
}

std::string ChildProcess::said() const {
  auto log = process::read_file(log_file_, log_bytes_max);
  return log ? std::move(*log) : std::string();
}

std::string ChildProcess::last_words() const {
  const auto log = said();
  if (log.empty()) return "It said nothing.";
  return "Its last words: " + log.substr(log.size() - std::min(log.size(), last_words_bytes));
}

}  // namespace pf::bench
