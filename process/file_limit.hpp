// Sockets are files to the system, and its usual soft limit of 1024 is meant for other programs.
#pragma once

namespace pf::process {

// Raises the soft limit to the hard one, as far as the system lets us.
void raise_file_limit();

}  // namespace pf::process
