// The queue: in which order jobs wait, what each waits for, and which one a cleared plate starts.
// Urgent jobs first, then by place; a printer takes its own jobs before those of nobody.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "cloud/domain/jobs/jobs.hpp"

namespace pf {

struct QueueQuery {
  static constexpr bool is_query = true;
  std::optional<Uuid> printer_id;
  std::optional<Bounded<int, 1, page_limit_max>> limit;
  std::optional<Text<1, 64>> cursor;
  FIELDS(printer_id, limit, cursor)
};

// In this order, just before that job and as urgent as it; absent: to the end of their priority.
struct QueueOrder {
  List<Uuid, queue_change_max> job_ids;
  std::optional<Uuid> before_id;
  FIELDS(job_ids, before_id)
};

struct QueueAssignment {
  List<Uuid, queue_change_max> job_ids;
  std::optional<Uuid> printer_id;  // Absent: whichever printer fits.
  FIELDS(job_ids, printer_id)
};

class Queue {
 public:
  struct Rooms {
    Database& database;
    Files& files;
    Printers& printers;
    LivePrinters& live;
    LiveFeed& feed;
  };
  Queue(Rooms rooms, Jobs& jobs) : rooms_(rooms), jobs_(jobs) {}

  // Jobs in their order, each with what it waits for now.
  Answer<Page<Job>> list(const Caller& caller, const QueueQuery& query);
  // All of them or none.
  Answer<Page<Job>> reorder(const Caller& caller, const QueueOrder& order);
  Answer<Page<Job>> assign(const Caller& caller, const QueueAssignment& assignment);

  // Starts the next job that fits, on behalf of who cleared the plate.
  void on_plate_cleared(const PlateCleared& cleared);

 private:
  struct Farm;  // What the printers are like while a page is made.
  Farm look_at_farm(Transaction& db, const TenantId& tenant);
  bool may_take(const Job& job, const TenantId& tenant, const Printer& printer);
  Answer<Page<Job>> change_all(const Caller& caller, const List<Uuid, queue_change_max>& job_ids,
                               const JobChange& change, Rearrange rearrange);

  Rooms rooms_;
  Jobs& jobs_;
};

inline constexpr auto queue_routes() {
  return std::to_array<Route<Queue>>({
      get<&Queue::list>("/api/queue", Role::viewer),
      bulk(post<&Queue::reorder>("/api/queue/reorder", Role::operator_)),
      bulk(post<&Queue::assign>("/api/queue/assign", Role::operator_)),
  });
}

}  // namespace pf
