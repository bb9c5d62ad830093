// Many requests over a few connections at once, so that the server's database commits them in
// groups. Runs on threads of its own: whoever started it may go on polling sockets meanwhile.
#pragma once
#include <atomic>
#include <cstdint>
#include <exception>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace pf::bench {

inline constexpr std::size_t post_connections = 8;

struct Post {
  std::string path;
  std::string body;
  std::string access_token;
};

class PostBatch {
 public:
  PostBatch(std::uint16_t port, std::vector<Post> posts);
  ~PostBatch();
  PostBatch(const PostBatch&) = delete;
  PostBatch& operator=(const PostBatch&) = delete;

  std::size_t size() const { return posts_.size(); }
  std::size_t answered() const { return answered_; }
  // All answered, or one refused.
  bool is_over() const { return running_ == 0; }
  // Waits; the bodies of the answers in the order of the posts. Throws what one of them met.
  std::vector<std::string> finish();

 private:
  void work(std::uint16_t port);
  void join();

  const std::vector<Post> posts_;
  std::vector<std::string> answers_;
  std::atomic<std::size_t> next_ = 0, answered_ = 0, running_ = 0;
  struct Failure {
    std::mutex mutex;
    std::exception_ptr first;
  } failure_;
  std::vector<std::thread> threads_;
};

}  // namespace pf::bench
