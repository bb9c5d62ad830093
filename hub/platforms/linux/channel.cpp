#include "hub/platforms/linux/channel.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace pf::hub {
namespace {

Step moved(std::size_t bytes) { return {Step::Kind::done, bytes, {}, {}}; }

Step failed_with(int error, CloseReason otherwise) {
  const CloseReason reason = error == ETIMEDOUT ? CloseReason::timed_out : otherwise;
  return {Step::Kind::failed, 0, reason, std::strerror(error)};
}

}  // namespace

Step Channel::tls_step(int result, CloseReason otherwise) const {
  const int error = errno;
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ: return {Step::Kind::wants_read, 0, {}, {}};
    case SSL_ERROR_WANT_WRITE: return {Step::Kind::wants_write, 0, {}, {}};
    case SSL_ERROR_ZERO_RETURN: return {Step::Kind::ended, 0, {}, {}};
    case SSL_ERROR_SYSCALL:
      return error == 0 ? Step{Step::Kind::ended, 0, {}, {}}
                        : failed_with(error, CloseReason::reset);
    default: {
      std::string detail = take_tls_error();
      const long verified = SSL_get_verify_result(ssl_.get());
      if (otherwise == CloseReason::tls_failed && verified != X509_V_OK) {
        detail.append(" (").append(X509_verify_cert_error_string(verified)).append(")");
      }
      return {Step::Kind::failed, 0, otherwise, std::move(detail)};
    }
  }
}

Step Channel::shake_hands() {
  ERR_clear_error();
  errno = 0;
  const int result = SSL_do_handshake(ssl_.get());
  if (result == 1) return moved(0);
  Step step = tls_step(result, CloseReason::tls_failed);
  if (step.kind == Step::Kind::ended) {
    return {Step::Kind::failed, 0, CloseReason::tls_failed,
            "the peer closed the connection during the TLS handshake"};
  }
  return step;
}

Step Channel::read(char* buffer, std::size_t size) {
  if (ssl_) {
    ERR_clear_error();
    errno = 0;
    std::size_t got = 0;
    const int result = SSL_read_ex(ssl_.get(), buffer, size, &got);
    return result == 1 ? moved(got) : tls_step(result, CloseReason::reset);
  }
  for (;;) {
    const ssize_t got = ::recv(socket_, buffer, size, 0);
    if (got > 0) return moved(static_cast<std::size_t>(got));
    if (got == 0) return {Step::Kind::ended, 0, {}, {}};
    if (errno == EINTR) continue;
    if (errno == EAGAIN || errno == EWOULDBLOCK) return {Step::Kind::wants_read, 0, {}, {}};
    return failed_with(errno, CloseReason::reset);
  }
}

Step Channel::write(std::string_view bytes) {
  if (ssl_) {
    ERR_clear_error();
    errno = 0;
    std::size_t sent = 0;
    const int result = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &sent);
    return result == 1 ? moved(sent) : tls_step(result, CloseReason::reset);
  }
  for (;;) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent >= 0) return moved(static_cast<std::size_t>(sent));
    if (errno == EINTR) continue;
    if (errno == EAGAIN || errno == EWOULDBLOCK) return {Step::Kind::wants_write, 0, {}, {}};
    return failed_with(errno, CloseReason::reset);
  }
}

Step Channel::say_goodbye() {
  if (ssl_) {
    ERR_clear_error();
    errno = 0;
    const int result = SSL_shutdown(ssl_.get());
    if (result < 0) {
      Step step = tls_step(result, CloseReason::reset);
      if (step.kind == Step::Kind::wants_write) return step;
    }
  }
  ::shutdown(socket_, SHUT_WR);
  return moved(0);
}

}  // namespace pf::hub
