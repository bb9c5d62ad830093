#include "cloud/adapters/http/connection.hpp"

#include "cloud/adapters/http/offload.hpp"
#include "cloud/adapters/http/web_socket.hpp"
#include "cloud/adapters/http/websocket_handshake.hpp"

namespace pf {
namespace {

constexpr std::size_t read_bytes_max = 64 * 1024;
constexpr std::size_t kept_buffer_bytes_max = 4096;  // Of a connection between two requests.
constexpr std::string_view continue_reply = "HTTP/1.1 100 Continue\r\n\r\n";

// An IPv4 visitor of a socket that listens on both is shown as what he is.
std::string shown_address(const asio::ip::address& address) {
  const bool is_mapped = address.is_v6() && address.to_v6().is_v4_mapped();
  if (!is_mapped) return address.to_string();
  return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6()).to_string();
}

Fault too_slow() {
  return {408, "The request came too slowly. Check the connection, then send it again."};
}

}  // namespace

Connection::Connection(Stream stream, IoThread& io, const HttpSettings& settings,
                       const HttpRooms& rooms, Dispatcher& dispatcher, WorkerPool& workers,
                       TlsContext* tls)
    : stream_(std::move(stream)),
      io_(io),
      settings_(settings),
      rooms_(rooms),
      dispatcher_(dispatcher),
      workers_(workers),
      tls_(tls),
      place_(io.enter(*this)) {
  io_.metrics().connections.add(1);
  error_code error;
  const auto peer = stream_.socket().remote_endpoint(error);
  if (!error) peer_address_ = shown_address(peer.address());
}

Connection::~Connection() {
  io_.metrics().connections.add(-1);
  io_.leave(place_);
}

Task<void> Connection::run() {
  const bool can_talk = co_await shake_hands();
  if (!can_talk) co_return;
  do {
    reader_.emplace();
    has_whole_body_ = has_answered_ = false;
    if (unread_.capacity() > kept_buffer_bytes_max && unread_.empty()) unread_.shrink_to_fit();
    const bool has_head = co_await read_head();
    if (!has_head) break;
    co_await serve();
  } while (keeps_alive_ && !io_.is_draining());
}

// ---- waiting ----

void Connection::on_tick(Instant now) {
  if (!deadline_ || now < *deadline_) return;
  deadline_.reset();
  has_expired_ = true;
  error_code ignored;
  stream_.socket().cancel(ignored);
}

void Connection::on_drain() {
  error_code ignored;
  if (is_idle_) stream_.socket().cancel(ignored);
}

void Connection::on_stop() { stream_.close(); }

void Connection::allow(Milliseconds at_most) {
  deadline_ = io_.clock().now() + at_most;
  has_expired_ = false;
}

// ---- beginning ----

// False: the other side does not speak TLS, or not as we do, or there are too many like it.
Task<bool> Connection::shake_hands() {
  if (!stream_.speaks_tls()) co_return true;
  if (tls_->handshakes() >= settings_.handshakes_max) co_return false;
  const TlsContext::Handshake counted(*tls_);
  is_idle_ = true;  // Nothing is lost with it.
  allow(settings_.handshake_timeout);
  auto done = Stream::Handshake::waits;
  while (done == Stream::Handshake::waits) {
    const auto [waited] =
        co_await stream_.socket().async_wait(stream_.handshake_wait(), asio::as_tuple(awaiting));
    if (waited || has_expired_) co_return false;
    done = stream_.shake_hands();
  }
  deadline_.reset();
  if (done == Stream::Handshake::plain_http) co_await answer_plain_http();
  co_return done == Stream::Handshake::done;
}

// Somebody typed an address without https, or configured a program so.
Task<void> Connection::answer_plain_http() {
  reader_.emplace();
  const bool has_head = co_await read_head();
  if (!has_head) co_return;
  const auto& head = reader_->head();
  visitor_ = dispatcher_.visitor(head, peer_address_);
  where_ = {.route = "plain http"};
  has_whole_body_ = !head.has_body();
  keeps_alive_ = false;
  co_await respond(dispatcher_.insist_on_tls(head, visitor_));
}

// ---- reading ----

Task<bool> Connection::read_more() {
  while (true) {
    const auto [waited] =
        co_await stream_.socket().async_wait(Socket::wait_read, asio::as_tuple(awaiting));
    if (waited || has_expired_) co_return false;
    const auto buffer = io_.read_buffer().first(read_bytes_max);
    error_code error;
    const auto bytes = stream_.read_some(buffer, error);
    if (error == asio::error::would_block) continue;
    if (error) co_return false;
    unread_.append(buffer.data(), bytes);
    co_return true;
  }
}

// False: there is no further request, or it was refused.
Task<bool> Connection::read_head() {
  const auto slow = too_slow();
  is_idle_ = unread_.empty();
  allow(is_idle_ ? settings_.idle_timeout : settings_.head_timeout);
  while (true) {
    const auto done = reader_->read_head(unread_);
    if (!done) {
      co_await refuse_unread(done.error());
      co_return false;
    }
    if (*done) break;
    const bool has_more = co_await read_more();
    if (!has_more) {
      if (has_expired_ && !unread_.empty()) co_await refuse_unread(slow);
      co_return false;
    }
    if (is_idle_) allow(settings_.head_timeout);  // All of the head in this time, however slowly.
    is_idle_ = false;
  }
  deadline_.reset();
  began_ = io_.clock().now();
  co_return true;
}

// Nothing of this request can be believed, not even where it ends.
Task<void> Connection::refuse_unread(const Fault& fault) {
  is_idle_ = false;
  began_ = io_.clock().now();
  visitor_ = {};
  visitor_.request_id = uuid7(rooms_.clock.unix_now(), rooms_.random);
  where_ = {.route = "malformed"};
  return refuse(fault);
}

