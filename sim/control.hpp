// The control channel of printfarm-sim --control: one JSON object a line on standard input, one
// answer a line on standard output, in order.
//
//   {"id": 1, "printer": "03000A000012345", "do": {"type": "press_stop"}}
//   {"id":1,"done":true,"printers":[{"serial_number":"03000A000012345","state":"RUNNING",...}]}
//   {"id":1,"done":false,"says":"The printer is not paused.","printers":[...]}
//
// printer is a serial number or a name; absent, it is every printer. Without "do" the answer only
// tells how the printers are: from their own point of view, whatever their clients believe. The
// acts are those of sim/act.hpp.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "sim/act.hpp"
#include "sim/fault.hpp"

namespace pf::sim {

inline constexpr std::size_t control_line_bytes_max = 64 * 1024;

struct ControlRequest {
  std::optional<std::int64_t> id;
  std::optional<Text<1, 64>> printer;
  std::optional<Act> do_;
  FIELDS(id, printer, do_)
};

struct PrinterTruth {
  std::string serial_number, name, ip_address, access_code;
  std::string state;  // As gcode_state.
  std::string subtask_name;
  int percent = 0, layer = 0;
  std::uint32_t print_error = 0;
  std::int64_t starts_ordered = 0, uploads = 0;
  FIELDS(serial_number, name, ip_address, access_code, state, subtask_name, percent, layer,
         print_error, starts_ordered, uploads)
};

struct ControlAnswer {
  std::optional<std::int64_t> id;
  bool done = true;
  std::optional<std::string> says;
  std::vector<PrinterTruth> printers;
  FIELDS(id, done, says, printers)
};

// Collects lines from pieces.
class ControlReader {
 public:
  // The next whole request or what is wrong with it. None: no line is whole yet.
  std::optional<Result<ControlRequest, Fault>> next();
  void add(std::string_view bytes) { unread_ += bytes; }
  bool failed() const { return unread_.size() > control_line_bytes_max; }  // No line is that long.

 private:
  std::string unread_;
};

}  // namespace pf::sim
