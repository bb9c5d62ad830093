// The cloud's clock as this boot knows it: an offset to our own, learnt from each cloud_hello. It
// is known exactly when the cloud has proved itself in this boot, which is what START 6 waits for.
#pragma once
#include <optional>

#include "base/time.hpp"
#include "protocol/words.hpp"

namespace pf::hub {

// When something happened: by the boot's own clock, and by the cloud's where that was known.
struct When {
  std::int64_t boot = 0;
  std::int64_t uptime_ms = 0;
  std::optional<Millis> at;
  FIELDS(boot, uptime_ms, at)
};

class ServerTime {
 public:
  void begin_boot(std::int64_t boot) { boot_ = boot; }
  void learn(Millis server_time, Instant now) { offset_ = server_time - now.since_start.count(); }
  bool known() const { return offset_.has_value(); }
  std::optional<Millis> at(Instant now) const {
    if (!offset_) return std::nullopt;
    return *offset_ + now.since_start.count();
  }
  When when(Instant now) const { return {boot_, now.since_start.count(), at(now)}; }
  // An earlier boot that never learnt the time had ended when this one began.
  std::optional<Millis> at(const When& when) const {
    if (when.at) return when.at;
    return at(Instant{Milliseconds{when.boot == boot_ ? when.uptime_ms : 0}});
  }

 private:
  std::int64_t boot_ = 0;
  std::optional<Millis> offset_;
};

}  // namespace pf::hub
