#include "cloud/link/serial_queue.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace pf {
namespace {

// Keeps what it was given until told, or refuses it while something else happens.
struct HeldWorkers final : Workers {
  bool post(std::function<void()> work) override {
    if (meanwhile) std::exchange(meanwhile, nullptr)();
    if (refuses) return false;
    held.push_back(std::move(work));
    return true;
  }
  void run_all() {
    while (!held.empty()) {
      const auto work = std::move(held.front());
      held.pop_front();
      work();
    }
  }
  std::deque<std::function<void()>> held;
  std::function<void()> meanwhile;
  bool refuses = false;
};

struct SerialQueueTest : testing::Test {
  HeldWorkers workers;
  std::shared_ptr<SerialQueue> queue = std::make_shared<SerialQueue>(workers);
  std::string done;

  bool post(char name) {
    return queue->post([this, name] { done += name; });
  }
};

TEST_F(SerialQueueTest, tasks_run_in_order_and_by_one_worker_at_a_time) {
  for (const char name : {'a', 'b', 'c'}) EXPECT_TRUE(post(name));
  EXPECT_EQ(workers.held.size(), 1u);
  workers.run_all();
  EXPECT_EQ(done, "abc");
  EXPECT_TRUE(post('d'));
  workers.run_all();
  EXPECT_EQ(done, "abcd");
}

TEST_F(SerialQueueTest, takes_no_more_than_its_limit) {
  for (std::size_t i = 0; i < serial_queue_tasks_max; ++i) ASSERT_TRUE(post('x'));
  EXPECT_FALSE(post('y'));
  workers.run_all();
  EXPECT_EQ(done, std::string(serial_queue_tasks_max, 'x'));
}

TEST_F(SerialQueueTest, a_task_that_nobody_takes_is_overtaken_by_none) {
  workers.refuses = true;
  workers.meanwhile = [this] { EXPECT_TRUE(post('b')); };  // Another thread's.
  EXPECT_FALSE(post('a'));
  workers.refuses = false;
  EXPECT_TRUE(post('c'));
  workers.run_all();
  EXPECT_EQ(done, "c");
}

}  // namespace
}  // namespace pf
