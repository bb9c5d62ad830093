// What a printer reads from a sliced 3MF before it prints a plate (PROTOCOL section 7): that the
// plate is there, that its G-code is the one the checksum beside it was made for, and the facts
// that drive a simulated print.
#pragma once
#include <cstdint>
#include <string>

#include "base/result.hpp"
#include "sim/print_run.hpp"

namespace pf::sim {

struct RefusedFile {
  std::uint32_t error = error_file_unreadable;  // What the printer shows.
  std::string why;                              // For the log.
};

// `entry` is project_file's param, such as "Metadata/plate_1.gcode". Reads the whole plate: slow
// for large files, so not for a thread that has sockets to serve.
Result<PlateFacts, RefusedFile> read_sliced_plate(const std::string& path, std::string_view entry);

}  // namespace pf::sim
