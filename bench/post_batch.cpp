#include "bench/post_batch.hpp"

#include <utility>

#include "bench/http_client.hpp"

namespace pf::bench {

PostBatch::PostBatch(std::uint16_t port, std::vector<Post> posts)
    : posts_(std::move(posts)), answers_(posts_.size()) {
  running_ = post_connections;
  for (std::size_t i = 0; i < post_connections; ++i) {
    threads_.emplace_back([this, port] { work(port); });
  }
}

PostBatch::~PostBatch() {
  next_ = posts_.size();
  join();
}

void PostBatch::work(std::uint16_t port) {
  try {
    HttpClient client(port);
    for (auto i = next_++; i < posts_.size(); i = next_++) {
      const auto& post = posts_[i];
      answers_[i] = client.post(post.path, post.body, post.access_token);
      ++answered_;
    }
  } catch (...) {
    next_ = posts_.size();
    const std::lock_guard lock(failure_.mutex);
    if (!failure_.first) failure_.first = std::current_exception();
  }
  --running_;
}

void PostBatch::join() {
  for (auto& thread : threads_) thread.join();
  threads_.clear();
}

std::vector<std::string> PostBatch::finish() {
  join();
  if (failure_.first) std::rethrow_exception(failure_.first);
  return std::move(answers_);
}

}  // namespace pf::bench
