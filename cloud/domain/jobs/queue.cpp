#include "cloud/domain/jobs/queue.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "cloud/domain/jobs/queue_store.hpp"
#include "cloud/kit/table.hpp"
#include "cloud/kit/visible_rows.hpp"

namespace pf {
namespace {

constexpr int candidates_max = 100;  // Looked at for one cleared plate.

std::optional<PrinterStatus> status_of(const std::optional<LivePrinter>& live) {
  if (!live || live->received_at == 0) return std::nullopt;
  return live->status;
}

// Thrown inside a transaction to undo what was changed before it.
struct Refused {
  Fault fault;
};

}  // namespace

struct Queue::Farm {
  struct Place {
    Printer printer;
    std::optional<LivePrinter> live;
    bool has_open_attempt = false;
  };
  std::vector<Place> places;
  std::map<std::string, std::optional<PrintFileInfo>> files;

  // Why nothing can start there now; nothing: it may.
  static std::optional<std::string> held_up_by(const Place& place) {
    const std::string name = "\"" + place.printer.name.value + "\"";
    const auto& live = place.live;
    if (place.has_open_attempt) return "Waiting for the print on " + name + " to end.";
    if (!live || live->connection.state != ConnectionState::connected) {
      return name + " is not connected.";
    }
    switch (live->status.state) {
      case PrinterState::printing:
      case PrinterState::paused: return "Waiting for the print on " + name + " to end.";
      case PrinterState::error: return name + " shows an error.";
      case PrinterState::offline: return name + " is offline.";
      case PrinterState::idle: break;
    }
    if (place.printer.needs_clearing) return "Waiting for a clear plate on " + name + ".";
    return std::nullopt;
  }

  std::optional<std::string> waits_for(const Job& job) const {
    const auto& file = files.at(job.file_id->value);
    if (!file) return "The file of this job was removed.";
    return job.printer_id ? waits_for_own(job, *file) : waits_for_any(job, *file);
  }

 private:
  std::optional<std::string> waits_for_own(const Job& job, const PrintFileInfo& file) const {
    const auto own = std::find_if(places.begin(), places.end(), [&](const Place& place) {
      return place.printer.id == *job.printer_id;
    });
    if (own == places.end()) return "Its printer was removed. Choose another.";
    const auto verdict = judge_fit(file, *job.plate, job.required, own->printer,
                                   status_of(own->live), ChosenBy::person);
    if (verdict.fit != Fit::fits) return verdict.says;
    return held_up_by(*own);
  }

