// A sliced file of any size: a real one with an entry of random bytes beside the plates, so that
// neither the archive nor a disk can make it small.
#pragma once
#include <cstdint>
#include <string>

#include "base/random.hpp"

namespace pf::bench {

// Copies the sliced file `from` to `to`, with that many random bytes more. Throws with a sentence
// when one of the files cannot be read or written.
void write_padded_file(const std::string& from, const std::string& to, std::int64_t padding_bytes,
                       Random& random);

}  // namespace pf::bench
