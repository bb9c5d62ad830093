// For tests: another program beside the test, ended by its id however the test ends.
#pragma once
#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <thread>
#include <vector>

extern char** environ;

namespace pf::process {

inline constexpr std::chrono::seconds test_patience{30};

// Asks until it is so; false when patience is at its end.
template <class Condition>
bool eventually(Condition is_so) {
  const auto until = std::chrono::steady_clock::now() + test_patience;
  while (!is_so()) {
    if (std::chrono::steady_clock::now() >= until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

// Absent where the program is not installed. Servers live in sbin, which is not everyone's path.
inline std::optional<std::string> find_program(const std::string& name) {
  for (const char* folder : {"/usr/sbin/", "/usr/bin/", "/usr/local/sbin/", "/usr/local/bin/"}) {
    if (::access((folder + name).c_str(), X_OK) == 0) return folder + name;
  }
  return std::nullopt;
}

inline bool answers_on(const char* address, std::uint16_t port) {
  const int client = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  ::inet_pton(AF_INET, address, &to.sin_addr);
  const bool connected = ::connect(client, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
  ::close(client);
  return connected;
}

inline std::uint16_t free_tcp_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ::bind(socket, reinterpret_cast<sockaddr*>(&address), sizeof address);
  socklen_t size = sizeof address;
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(socket);
  return ntohs(address.sin_port);
}

class TestProgram {
 public:
  // What it prints goes to the file, both streams.
  TestProgram(std::vector<std::string> words, std::string output_file)
      : output_file_(std::move(output_file)) {
    std::vector<char*> pointers;
    for (auto& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions, 1, output_file_.c_str(),
                                       O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ::posix_spawn_file_actions_adddup2(&actions, 1, 2);
    if (::posix_spawnp(&id_, pointers[0], &actions, nullptr, pointers.data(), environ) != 0) {
      id_ = -1;
    }
    ::posix_spawn_file_actions_destroy(&actions);
  }
  ~TestProgram() {
    if (!is_running()) return;
    ::kill(id_, SIGTERM);
    if (!eventually([this] { return !is_running(); })) kill();
  }
  TestProgram(const TestProgram&) = delete;
  TestProgram& operator=(const TestProgram&) = delete;

  bool is_running() {
    int status = 0;
    if (id_ > 0 && !exit_code_ && ::waitpid(id_, &status, WNOHANG) == id_) {
      exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
    return id_ > 0 && !exit_code_;
  }
  void signal(int number) { ::kill(id_, number); }
  void kill() {
    ::kill(id_, SIGKILL);
    eventually([this] { return !is_running(); });
  }
  // Absent: it still runs after all patience, or never began. 128 + the signal that ended it.
  std::optional<int> wait() {
    eventually([this] { return !is_running(); });
    return exit_code_;
  }
  std::string output() const {
    std::ifstream file(output_file_);
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  std::string output_file_;
  pid_t id_ = -1;
  std::optional<int> exit_code_;
};

}  // namespace pf::process
