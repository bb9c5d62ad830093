// One request out of the bytes of a connection, in whatever pieces they come. Sans-I/O: Beast
// parses, this room refuses what Beast lets through (folded lines, repeated lengths, unknown
// codings).
#pragma once
#include <memory>
#include <string>

#include "cloud/adapters/http/request_head.hpp"

namespace pf {

class RequestReader {
 public:
  RequestReader();
  ~RequestReader();

  // Takes the head from the front of `unread`. False: more bytes are needed.
  Answer<bool> read_head(std::string& unread);
  const RequestHead& head() const { return head_; }

  // Takes body bytes from the front of `unread` and appends them, decoded, to `piece`. True: that
  // was the end of the body. What stays in `unread` then belongs to the next request.
  Answer<bool> read_body(std::string& unread, std::string& piece);

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
  RequestHead head_;
  std::size_t checked_bytes_ = 0;  // Of the unread head: its line endings are known to be right.
};

}  // namespace pf
