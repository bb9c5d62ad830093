#include "bench/status_bench.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <stdexcept>

#include "bench/progress.hpp"
#include "bench/stopwatch.hpp"

namespace pf::bench {
namespace {

constexpr std::int64_t per_write = printers_per_hub_max;
constexpr std::int64_t second_us = 1'000'000;
// Fast enough for a large farm, slow enough for the database: each printer's first print is a row.
constexpr std::int64_t first_words_rate = 5'000;
constexpr std::int64_t shown_us_max = 10 * second_us;
constexpr Milliseconds poll_step{1};
constexpr Milliseconds dashboard_step{20};
// At rest: less than this share of a core, over two spans in a row.
constexpr std::int64_t rest_span_us = second_us / 2, rest_us_max = 120 * second_us;
constexpr double rest_cpu_share = 0.05;

void say(const char* what) { std::fprintf(stderr, "%s\n", what); }

}  // namespace

std::int64_t organizations_of(const StatusSettings& settings) {
  const auto wanted =
      (settings.hubs + settings.hubs_per_organization - 1) / settings.hubs_per_organization;
  return std::min(wanted, settings.dashboards);
}

StatusBench::StatusBench(StatusSettings settings, std::string folder)
    : settings_(std::move(settings)),
      server_(settings_.server, std::move(folder)),
      farm_(poller_, random_, static_cast<std::size_t>(settings_.hubs),
            static_cast<std::size_t>(organizations_of(settings_))) {
  sightings_.newest_us.resize(farm_.printer_count());
}

StatusReport StatusBench::run() {
  say("setting up");
  server_.start();
  farm_.set_up(server_.port());
  come_to_rest();
  farm_.close_hubs();
  server_.stop();

  server_.start();
  open_dashboards();
  come_to_rest();
  StatusReport report;
  report.resident_before = server_.usage().resident_bytes;
  farm_.open_hubs(server_.port());
  let_every_printer_speak();
  report.resident_idle = server_.usage().resident_bytes;

  say("measuring latency");
  report.latency = measure(settings_.rate);
  say("measuring throughput");
  report.throughput = measure(settings_.throughput_rate);
  report.resident_after = server_.usage().resident_bytes;
  server_.stop();

  report.hubs = settings_.hubs;
  report.printers = static_cast<std::int64_t>(farm_.printer_count());
  report.organizations = static_cast<std::int64_t>(farm_.organizations().size());
  report.dashboards = settings_.dashboards;
  report.machine = machine_name();
  report.commit = settings_.commit;
  return report;
}

void StatusBench::open_dashboards() {
  for (std::int64_t i = 0; i < settings_.dashboards; ++i) {
    const auto& organizations = farm_.organizations();
    const auto& one = organizations[static_cast<std::size_t>(i) % organizations.size()];
    dashboards_.push_back(std::make_unique<DashboardClient>(
        poller_, sightings_, one.first_hub * per_write, one.hub_count * per_write));
    dashboards_.back()->open(server_.port(), one.access_token);
  }
  Progress progress("dashboards open");
  for (std::size_t live = 0; live < dashboards_.size();) {
    poller_.poll(dashboard_step);
    live = static_cast<std::size_t>(std::count_if(dashboards_.begin(), dashboards_.end(),
                                                  [](const auto& one) { return one->is_live(); }));
    progress.reached(live, dashboards_.size());
  }
}

// What happens once for each printer, such as the database learning its print, is over before
// anything is measured.
void StatusBench::let_every_printer_speak() {
  const auto span_us =
      static_cast<std::int64_t>(farm_.printer_count()) * second_us / first_words_rate;
  const auto begin_us = monotonic_us();
  for (std::size_t i = 0; i < farm_.hubs().size(); ++i) {
    const auto due_us = begin_us + span_us * static_cast<std::int64_t>(i) /
                                       static_cast<std::int64_t>(farm_.hubs().size());
    while (monotonic_us() < due_us) poller_.poll(poll_step);
    farm_.hubs()[i]->write_statuses(monotonic_us(), clock_.unix_now());
  }
  wait_until_shown();
  if (const auto missing = unseen(); missing > 0) {
    throw std::runtime_error("The first statuses of " + std::to_string(missing) +
                             " printers reached no dashboard.");
  }
  come_to_rest();
}

Phase StatusBench::measure(std::int64_t rate) {
  Phase phase;
  phase.asked_per_second = rate;
  const auto counted_before = server_.counted_hub_messages();
  const auto server_before = server_.usage();
  const auto load_before = usage_of(::getpid());
  const auto begin_us = monotonic_us();
  sightings_.measured_from_us = begin_us;
  sightings_.latencies = {};

  phase.messages = send_for(rate, begin_us + settings_.seconds * second_us);
  wait_until_shown();

  phase.seconds = static_cast<double>(monotonic_us() - begin_us) / second_us;
  phase.server_cpu_seconds = server_.usage().cpu_seconds - server_before.cpu_seconds;
  phase.load_cpu_seconds = usage_of(::getpid()).cpu_seconds - load_before.cpu_seconds;
  phase.lost = phase.messages - (server_.counted_hub_messages() - counted_before);
  phase.unseen = unseen();
  phase.p50_ms = sightings_.latencies.percentile_ms(0.5);
  phase.p99_ms = sightings_.latencies.percentile_ms(0.99);
  come_to_rest();
  return phase;
}

// Sends at this rate as far as the hubs may; returns how many statuses that were.
std::int64_t StatusBench::send_for(std::int64_t rate, std::int64_t until_us) {
  const auto begin_us = monotonic_us();
  std::int64_t sent = 0;
  for (auto now_us = begin_us; now_us < until_us; now_us = monotonic_us()) {
    const auto due = (now_us - begin_us) * rate / second_us;
    const auto now = clock_.unix_now();
    // At most one round, then the sockets are heard again.
    for (std::size_t tried = 0; sent < due && tried < farm_.hubs().size(); ++tried) {
      if (write_one(now)) sent += per_write;
    }
    poller_.poll(poll_step);
  }
  return sent;
}

// The next hub's turn; false when it has to wait for the dashboards.
bool StatusBench::write_one(UnixTime now) {
  auto& hub = *farm_.hubs()[next_hub_];
  next_hub_ = (next_hub_ + 1) % farm_.hubs().size();
  if (!hub.may_write(sightings_.newest_us[hub.printers().back().number()])) return false;
  hub.write_statuses(monotonic_us(), now);
  return true;
}

void StatusBench::wait_until_shown() {
  const auto deadline_us = monotonic_us() + shown_us_max;
  while (unseen() > 0 && monotonic_us() < deadline_us) poller_.poll(poll_step);
}

// Printers whose newest status is missing in a dashboard, counted once for each such dashboard.
std::int64_t StatusBench::unseen() const {
  std::int64_t missing = 0;
  for (const auto& dashboard : dashboards_) {
    const auto first = dashboard->first_printer();
    for (auto printer = first; printer < first + dashboard->printer_count(); ++printer) {
      const auto& hub = *farm_.hubs()[printer / per_write];
      if (dashboard->newest_us(printer) < hub.last_write_us()) ++missing;
    }
  }
  return missing;
}

void StatusBench::come_to_rest() {
  const auto deadline_us = monotonic_us() + rest_us_max;
  int quiet_spans = 0;
  while (quiet_spans < 2) {
    const auto begin_us = monotonic_us();
    const auto before = server_.usage().cpu_seconds;
    while (monotonic_us() - begin_us < rest_span_us) poller_.poll(dashboard_step);
    const auto share = (server_.usage().cpu_seconds - before) * second_us / rest_span_us;
    quiet_spans = share < rest_cpu_share ? quiet_spans + 1 : 0;
    if (monotonic_us() > deadline_us) {
      throw std::runtime_error("The server does not come to rest.");
    }
  }
}

}  // namespace pf::bench
