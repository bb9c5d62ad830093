#include "sim/ftps_session.hpp"

#include <openssl/crypto.h>
#include <openssl/ssl.h>

#include <array>
#include <vector>

namespace pf::sim {
namespace {

constexpr Milliseconds sign_in_within{15'000};
constexpr Milliseconds idle_max{300'000};
constexpr Milliseconds data_connect_within{10'000};
constexpr Milliseconds data_idle_max{30'000};
constexpr Milliseconds data_close_within{2'000};
// The A-series' server was only ever seen to use these; others take any port.
constexpr std::uint16_t digits_port_first = 2024, digits_port_last = 2031;
constexpr std::size_t data_piece_bytes = 64 * 1024;

std::vector<unsigned char> master_key(const SSL* connection) {
  const SSL_SESSION* session = SSL_get_session(connection);
  if (!session) return {};
  std::vector<unsigned char> key(SSL_MAX_MASTER_KEY_LENGTH);
  key.resize(SSL_SESSION_get_master_key(session, key.data(), key.size()));
  return key;
}

ChannelEnd end_of(error_code error) {
  if (error == asio::error::eof) return ChannelEnd::closed;
  if (error == asio::ssl::error::stream_truncated) return ChannelEnd::cut_off;
  return ChannelEnd::broken;
}

}  // namespace

FtpsSession::FtpsSession(asio::io_context& io, asio::ssl::context& tls,
                         std::shared_ptr<TlsStream> control, std::shared_ptr<FtpRoom> room)
    : io_(io),
      tls_(tls),
      control_(std::move(control)),
      room_(std::move(room)),
      dialogue_(*room_),
      passive_(io) {
  ++room_->sessions;
}

FtpsSession::~FtpsSession() { --room_->sessions; }

asio::awaitable<void> FtpsSession::run() {
  Deadline deadline(io_, control_);
  deadline.within(sign_in_within);
  auto [error] = co_await control_->async_handshake(TlsStream::server, with_error);
  if (error) co_return;
  if (!co_await say(dialogue_.greeting())) co_return;
  for (;;) {
    deadline.within(idle_max);
    const auto line = co_await read_line();
    if (!line) co_return;
    FtpStep step = dialogue_.on_line(*line);
    if (step.wish == FtpStep::Wish::open_passive) step = dialogue_.passive_opened(open_passive());
    if (step.wish == FtpStep::Wish::transfer) {
      deadline.off();  // The data channel has its own.
      step = co_await transfer();
    }
    if (!co_await say(std::move(step.replies))) co_return;
    if (step.wish == FtpStep::Wish::stall) {
      deadline.within(idle_max);
      co_await ignore_client();
      co_return;
    }
    if (step.wish == FtpStep::Wish::close) break;
  }
  deadline.within(data_close_within);
  co_await control_->async_shutdown(with_error);
}

asio::awaitable<std::optional<std::string>> FtpsSession::read_line() {
  for (;;) {
    const auto end = unread_.find('\n');
    if (end != unread_.npos) {
      std::string line = unread_.substr(0, end);
      unread_.erase(0, end + 1);
      if (line.ends_with('\r')) line.pop_back();
      co_return line;
    }
    if (unread_.size() > ftp_line_bytes_max) co_return std::nullopt;
    std::array<char, 512> buffer;
    auto [error, count] = co_await control_->async_read_some(asio::buffer(buffer), with_error);
    if (error) co_return std::nullopt;
    unread_.append(buffer.data(), count);
  }
}

void FtpsSession::drop() {
  error_code ignored;
  control_->next_layer().close(ignored);
  passive_.close(ignored);
  if (data_) data_->next_layer().close(ignored);
}

asio::awaitable<void> FtpsSession::ignore_client() {
  for (;;) {
    const auto line = co_await read_line();
    if (!line) co_return;
  }
}

asio::awaitable<void> FtpsSession::wait(Milliseconds time) {
  asio::steady_timer timer(io_, time);
  co_await timer.async_wait(with_error);
}

asio::awaitable<bool> FtpsSession::say(std::string text) {
  auto [error, count] = co_await asio::async_write(*control_, asio::buffer(text), with_error);
  co_return !error;
}

std::optional<std::uint16_t> FtpsSession::open_passive() {
  error_code error;
  passive_.close(error);
  const bool few = room_->dialect == FtpDialect::digits_only;
  const std::uint16_t first = few ? digits_port_first : 0, last = few ? digits_port_last : 0;
  for (std::uint16_t port = first; port <= last; ++port) {
    if (!listen_on(passive_, room_->ip_address, port)) {
      passive_.close(error);
      continue;
    }
    const auto endpoint = passive_.local_endpoint(error);
    if (error) return std::nullopt;
    return endpoint.port();
  }
  return std::nullopt;
}

// Data channels of others than this client are not let in.
asio::awaitable<std::shared_ptr<TlsStream>> FtpsSession::accept_data() {
  asio::steady_timer too_late(io_, data_connect_within);
  // The timer dies with this frame, and the acceptor outlives the frame.
  too_late.async_wait([this](error_code error) {
    if (!error) passive_.cancel(error);
  });
  auto [error, socket] = co_await passive_.async_accept(with_error);
  error_code ignored;
  passive_.close(ignored);
  if (error) co_return nullptr;
  const auto client = control_->next_layer().remote_endpoint(ignored).address();
  if (socket.remote_endpoint(ignored).address() != client) co_return nullptr;
  co_return std::make_shared<TlsStream>(std::move(socket), tls_);
}

asio::awaitable<FtpStep> FtpsSession::transfer() {
  data_ = co_await accept_data();
  FtpStep step = dialogue_.channel_connected(data_ != nullptr);
  if (!data_) co_return step;
  if (!co_await say(std::move(step.replies))) co_return dialogue_.channel_ended(ChannelEnd::broken);
  step = co_await move_data(data_);
  // A stalled server does not even hang up: the data channel stays open with the session.
  if (step.wish == FtpStep::Wish::stall) co_return step;
  error_code ignored;
  data_->next_layer().close(ignored);
  data_.reset();
  co_return step;
}

asio::awaitable<FtpStep> FtpsSession::move_data(std::shared_ptr<TlsStream> data) {
  Deadline deadline(io_, data);
  deadline.within(data_idle_max);
  bool secured = false, resumed = false;
  if (dialogue_.channel_encrypted()) {
    auto [error] = co_await data->async_handshake(TlsStream::server, with_error);
    secured = !error;
    resumed = secured && resumes_control_session(*data);
  }
  FtpStep step = dialogue_.channel_ready(secured, resumed);
  if (step.wish != FtpStep::Wish::transfer) co_return step;
  if (dialogue_.uploading()) {
    step = co_await receive(*data, deadline);
  } else {
    step = co_await send(*data, deadline);
  }
  co_return step;
}

asio::awaitable<FtpStep> FtpsSession::receive(TlsStream& data, Deadline& deadline) {
  std::vector<char> buffer(dialogue_.piece_bytes_max());
  const bool encrypted = dialogue_.channel_encrypted();
  for (;;) {
    deadline.within(data_idle_max);
    error_code error;
    std::size_t count = 0;
    if (encrypted) {
      std::tie(error, count) = co_await data.async_read_some(asio::buffer(buffer), with_error);
    } else {
      std::tie(error, count) =
          co_await data.next_layer().async_read_some(asio::buffer(buffer), with_error);
    }
    if (error) {
      if (encrypted && error == asio::error::eof) {
        deadline.within(data_close_within);
        co_await data.async_shutdown(with_error);
      }
      co_return dialogue_.channel_ended(end_of(error));
    }
    FtpStep step = dialogue_.data_received({buffer.data(), count});
    if (step.wish != FtpStep::Wish::transfer) co_return step;
    if (const auto busy = dialogue_.card_writes_for(count); busy > Milliseconds{0}) {
      deadline.off();
      co_await wait(busy);
    }
  }
}

asio::awaitable<FtpStep> FtpsSession::send(TlsStream& data, Deadline& deadline) {
  const bool encrypted = dialogue_.channel_encrypted();
  for (;;) {
    const std::string piece = dialogue_.data_to_send(data_piece_bytes);
    if (piece.empty()) break;
    deadline.within(data_idle_max);
    error_code error;
    std::size_t count = 0;
    if (encrypted) {
      std::tie(error, count) = co_await asio::async_write(data, asio::buffer(piece), with_error);
    } else {
      std::tie(error, count) =
          co_await asio::async_write(data.next_layer(), asio::buffer(piece), with_error);
    }
    if (error) co_return dialogue_.channel_ended(ChannelEnd::broken);
  }
  if (encrypted) {
    // Says goodbye, and does not hold it against the client if that does not.
    deadline.within(data_close_within);
    co_await data.async_shutdown(with_error);
  }
  co_return dialogue_.channel_ended(ChannelEnd::closed);
}

// Another session of the same client would do for OpenSSL; real printers want this very one.
bool FtpsSession::resumes_control_session(TlsStream& data) const {
  SSL* connection = data.native_handle();
  if (SSL_session_reused(connection) != 1) return false;
  const auto key = master_key(connection), expected = master_key(control_->native_handle());
  return !key.empty() && key.size() == expected.size() &&
         CRYPTO_memcmp(key.data(), expected.data(), key.size()) == 0;
}

}  // namespace pf::sim
