// Other people's programs in tests: started, waited for with a deadline, ended by their id.
#pragma once
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fcntl.h>
#include <chrono>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <thread>
#include <vector>

extern char** environ;

namespace pf::sim::testing {

inline constexpr std::chrono::seconds patience{30};

// Asks again and again until it is so, or until patience is at its end.
template <class Condition>
bool eventually(Condition condition) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (std::chrono::steady_clock::now() < end) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return condition();
}

class ChildProcess {
 public:
  // Standard output and standard error go to the file together.
  ChildProcess(std::vector<std::string> arguments, std::string output_path)
      : output_path_(std::move(output_path)) {
    std::vector<char*> pointers;
    for (auto& argument : arguments) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output_path_.c_str(),
                                     O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
    if (posix_spawnp(&id_, pointers[0], &actions, nullptr, pointers.data(), environ) != 0) id_ = -1;
    posix_spawn_file_actions_destroy(&actions);
  }
  ~ChildProcess() {
    if (id_ <= 0 || exit_code_) return;
    ::kill(id_, SIGKILL);
    ::waitpid(id_, nullptr, 0);
  }
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  bool started() const { return id_ > 0; }
  std::string output() const {
    std::ifstream file(output_path_);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  bool says(const std::string& text) const { return output().find(text) != std::string::npos; }
  bool ended() {
    int status = 0;
    if (!exit_code_ && id_ > 0 && ::waitpid(id_, &status, WNOHANG) == id_) {
      exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
    return exit_code_.has_value();
  }
  // None: it did not end within patience.
  std::optional<int> exit_code() {
    eventually([this] { return ended(); });
    return exit_code_;
  }

 private:
  std::string output_path_;
  pid_t id_ = -1;
  std::optional<int> exit_code_;
};

}  // namespace pf::sim::testing
