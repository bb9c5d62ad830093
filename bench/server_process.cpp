#include "bench/server_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <system_error>
#include <thread>

#include "base/time.hpp"
#include "bench/http_client.hpp"
#include "process/files.hpp"

namespace pf::bench {
namespace {

constexpr Seconds start_patience{30};
constexpr Seconds stop_patience{20};
constexpr Milliseconds look_again{20};
constexpr std::size_t log_bytes_max = 64 * 1024 * 1024;
constexpr std::size_t last_words_bytes = 600;
constexpr std::string_view hub_messages_line =
    "printfarm_socket_messages_received_total{kind=\"hub\"} ";

struct LogLine {
  std::string event;
  std::optional<int> port;
  FIELDS(event, port)
};

std::chrono::steady_clock::time_point in(Seconds seconds) {
  return std::chrono::steady_clock::now() + seconds;
}

}  // namespace

std::optional<std::uint16_t> listening_port_in(std::string_view log) {
  while (!log.empty()) {
    const auto end = log.find('\n');
    if (end == std::string_view::npos) break;  // Still being written.
    const auto line = json::decode<LogLine>(log.substr(0, end));
    if (line && line->event == "listening" && line->port) {
      return static_cast<std::uint16_t>(*line->port);
    }
    log.remove_prefix(end + 1);
  }
  return std::nullopt;
}

std::optional<std::int64_t> hub_messages_in(std::string_view metrics) {
  const auto at = metrics.find(hub_messages_line);
  if (at == std::string_view::npos) return std::nullopt;
  double count = 0;  // Prometheus' numbers all are, and whole ones stay exact up to 2^53.
  const auto* begin = metrics.data() + at + hub_messages_line.size();
  if (std::from_chars(begin, metrics.data() + metrics.size(), count).ec != std::errc{}) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(count);
}

ServerProcess::ServerProcess(std::string program, std::string folder)
    : program_(std::move(program)),
      folder_(std::move(folder)),
      log_file_(folder_ + "/server.log") {}

ServerProcess::~ServerProcess() {
  try {
    stop();
  } catch (const std::exception&) {
    // It did not drain, and was killed.
  }
}

void ServerProcess::start() {
  if (::access(program_.c_str(), X_OK) != 0) {
    throw std::runtime_error("There is no program " + program_ +
                             ": build it, or name it with --server.");
  }
  ::unlink(log_file_.c_str());
  pid_ = ::fork();
  if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (pid_ == 0) run();
  for (const auto deadline = in(start_patience); std::chrono::steady_clock::now() < deadline;) {
    if (has_ended()) throw std::runtime_error("The server ended at once. " + last_words());
    const auto log = process::read_file(log_file_, log_bytes_max);
    if (const auto port = log ? listening_port_in(*log) : std::nullopt) {
      port_ = *port;
      return;
    }
    std::this_thread::sleep_for(look_again);
  }
  throw std::runtime_error("The server does not say that it listens. " + last_words());
}

void ServerProcess::run() const {
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);  // Nothing is left behind, however this process ends.
  const int log = ::open(log_file_.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  ::dup2(log, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  const std::string data = folder_ + "/data", web = folder_ + "/web";
  ::execl(program_.c_str(), program_.c_str(), "serve", "--listen", "127.0.0.1", "--port", "0",
          "--data-dir", data.c_str(), "--web", web.c_str(), "--log-format", "json",
          static_cast<char*>(nullptr));
  ::_exit(127);
}

bool ServerProcess::has_ended() {
  if (pid_ > 0 && ::waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = -1;
  return pid_ < 0;
}

void ServerProcess::stop() {
  if (has_ended()) return;
  ::kill(pid_, SIGTERM);
  for (const auto deadline = in(stop_patience); std::chrono::steady_clock::now() < deadline;) {
    if (has_ended()) return;
    std::this_thread::sleep_for(look_again);
  }
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = -1;
  throw std::runtime_error("The server did not end when it was told to, and was killed.");
}

std::int64_t ServerProcess::counted_hub_messages() const {
  const auto count = hub_messages_in(HttpClient(port_).get("/metrics"));
  if (!count) throw std::runtime_error("The server's /metrics count no messages of hubs.");
  return *count;
}

std::string ServerProcess::last_words() const {
  const auto log = process::read_file(log_file_, log_bytes_max);
  if (!log || log->empty()) return "It said nothing.";
  const auto begin = log->size() > last_words_bytes ? log->size() - last_words_bytes : 0;
  return "Its last words: " + log->substr(begin);
}

}  // namespace pf::bench
