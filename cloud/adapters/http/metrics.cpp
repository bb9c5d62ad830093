#include "cloud/adapters/http/metrics.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <array>
#include <limits>

namespace pf {
namespace {

// Seconds. From a cached answer to a password hash on a busy machine.
constexpr std::array duration_bounds{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                     0.1,    0.25,  0.5,    1.0,   2.5,  10.0};

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

MetricFamily family(std::string name, std::string help, MetricType type) {
  return {std::move(name), std::move(help), type, {}};
}

ClientMetric labelled(std::vector<ClientMetric::Label> labels) {
  ClientMetric metric;
  metric.label = std::move(labels);
  return metric;
}

}  // namespace

void MetricShard::count_request(std::string_view route, std::string_view method, int status,
                                double seconds) {
  const std::lock_guard lock(table_.mutex);
  RequestKey key{route, method, status};
  auto found = table_.requests.find(key);
  if (found == table_.requests.end()) {
    Requests none{.buckets = std::vector<std::uint64_t>(duration_bounds.size() + 1)};
    found = table_.requests.emplace(std::move(key), std::move(none)).first;
  }
  auto& requests = found->second;
  const auto bucket = std::lower_bound(duration_bounds.begin(), duration_bounds.end(), seconds);
  ++requests.buckets[static_cast<std::size_t>(bucket - duration_bounds.begin())];
  ++requests.count;
  requests.seconds += seconds;
}

MetricShard& Metrics::add_shard() {
  const std::lock_guard lock(state_.mutex);
  return state_.shards.emplace_back();
}

void Metrics::add_gauge(std::string name, std::string help, std::function<double()> value) {
  const std::lock_guard lock(state_.mutex);
  state_.gauges.push_back({std::move(name), std::move(help), std::move(value)});
}

namespace {

ClientMetric histogram(std::vector<ClientMetric::Label> labels,
                       const std::vector<std::uint64_t>& buckets, std::uint64_t count, double sum) {
  auto metric = labelled(std::move(labels));
  metric.histogram.sample_count = count;
  metric.histogram.sample_sum = sum;
  std::uint64_t cumulative = 0;
  for (std::size_t i = 0; i < buckets.size(); ++i) {
    cumulative += buckets[i];
    const auto bound =
        i < duration_bounds.size() ? duration_bounds[i] : std::numeric_limits<double>::infinity();
    metric.histogram.bucket.push_back({cumulative, bound});
  }
  return metric;
}

struct SocketFamily {
  const char* name;
  const char* help;
  MetricType type;
  std::int64_t (*value)(const SocketCounters& counters);
};
constexpr SocketFamily socket_families[] = {
    {"printfarm_sockets_open", "WebSockets that are open", MetricType::Gauge,
     [](const SocketCounters& of) { return of.open.value(); }},
    {"printfarm_socket_messages_received_total", "WebSocket messages received", MetricType::Counter,
     [](const SocketCounters& of) { return of.received_messages.value(); }},
    {"printfarm_socket_bytes_received_total", "Bytes received on WebSockets, with framing",
     MetricType::Counter, [](const SocketCounters& of) { return of.received_bytes.value(); }},
    {"printfarm_socket_messages_sent_total", "WebSocket frames sent", MetricType::Counter,
     [](const SocketCounters& of) { return of.sent_messages.value(); }},
    {"printfarm_socket_bytes_sent_total", "Bytes sent on WebSockets, with framing",
     MetricType::Counter, [](const SocketCounters& of) { return of.sent_bytes.value(); }},
    {"printfarm_socket_writes_total", "System calls that sent them", MetricType::Counter,
     [](const SocketCounters& of) { return of.writes.value(); }},
};

MetricFamily socket_family(const SocketFamily& described, const std::deque<MetricShard>& shards) {
  auto made = family(described.name, described.help, described.type);
  for (const auto kind : {SocketKind::hub, SocketKind::dashboard}) {
    std::int64_t sum = 0;
    for (const auto& shard : shards) {
      sum += described.value(kind == SocketKind::hub ? shard.hub : shard.dashboard);
    }
    auto metric = labelled({{"kind", kind == SocketKind::hub ? "hub" : "dashboard"}});
    metric.counter.value = metric.gauge.value = static_cast<double>(sum);
    made.metric.push_back(std::move(metric));
  }
  return made;
}

MetricFamily gauge(std::string name, std::string help, double value) {
  auto made = family(std::move(name), std::move(help), MetricType::Gauge);
  ClientMetric metric;
  metric.gauge.value = value;
  made.metric.push_back(std::move(metric));
  return made;
}

}  // namespace

std::string Metrics::text() const {
  const std::lock_guard lock(state_.mutex);
  std::map<MetricShard::RequestKey, MetricShard::Requests> requests;
  std::int64_t connections = 0;
  for (const auto& shard : state_.shards) {
    connections += shard.connections.value();
    const std::lock_guard shard_lock(shard.table_.mutex);
    for (const auto& [key, seen] : shard.table_.requests) {
      auto& sum = requests[key];
      sum.buckets.resize(seen.buckets.size());
      for (std::size_t i = 0; i < seen.buckets.size(); ++i) sum.buckets[i] += seen.buckets[i];
      sum.count += seen.count;
      sum.seconds += seen.seconds;
    }
  }
  std::vector<MetricFamily> families;
  auto durations = family("printfarm_http_request_seconds",
                          "HTTP requests by route, and how long they took", MetricType::Histogram);
  for (const auto& [key, sum] : requests) {
    const auto& [route, method, status] = key;
    durations.metric.push_back(
        histogram({{"route", route}, {"method", method}, {"status", std::to_string(status)}},
                  sum.buckets, sum.count, sum.seconds));
  }
  families.push_back(std::move(durations));
  families.push_back(gauge("printfarm_http_connections", "HTTP connections that are open",
                           static_cast<double>(connections)));
  for (const auto& described : socket_families) {
    families.push_back(socket_family(described, state_.shards));
  }
  for (const auto& one : state_.gauges) {
    families.push_back(gauge(one.name, one.help, one.value()));
  }
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace pf
