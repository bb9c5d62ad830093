#include "cloud/domain/jobs/queue.hpp"

#include "cloud/domain/jobs/test_jobs.hpp"

namespace pf {
namespace {

struct QueueTest : JobsFixture {
  QueueTest() { EXPECT_TRUE(farm.jobs.cancel(farm.owner, id())); }

  Job add(int priority = priority_default, bool assigned = true) {
    NewJob wanted;
    wanted.file_id = Uuid(file);
    if (assigned) wanted.printer_id = printer.id;
    wanted.priority = priority;
    return farm.jobs.create(farm.owner, wanted)->body;
  }
  std::vector<Job> queue() { return farm.queue.list(farm.owner, {})->items; }
  std::vector<std::string> order() {
    std::vector<std::string> ids;
    for (const auto& one : queue()) ids.push_back(one.id.value);
    return ids;
  }
  std::vector<std::string> ids(std::initializer_list<Job> jobs) {
    std::vector<std::string> ids;
    for (const auto& one : jobs) ids.push_back(one.id.value);
    return ids;
  }
  Answer<Page<Job>> reorder(std::initializer_list<Job> jobs, std::optional<Uuid> before) {
    QueueOrder wanted;
    for (const auto& one : jobs) wanted.job_ids.value.push_back(one.id);
    wanted.before_id = std::move(before);
    return farm.queue.reorder(farm.owner, wanted);
  }
  Answer<Page<Job>> assign(std::initializer_list<Job> jobs, std::optional<Uuid> printer_id) {
    QueueAssignment wanted;
    for (const auto& one : jobs) wanted.job_ids.value.push_back(one.id);
    wanted.printer_id = std::move(printer_id);
    return farm.queue.assign(farm.owner, wanted);
  }
  Job find(const Job& one) { return *farm.jobs.find(farm.owner, {one.id.value}); }
  void ready() { show(PrinterState::idle, ""); }
  void clear() { ASSERT_TRUE(farm.printers.cleared(farm.owner, {printer.id.value})); }
};

TEST_F(QueueTest, urgent_jobs_come_first_and_equals_in_the_order_of_their_making) {
  const auto first = add(), second = add(), urgent = add(200), idle = add(10);
  EXPECT_EQ(order(), ids({urgent, first, second, idle}));
}

TEST_F(QueueTest, people_put_jobs_in_their_own_order) {
  const auto a = add(), b = add(), c = add(), d = add();
  ASSERT_TRUE(reorder({d, c}, a.id));
  EXPECT_EQ(order(), ids({d, c, a, b}));
  ASSERT_TRUE(reorder({d}, std::nullopt));
  EXPECT_EQ(order(), ids({c, a, b, d}));
}

TEST_F(QueueTest, a_job_moved_before_another_becomes_as_urgent) {
  const auto urgent = add(200), plain = add();
  ASSERT_TRUE(reorder({plain}, urgent.id));
  EXPECT_EQ(order(), ids({plain, urgent}));
  EXPECT_EQ(find(plain).priority, 200);
}

TEST_F(QueueTest, there_is_always_room_between_neighbours) {
  const auto a = add(), b = add(), c = add();
  auto last = a, moving = b;
  for (int i = 0; i < 30; ++i) {  // More often than any gap can be halved.
    ASSERT_TRUE(reorder({moving}, c.id));
    std::swap(last, moving);
    const auto now = order();
    ASSERT_EQ(now[1], last.id.value) << i;
    ASSERT_EQ(now[2], c.id.value) << i;
  }
}

TEST_F(QueueTest, reordering_is_all_or_nothing) {
  const auto a = add(), b = add(), c = add();
  auto stranger = a;
  stranger.id = Uuid("nonsense");
  EXPECT_EQ(reorder({c, stranger}, a.id).error().status, 422);
  EXPECT_EQ(order(), ids({a, b, c}));
  EXPECT_EQ(reorder({c}, Uuid("nonsense")).error().field, "before_id");
  EXPECT_EQ(reorder({c}, c.id).error().field, "before_id");
  ASSERT_TRUE(farm.jobs.start(farm.owner, {a.id.value}, {.plate_cleared = true}));
  EXPECT_EQ(reorder({a}, b.id).error().status, 409);
  EXPECT_EQ(reorder({b}, a.id).error().status, 422);
}

TEST_F(QueueTest, a_page_goes_on_where_the_last_one_ended) {
  const auto a = add(), b = add(200), c = add();
  QueueQuery query;
  query.limit = 2;
  const auto first = farm.queue.list(farm.owner, query);
  ASSERT_EQ(first->items.size(), 2u);
  query.cursor = Text<1, 64>(*first->next_cursor);
  const auto second = farm.queue.list(farm.owner, query);
  ASSERT_EQ(second->items.size(), 1u);
  EXPECT_EQ(second->items[0].id, c.id);
  EXPECT_FALSE(second->next_cursor);
}

TEST_F(QueueTest, a_change_over_an_outdated_copy_is_refused) {
  const auto a = add();
  JobChange change;
  change.priority = 120;
  auto late = farm.owner;
  late.if_match = std::to_string(a.updated_at - 1);
  EXPECT_EQ(farm.jobs.update(late, {a.id.value}, change).error().status, 412);
  late.if_match = std::to_string(a.updated_at);
  const auto changed = farm.jobs.update(late, {a.id.value}, change);
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->priority, 120);
  EXPECT_EQ(farm.jobs.update(late, {a.id.value}, change).error().status, 412);
}

TEST_F(QueueTest, jobs_are_given_to_a_printer_and_taken_from_it) {
  const auto a = add(50, false), b = add(50, false);
  ASSERT_TRUE(assign({a, b}, printer.id));
  EXPECT_EQ(find(a).state, JobState::assigned);
  ASSERT_TRUE(assign({a}, std::nullopt));
  EXPECT_EQ(find(a).state, JobState::queued);
  EXPECT_FALSE(find(a).printer_id);
  EXPECT_EQ(find(b).printer_id, printer.id);
  EXPECT_EQ(assign({a}, Uuid("nonsense")).error().field, "printer_id");
}

TEST_F(QueueTest, a_job_is_not_given_to_a_printer_of_another_model) {
  const auto other_file = farm.add_file(farm.owner, "BL-P001");
  NewJob wanted;
  wanted.file_id = Uuid(other_file);
  const auto other = farm.jobs.create(farm.owner, wanted)->body;
  EXPECT_EQ(assign({other}, printer.id).error().status, 409);
}

TEST_F(QueueTest, a_cleared_plate_starts_the_next_job_of_its_printer) {
  const auto unassigned = add(200, false), own = add(), later = add();
  ready();
  clear();
  EXPECT_EQ(find(own).state, JobState::sending);
  EXPECT_EQ(find(unassigned).state, JobState::queued);
  EXPECT_EQ(find(later).state, JobState::assigned);
}

TEST_F(QueueTest, without_jobs_of_its_own_a_printer_takes_one_of_nobody) {
  const auto plain = add(50, false), urgent = add(100, false);
  ready();
  clear();
  EXPECT_EQ(find(urgent).state, JobState::sending);
  EXPECT_EQ(find(urgent).printer_id, printer.id);
  EXPECT_EQ(find(plain).state, JobState::queued);
}

TEST_F(QueueTest, a_job_of_nobody_goes_to_no_printer_of_which_nothing_is_known) {
  const auto job_of_nobody = add(50, false);
  clear();
  EXPECT_EQ(find(job_of_nobody).state, JobState::queued);
  EXPECT_FALSE(needs_clearing());
}

TEST_F(QueueTest, a_job_that_does_not_fit_lets_the_next_one_pass) {
  NewJob picky;
  picky.file_id = Uuid(file);
  picky.printer_id = printer.id;
  picky.required.emplace();
  picky.required->filament_type = Text<1, 32>("PLA");
  const auto first = farm.jobs.create(farm.owner, picky)->body;
  const auto second = add();
  ready();
  clear();
  EXPECT_EQ(find(first).state, JobState::assigned);
  ASSERT_TRUE(find(first).waiting_for);
  EXPECT_NE(find(first).waiting_for->value.find("has not said what is loaded"), std::string::npos);
  EXPECT_EQ(find(second).state, JobState::sending);
}

TEST_F(QueueTest, what_the_printer_does_not_say_a_person_may_accept) {
  NewJob picky;
  picky.file_id = Uuid(file);
  picky.printer_id = printer.id;
  picky.required.emplace();
  picky.required->plate_type = Text<1, 40>("textured_plate");
  const auto one = farm.jobs.create(farm.owner, picky)->body;
  StartJob start;
  start.plate_cleared = true;
  EXPECT_EQ(farm.jobs.start(farm.owner, {one.id.value}, start)->state, JobState::assigned);
  start.accept_unknown = true;
  EXPECT_EQ(farm.jobs.start(farm.owner, {one.id.value}, start)->state, JobState::sending);
}

TEST_F(QueueTest, what_was_refused_is_not_started_again_by_itself) {
  const auto refused = add();
  ready();
  clear();
  auto event = farm.event_of(find(refused), AttemptState::rejected, ++seq);
  farm.jobs.on_job_event(farm.owner.tenant, hub, event);
  const auto next = add();
  clear();
  EXPECT_EQ(find(refused).state, JobState::assigned);
  EXPECT_EQ(find(next).state, JobState::sending);
}

TEST_F(QueueTest, each_job_says_what_it_waits_for) {
  const auto own = add(), free = add(50, false);
  const auto says = [&](const Job& one) {
    for (const auto& waiting : queue()) {
      if (waiting.id == one.id && waiting.waiting_for) return waiting.waiting_for->value;
    }
    return std::string();
  };
  EXPECT_NE(says(own).find("not connected"), std::string::npos);
  show(PrinterState::printing, "somebody's");
  EXPECT_NE(says(own).find("Waiting for the print on"), std::string::npos);
  EXPECT_NE(says(free).find("Waiting for the print on"), std::string::npos);
  show(PrinterState::error, "somebody's");
  EXPECT_NE(says(own).find("error"), std::string::npos);
  ready();
  EXPECT_NE(says(own).find("clear plate"), std::string::npos);
  farm.database.execute("UPDATE printers SET model = NULL");
  EXPECT_NE(says(free).find("No printer fits"), std::string::npos);
  farm.database.execute("DELETE FROM plate_tokens");
  farm.database.execute("UPDATE print_jobs SET printer_id = NULL, state = 'queued'");
  farm.database.execute("DELETE FROM printers");
  EXPECT_NE(says(own).find("There is no printer yet"), std::string::npos);
}

TEST_F(QueueTest, a_ready_printer_with_a_clear_plate_waits_for_nothing) {
  ready();
  clear();
  add();
  ASSERT_EQ(queue().size(), 1u);
  EXPECT_FALSE(queue()[0].waiting_for);
}

TEST_F(QueueTest, copies_are_one_batch_of_single_jobs) {
  NewJob wanted;
  wanted.file_id = Uuid(file);
  wanted.printer_id = printer.id;
  wanted.copies = 5;
  const auto created = farm.jobs.create(farm.owner, wanted);
  ASSERT_TRUE(created);
  EXPECT_EQ(created->location, "/api/jobs/" + created->body.id.value);
  ASSERT_TRUE(created->body.batch_id);
  EXPECT_FALSE(add().batch_id);
  JobQueryParameters query;
  query.batch_id = created->body.batch_id;
  EXPECT_EQ(farm.jobs.list(farm.owner, query)->items.size(), 5u);
  EXPECT_EQ(order().front(), created->body.id.value);
  EXPECT_EQ(count("audit_entries WHERE action = 'jobs.create'"), 3);
}

TEST_F(QueueTest, another_organisation_sees_and_moves_nothing) {
  const auto mine = add();
  const auto stranger = farm.make_caller("Other");
  EXPECT_TRUE(farm.queue.list(stranger, {})->items.empty());
  QueueOrder move;
  move.job_ids.value.push_back(mine.id);
  EXPECT_EQ(farm.queue.reorder(stranger, move).error().status, 422);
  EXPECT_EQ(farm.jobs.update(stranger, {mine.id.value}, {}).error().status, 404);
}

}  // namespace
}  // namespace pf
