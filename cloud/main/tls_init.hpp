// `printfarm tls init`: TLS for a server without a public name, and what people do with it.
#pragma once

namespace pf {

// The program's exit code. argv[0] is the command's last word.
int run_tls_init(int argc, const char* const* argv);

}  // namespace pf
