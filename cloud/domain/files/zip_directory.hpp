// A look at a ZIP's central directory before the library reads it: libzip holds every entry in
// memory as soon as it opens an archive, and shows a NUL in a name as a space.
#pragma once
#include <cstdint>
#include <string>

#include "cloud/kit/fault.hpp"

namespace pf {

inline constexpr std::uint64_t zip_directory_bytes_max = 8 * 1024 * 1024;

// A fault when the archive has more entries than that, or a name that no slicer would write.
// A directory that cannot be found at all is left to the library to refuse.
Answer<Nothing> check_zip_directory(const std::string& path, std::uint64_t entries_max);

}  // namespace pf
