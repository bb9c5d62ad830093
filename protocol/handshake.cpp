#include "protocol/handshake.hpp"

#include <initializer_list>

namespace pf {
namespace {

std::string framed(std::string_view label, std::initializer_list<std::string_view> parts) {
  std::string out(label);
  for (const auto part : parts) {
    const auto size = static_cast<std::uint32_t>(part.size());
    for (const int shift : {24, 16, 8, 0}) out += static_cast<char>(size >> shift & 0xff);
    out += part;
  }
  return out;
}

}  // namespace

std::string signed_hello(std::string_view host, std::string_view nonce, const HubHello& hello) {
  return framed("printfarm-hub-1", {host, nonce, hello.client_nonce, hello.hub_id, hello.boot_id,
                                    std::to_string(hello.boot_count)});
}

std::string signed_welcome(std::string_view client_nonce, std::int64_t epoch) {
  return framed("printfarm-cloud-1", {client_nonce, std::to_string(epoch)});
}

}  // namespace pf