// Nothing: the request was refused or the visitor went away.
Task<std::optional<std::string>> Connection::read_body() {
  const auto& head = reader_->head();
  const Fault too_large{413, "The body is over " + std::to_string(body_bytes_max / 1024) + " KiB."};
  const auto slow = too_slow();
  std::string body;
  if (head.content_length.value_or(0) > body_bytes_max) {
    co_await refuse(too_large);
    co_return std::nullopt;
  }
  if (head.has_body()) co_await say_continue();
  allow(settings_.stall_timeout);
  while (!has_whole_body_) {
    const auto done = reader_->read_body(unread_, body);
    if (!done || body.size() > body_bytes_max) {
      const auto fault = done ? too_large : done.error();
      co_await refuse(fault);
      co_return std::nullopt;
    }
    has_whole_body_ = *done;
    if (has_whole_body_) break;
    const bool has_more = co_await read_more();
    if (has_more) continue;
    keeps_alive_ = false;
    if (has_expired_) co_await refuse(slow);
    co_return std::nullopt;
  }
  deadline_.reset();
  co_return body;
}

Task<void> Connection::say_continue() {
  if (reader_->head().expects_continue() && unread_.empty()) co_await write(continue_reply);
}

// ---- serving ----

// A broken world is caught here, once.
Task<void> Connection::serve() {
  std::exception_ptr broken;
  try {
    co_await handle();
  } catch (...) {
    broken = std::current_exception();
  }
  if (!broken) co_return;
  auto response = answer_broken_world(broken, visitor_.request_id, where_.route, rooms_.log);
  if (has_answered_) {
    keeps_alive_ = false;  // In the middle of a body: all that can be said is "cut".
  } else {
    co_await respond(std::move(response));
  }
}

Task<void> Connection::handle() {
  using Kind = Destination::Kind;
  const auto& head = reader_->head();
  keeps_alive_ = head.keeps_alive;
  has_whole_body_ = !head.has_body();
  visitor_ = dispatcher_.visitor(head, peer_address_);
  if (!stream_.speaks_tls() && !dispatcher_.may_speak_plain(peer_address_)) {
    const Fault needs_tls{403, "Reach this server over TLS, by the proxy in front of it."};
    where_ = {.route = "plain http"};
    co_return co_await refuse(needs_tls);
  }
  where_ = dispatcher_.find(head);
  switch (where_.kind) {
    case Kind::hub_socket:
    case Kind::dashboard_socket: co_return co_await upgrade();
    case Kind::upload: co_return co_await receive_upload();
    case Kind::refused:
    case Kind::page:
    case Kind::api:
    case Kind::web_app: break;
  }
  auto body = co_await read_body();
  if (!body) co_return;
  if (where_.kind == Kind::refused) co_return co_await refuse(where_.fault);
  if (where_.kind == Kind::web_app) co_return co_await answer_from_web_app();
  co_await answer_from_workers(std::move(*body));
}

Task<void> Connection::answer_from_workers(std::string body) {
  const auto& head = reader_->head();
  if (const auto fault = dispatcher_.refuse_visitor(where_, visitor_)) {
    co_return co_await refuse(*fault);
  }
  auto answer = [&] { return dispatcher_.answer(where_, head, visitor_, std::move(body)); };
  auto response = co_await offload(workers_, WorkerPool::Admission::new_work, std::move(answer));
  if (!response) co_return co_await refuse_busy();
  co_await respond(std::move(*response));
}

Task<void> Connection::answer_from_web_app() {
  const auto no_such_address = not_found("address");
  auto reply = rooms_.web_app.find(reader_->head());
  if (!reply) co_return co_await refuse(no_such_address);
  co_await respond(std::move(reply->response), reply->body);
}

Task<void> Connection::upgrade() {
  const auto no_such_address = not_found("address");
  const auto& head = reader_->head();
  const bool is_hub = where_.kind == Destination::Kind::hub_socket;
  if (const auto crowd = is_hub ? dispatcher_.refuse_hub() : std::nullopt) {
    co_return co_await refuse(*crowd);
  }
  if (auto fault = dispatcher_.refuse_socket(where_, head)) co_return co_await refuse(*fault);
  auto reply = websocket_upgrade_reply(head);
  if (!reply) {
    where_.explanation = {"Sec-WebSocket-Version", "13"};
    co_return co_await refuse(reply.error());
  }
  SocketRequest request{where_.hub_id, std::string(head.host()), visitor_, std::nullopt};
  if (!is_hub) {
    auto find_caller = [&] { return dispatcher_.socket_caller(head, visitor_); };
    auto caller = co_await offload(workers_, WorkerPool::Admission::new_work, find_caller);
    if (!caller) co_return co_await refuse_busy();
    if (!*caller) co_return co_await refuse(caller->error());
    request.caller = std::move(**caller);
  }
  if (io_.is_draining()) co_return co_await refuse_busy();
  auto& acceptor = is_hub ? rooms_.hub_sockets : rooms_.dashboard_sockets;
  const auto peer =
      std::make_shared<WebSocket>(io_, is_hub ? SocketKind::hub : SocketKind::dashboard, settings_,
                                  visitor_.address, rooms_.log);
  auto handler = acceptor.accept(peer, request);
  if (!handler) {
    peer->abandon();
    co_return co_await refuse(no_such_address);
  }
  count(101);
  keeps_alive_ = false;
  peer->start(std::move(stream_), std::move(handler), std::move(*reply), std::move(unread_));
}

}  // namespace pf
