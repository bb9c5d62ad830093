// What /metrics tells Prometheus. Each I/O thread counts into its own shard, without a lock or a
// shared cache line on the path of a socket message; reading adds the shards up.
#pragma once
#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace pf {

enum class SocketKind { hub, dashboard };

// Written by one thread, read by any.
class ThreadCounter {
 public:
  void add(std::int64_t amount) {
    value_.store(value_.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
  }
  std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> value_{0};
};

struct SocketCounters {
  ThreadCounter open, received_messages, received_bytes, sent_messages, sent_bytes, writes;
};

struct alignas(64) MetricShard {
  SocketCounters hub, dashboard;
  ThreadCounter connections;

  SocketCounters& of(SocketKind kind) { return kind == SocketKind::hub ? hub : dashboard; }
  // The route's template, never the path itself: a path would make a series for each id.
  void count_request(std::string_view route, std::string_view method, int status, double seconds);

 private:
  friend class Metrics;
  struct Requests {
    std::vector<std::uint64_t> buckets;
    std::uint64_t count = 0;
    double seconds = 0;
  };
  using RequestKey = std::tuple<std::string, std::string, int>;  // Route, method, status.
  struct Table {
    mutable std::mutex mutex;
    std::map<RequestKey, Requests> requests;
  };
  Table table_;
};

class Metrics {
 public:
  // Stays where it is for as long as the metrics live.
  MetricShard& add_shard();
  // A value that is asked for whenever somebody reads; the function must be thread-safe and live as
  // long as the metrics are read.
  void add_gauge(std::string name, std::string help, std::function<double()> value);
  // Prometheus' text format, version 0.0.4.
  std::string text() const;

 private:
  struct Gauge {
    std::string name, help;
    std::function<double()> value;
  };
  struct State {
    mutable std::mutex mutex;
    std::deque<MetricShard> shards;
    std::vector<Gauge> gauges;
  };
  State state_;
};

}  // namespace pf
