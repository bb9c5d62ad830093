#include "cloud/adapters/http/worker_pool.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

namespace pf {
namespace {

using Admission = WorkerPool::Admission;
constexpr Milliseconds patience = Seconds{20};  // Far beyond what any test needs.

// Work that runs until the test lets it end.
struct Held {
  std::promise<void> began, may_end;
  void run() {
    began.set_value();
    may_end.get_future().wait();
  }
};

TEST(WorkerPool, NewWorkIsRefusedWhenTooMuchWaitsAndNextStepsNever) {
  WorkerPool pool(1);
  pool.start(1);
  Held held;
  ASSERT_TRUE(pool.submit(Admission::new_work, [&] { held.run(); }));
  held.began.get_future().wait();
  std::atomic<int> done = 0;
  EXPECT_TRUE(pool.submit(Admission::new_work, [&] { ++done; }));
  EXPECT_FALSE(pool.submit(Admission::new_work, [&] { ++done; }));
  EXPECT_TRUE(pool.submit(Admission::next_step, [&] { ++done; }));
  EXPECT_EQ(pool.waiting(), 2u);
  held.may_end.set_value();
  EXPECT_TRUE(pool.finish(patience));
  EXPECT_EQ(done, 2);
}

TEST(WorkerPool, FinishingWaitsAlsoForWhatWaitingWorkSubmits) {
  WorkerPool pool(10);
  pool.start(2);
  Held held;
  std::atomic<bool> last_step_done = false;
  pool.submit(Admission::new_work, [&] { held.run(); });
  pool.submit(Admission::new_work,
              [&] { pool.submit(Admission::next_step, [&] { last_step_done = true; }); });
  EXPECT_FALSE(pool.finish(Milliseconds{1})) << "one is held";
  held.may_end.set_value();
  EXPECT_TRUE(pool.finish(patience));
  EXPECT_TRUE(last_step_done);
  EXPECT_TRUE(pool.finish(Milliseconds{0})) << "nothing is left";
}

TEST(WorkerPool, StoppingDropsWhatWaitsAndTakesNothingMore) {
  WorkerPool pool(10);
  pool.start(1);
  Held held;
  const auto token = std::make_shared<int>(1);
  std::atomic<bool> ran = false;
  pool.submit(Admission::new_work, [&] { held.run(); });
  held.began.get_future().wait();
  pool.submit(Admission::new_work, [&, token] { ran = true; });
  auto stopping = std::async(std::launch::async, [&] { pool.stop(); });
  while (pool.submit(Admission::next_step, [] {})) std::this_thread::yield();
  held.may_end.set_value();
  stopping.get();
  EXPECT_FALSE(ran);
  EXPECT_EQ(token.use_count(), 1) << "what was dropped is let go";
  EXPECT_FALSE(pool.submit(Admission::new_work, [] {}));
  pool.stop();
}

}  // namespace
}  // namespace pf