  // The nearest to a start says what is still missing.
  std::optional<std::string> waits_for_any(const Job& job, const PrintFileInfo& file) const {
    std::optional<std::string> held_up;
    FitVerdict nearest{Fit::unfit, "There is no printer yet."};
    bool first = true;
    for (const auto& place : places) {
      auto verdict = judge_fit(file, *job.plate, job.required, place.printer, status_of(place.live),
                               ChosenBy::queue);
      if (verdict.fit == Fit::fits) {
        const auto why = held_up_by(place);
        if (!why) return std::nullopt;
        if (!held_up) held_up = why;
      } else if (first || verdict.fit < nearest.fit) {
        nearest = std::move(verdict);
        first = false;
      }
    }
    return held_up ? *held_up : "No printer fits. " + nearest.says;
  }
};

Queue::Farm Queue::look_at_farm(Transaction& db, const TenantId& tenant) {
  Farm farm;
  const auto busy = jobs_store::busy_printers(db, tenant);
  for (auto& printer : rooms_.printers.stored_all(db, tenant)) {
    auto live = rooms_.live.find(tenant, printer.id.value);
    const bool has_open_attempt = busy.contains(printer.id.value);
    farm.places.push_back({std::move(printer), std::move(live), has_open_attempt});
  }
  return farm;
}

Answer<Page<Job>> Queue::list(const Caller& caller, const QueueQuery& query) {
  const int limit = query.limit.value_or(page_limit_default);
  return page_of(rooms_.database.reading([&](Transaction& db) {
    auto farm = look_at_farm(db, caller.tenant);
    auto jobs = visible_rows(
        limit + 1,
        [&](const Job* last) {
          const std::string_view after = last           ? std::string_view(last->id)
                                         : query.cursor ? std::string_view(*query.cursor)
                                                        : "";
          return queue_store::list(db, caller.tenant, query, after, limit + 1);
        },
        [&](const Job& job) { return may_see(caller, job); });
    for (auto& job : jobs) {
      auto& file = farm.files[job.file_id->value];
      if (!file) file = rooms_.files.stored(db, caller.tenant, *job.file_id);
      const auto says = farm.waits_for(job);
      job.waiting_for.reset();
      if (says) job.waiting_for = Text<0, 300>(says->substr(0, 300));
    }
    return jobs;
  }),
                 limit);
}

Answer<Page<Job>> Queue::reorder(const Caller& caller, const QueueOrder& order) {
  JobChange change;
  change.before_id = order.before_id;
  return change_all(caller, order.job_ids, change,
                    order.before_id ? Rearrange::nothing : Rearrange::to_end);
}

Answer<Page<Job>> Queue::assign(const Caller& caller, const QueueAssignment& assignment) {
  JobChange change;
  change.printer_id = assignment.printer_id;
  if (!assignment.printer_id && caller.only_printers) {
    return invalid("printer_id", "is missing: this key may use certain printers only");
  }
  return change_all(caller, assignment.job_ids, change,
                    assignment.printer_id ? Rearrange::nothing : Rearrange::free_printer);
}

Answer<Page<Job>> Queue::change_all(const Caller& caller,
                                    const List<Uuid, queue_change_max>& job_ids,
                                    const JobChange& change, Rearrange rearrange) {
  Page<Job> page;
  try {
    rooms_.database.write([&](Transaction& db) {
      page = {};
      for (const auto& id : job_ids) {
        auto job = jobs_.visible(db, caller, id);
        auto changed = job ? jobs_.change(db, caller, std::move(*job), change, rearrange)
                           : Answer<Job>(invalid("job_ids", "names a job that does not exist"));
        if (!changed) throw Refused{changed.error()};
        page.items.push_back(std::move(*changed));
      }
    });
  } catch (const Refused& refused) {
    return refused.fault;
  }
  for (const auto& job : page.items) {
    rooms_.feed.changed(caller.tenant, ChangedKind::job, job.id.value);
  }
  return page;
}

bool Queue::may_take(const Job& job, const TenantId& tenant, const Printer& printer) {
  if (job.printer_id) return true;  // A person chose; what stands against it, start() says.
  const auto live = rooms_.live.find(tenant, printer.id.value);
  if (!is_ready(live)) return false;
  const auto file = rooms_.database.reading(
      [&](Transaction& db) { return rooms_.files.stored(db, tenant, *job.file_id); });
  return file &&
         judge_fit(*file, *job.plate, job.required, printer, status_of(live), ChosenBy::queue)
                 .fit == Fit::fits;
}

void Queue::on_plate_cleared(const PlateCleared& cleared) {
  const auto& tenant = cleared.caller.tenant;
  std::optional<Printer> printer;
  std::vector<Job> waiting;
  rooms_.database.read([&](Transaction& db) {
    printer = rooms_.printers.stored(db, tenant, cleared.printer_id);
    waiting = queue_store::candidates(db, tenant, cleared.printer_id, candidates_max);
  });
  if (!printer) return;
  StartJob start;
  start.printer_id = printer->id;
  for (const auto& job : waiting) {
    if (!may_take(job, tenant, *printer)) continue;
    // Whatever stops this one is on the job for people to read; clearing the plate succeeded
    // anyway.
    const auto started = jobs_.start(cleared.caller, {job.id.value}, start);
    if (started && started->state == JobState::sending) return;
  }
}

}  // namespace pf
