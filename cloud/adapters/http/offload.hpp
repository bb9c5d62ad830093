// Work that may block, on the worker pool, waited for by a coroutine on its own thread.
#pragma once
#include <exception>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "cloud/adapters/http/asio.hpp"
#include "cloud/adapters/http/worker_pool.hpp"

namespace pf {

// What `work` gives; what it throws is thrown here. Nothing: the pool did not take it.
template <class Work>
Task<std::optional<std::invoke_result_t<Work&>>> offload(WorkerPool& pool,
                                                         WorkerPool::Admission admission,
                                                         Work work) {
  std::optional<std::invoke_result_t<Work&>> value;
  std::exception_ptr exception;
  auto run = [&] {
    try {
      value.emplace(work());
    } catch (...) {
      exception = std::current_exception();
    }
  };
  auto initiate = [&](auto handler) {
    // std::function wants to copy what it holds.
    auto resume = std::make_shared<decltype(handler)>(std::move(handler));
    const auto executor = asio::get_associated_executor(*resume);
    const auto go_on = [resume, executor] {
      asio::post(executor, [resume] { std::move (*resume)(); });
    };
    const bool taken = pool.submit(admission, [&run, go_on] {
      run();
      go_on();
    });
    if (!taken) go_on();
  };
  co_await asio::async_initiate<const asio::use_awaitable_t<Executor>, void()>(initiate, awaiting);
  if (exception) std::rethrow_exception(exception);
  co_return value;
}

}  // namespace pf
