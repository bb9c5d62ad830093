#include "cloud/adapters/http/stream.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>
#include <cassert>

namespace pf {
namespace {

constexpr std::size_t record_bytes_max = SSL3_RT_MAX_PLAIN_LENGTH;
constexpr char handshake_record = 0x16;  // How every TLS connection begins, and no HTTP request.

}  // namespace

Stream::Stream(Socket socket, TlsSession session)
    : socket_(std::move(socket)), session_(std::move(session)) {
  if (session_ && SSL_set_fd(session_.get(), socket_.native_handle()) != 1) close();
}

Stream::~Stream() { say_goodbye(); }

Stream::Handshake Stream::shake_hands() {
  if (SSL_in_before(session_.get()) == 1) {
    char first = 0;
    error_code error;
    socket_.receive(asio::buffer(&first, 1), Socket::message_peek, error);
    if (error == asio::error::would_block) return Handshake::waits;
    if (error) return Handshake::failed;
    if (first != handshake_record) {
      session_.reset();
      return Handshake::plain_http;
    }
  }
  ERR_clear_error();
  const int result = SSL_accept(session_.get());
  if (result == 1) {
    is_established_ = true;
    return Handshake::done;
  }
  return error_of(result) == asio::error::would_block ? Handshake::waits : Handshake::failed;
}

std::size_t Stream::read_some(std::span<char> buffer, error_code& error) {
  if (!session_) return socket_.read_some(asio::buffer(buffer.data(), buffer.size()), error);
  assert(buffer.size() >= record_bytes_max);
  std::size_t total = 0;
  while (buffer.size() - total >= record_bytes_max) {
    const auto bytes = read_record(buffer.subspan(total), error);
    if (bytes == 0) break;
    total += bytes;
  }
  if (total > 0) error = {};  // What is wrong with what follows is told when it is asked for.
  return total;
}

std::size_t Stream::read_record(std::span<char> buffer, error_code& error) {
  std::size_t bytes = 0;
  ERR_clear_error();
  const int result = SSL_read_ex(session_.get(), buffer.data(), buffer.size(), &bytes);
  if (result == 1) return bytes;
  error = error_of(result);
  return 0;
}

std::size_t Stream::write_some(std::span<const asio::const_buffer> buffers, error_code& error) {
  if (!session_) return socket_.write_some(buffers, error);
  // Small texts that are sent together leave in one record, and so in one system call.
  std::array<char, record_bytes_max> gathered;
  std::size_t size = 0;
  for (const auto& buffer : buffers) {
    const auto taken = std::min(buffer.size(), gathered.size() - size);
    std::copy_n(static_cast<const char*>(buffer.data()), taken, gathered.data() + size);
    size += taken;
    if (size == gathered.size()) break;
  }
  std::size_t sent = 0;
  ERR_clear_error();
  const int result = SSL_write_ex(session_.get(), gathered.data(), size, &sent);
  if (result != 1) error = error_of(result);
  return sent;
}

error_code Stream::error_of(int result) {
  const int what = SSL_get_error(session_.get(), result);
  switch (what) {
    case SSL_ERROR_WANT_READ:
    case SSL_ERROR_WANT_WRITE:
      waits_for_ = what == SSL_ERROR_WANT_READ ? Socket::wait_read : Socket::wait_write;
      return asio::error::would_block;
    case SSL_ERROR_ZERO_RETURN: return asio::error::eof;
    default: is_established_ = false; return asio::error::connection_aborted;
  }
}

void Stream::say_goodbye() {
  if (!session_ || !std::exchange(is_established_, false)) return;
  ERR_clear_error();
  SSL_shutdown(session_.get());
}

void Stream::end_sending(error_code& error) {
  say_goodbye();
  socket_.shutdown(Socket::shutdown_send, error);
}

void Stream::close() {
  say_goodbye();
  error_code ignored;
  socket_.close(ignored);
}

}  // namespace pf
