// When and for which printer a status was written, carried in current_file: the one text that
// travels from hub to browser unchanged, so that a latency is end to end and in one clock.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pf::bench {

struct Stamp {
  std::size_t printer = 0;  // Counted over the whole farm, from 0.
  std::int64_t sent_us = 0;
};

std::string stamped_file_name(const Stamp& stamp);

// The stamps in a dashboard's frame, one after the other, without parsing the rest of it.
class StampReader {
 public:
  explicit StampReader(std::string_view frame) : rest_(frame) {}
  std::optional<Stamp> next();

 private:
  std::string_view rest_;
};

}  // namespace pf::bench
