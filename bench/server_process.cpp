#include "bench/server_process.hpp"

#include <charconv>
#include <stdexcept>

#include "bench/http_client.hpp"

namespace pf::bench {
namespace {

constexpr std::string_view hub_messages_line =
    "printfarm_socket_messages_received_total{kind=\"hub\"} ";

struct LogLine {
  std::string event;
  std::optional<int> port;
  FIELDS(event, port)
};

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

ServerProcess::ServerProcess(std::string program, const std::string& folder)
    : process_(std::move(program),
               {"serve", "--listen", "127.0.0.1", "--port", "0", "--data-dir", folder + "/data",
                "--web", folder + "/web", "--log-format", "json",
                // One account adds the whole farm, and all hubs come at once.
                "--ordinary-per-minute", "0", "--bulk-per-minute", "0", "--upload-per-minute", "0",
                "--socket-per-minute", "0", "--hubs-per-second", "0"},
               folder + "/server.log") {}

void ServerProcess::start() {
  process_.start();
  process_.wait_until("the server listens", [this] {
    const auto port = listening_port_in(process_.said());
    if (port) port_ = *port;
    return port.has_value();
  });
}

std::int64_t ServerProcess::counted_hub_messages() const {
  const auto count = hub_messages_in(HttpClient(port_).get("/metrics"));
  if (!count) throw std::runtime_error("The server's /metrics count no messages of hubs.");
  return *count;
}

}  // namespace pf::bench
