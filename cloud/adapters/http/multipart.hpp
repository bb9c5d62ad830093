// multipart/form-data (RFC 7578) with exactly one part, "file", read in whatever pieces it comes.
// Sans-I/O; keeps no more than a delimiter's length of the file.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "cloud/kit/fault.hpp"

namespace pf {

inline constexpr std::size_t part_head_bytes_max = 8 * 1024;
inline constexpr std::size_t file_name_bytes_max = 200;

// The boundary of a Content-Type; a fault when it is not multipart/form-data.
Answer<std::string> multipart_boundary(std::string_view content_type);

class MultipartReader {
 public:
  explicit MultipartReader(std::string_view boundary);

  // Appends to file_bytes what belongs to the file.
  std::optional<Fault> feed(std::string_view bytes, std::string& file_bytes);
  // Known before the first byte of the file. Only its last path segment.
  const std::optional<std::string>& file_name() const { return file_name_; }
  // The closing delimiter was read: nothing is missing.
  bool is_complete() const { return state_ == State::epilogue; }

 private:
  enum class State { first_delimiter, after_delimiter, part_head, file, epilogue };
  // Each takes what it can from pending_; true when there may be more to take.
  Answer<bool> step(std::string& file_bytes);
  Answer<bool> read_first_delimiter();
  Answer<bool> read_after_delimiter();
  Answer<bool> read_part_head();
  bool read_file(std::string& file_bytes);

  std::string delimiter_;  // CRLF, two dashes, the boundary.
  std::string pending_;
  State state_ = State::first_delimiter;
  std::optional<std::string> file_name_;
};

}  // namespace pf
