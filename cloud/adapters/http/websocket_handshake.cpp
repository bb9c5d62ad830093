#include "cloud/adapters/http/websocket_handshake.hpp"

#include <openssl/evp.h>

#include <array>

namespace pf {
namespace {

constexpr std::size_t key_characters = 24;  // 16 bytes as base 64.

std::string base64(const unsigned char* bytes, std::size_t size) {
  std::string text(4 * ((size + 2) / 3) + 1, '\0');  // EVP adds a NUL.
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes, static_cast<int>(size));
  text.pop_back();
  return text;
}

bool is_key(std::string_view key) {
  if (key.size() != key_characters || !key.ends_with("==")) return false;
  std::array<unsigned char, key_characters> decoded;
  return EVP_DecodeBlock(decoded.data(), reinterpret_cast<const unsigned char*>(key.data()),
                         static_cast<int>(key.size())) == 18;
}

std::string accept_of(std::string_view key) {
  // SHA-1 is the RFC's choice: it proves that a WebSocket server answers, nothing secret.
  const auto text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr);
  return base64(digest.data(), size);
}

}  // namespace

Answer<std::string> websocket_upgrade_reply(const RequestHead& head) {
  if (head.field("sec-websocket-version") != "13") {
    return Fault{426, "This server speaks version 13 of the WebSocket protocol."};
  }
  const auto key = head.field("sec-websocket-key");
  if (!key || !is_key(*key) || head.has_body()) {
    return Fault{400, "This is not a WebSocket handshake."};
  }
  return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Accept: " +
         accept_of(*key) + "\r\n\r\n";
}

}  // namespace pf
