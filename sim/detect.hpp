// The exchange by which a client that knows only an address learns whose it is (PROTOCOL 1.3). A
// frame is A5 A5, the whole frame's length in two bytes, JSON, A7 A7. One exchange a connection.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "sim/models/model.hpp"
#include "sim/printer.hpp"

namespace pf::sim {

inline constexpr std::size_t detect_frame_bytes_max = 4096;

std::string detect_frame(std::string_view json);

// Collects one frame from pieces.
class DetectReader {
 public:
  // The JSON, once all of the frame is there.
  std::optional<std::string> add(std::string_view bytes);
  bool failed() const { return failed_; }  // What came is no frame.

 private:
  std::string bytes_;
  bool failed_ = false;
};

// The reply's JSON. None: a printer says nothing to this.
std::optional<std::string> detect_reply(std::string_view request, const Model& model,
                                        const PrinterIdentity& identity);

}  // namespace pf::sim
