#include "hub/platforms/linux/cloud.hpp"

#include <boost/asio/io_context.hpp>

namespace pf::hub {
namespace {

constexpr int close_normal = 1000, close_going_away = 1001;  // RFC 6455 section 7.4.1.

}  // namespace

Cloud::Cloud(boost::asio::io_context& loop, const TlsClient& tls, Origin origin,
             const std::string& hub_id, EventSink& sink, WebSocketTimes times)
    : loop_(loop),
      tls_(tls),
      target_{std::move(origin), "/ws/hub/" + hub_id, times},
      sink_(sink),
      wait_(loop) {}

Cloud::~Cloud() {
  if (socket_) socket_->abandon();
}

void Cloud::perform(const CloudOpen& wish) {
  wait_.expires_after(wish.after);
  wait_.async_wait([this, number = ++wait_number_](const boost::system::error_code& error) {
    if (!error && number == wait_number_ && !socket_) connect();
  });
}

void Cloud::perform(const CloudClose&) {
  ++wait_number_;
  wait_.cancel();
  if (socket_) socket_->close(close_normal);
}

void Cloud::perform(SendToCloud wish) {
  if (socket_) socket_->send(std::move(wish.text));
}

bool Cloud::send_binary(std::string bytes) {
  if (!socket_) return false;
  socket_->send_binary(std::move(bytes));
  return true;
}

void Cloud::leave() {
  ++wait_number_;
  wait_.cancel();
  if (socket_) socket_->close(close_going_away);
}

void Cloud::connect() {
  socket_ = target_.origin.secure ? make_tls_web_socket(loop_, tls_, target_, *this)
                                  : make_plain_web_socket(loop_, target_, *this);
  socket_->open();
}

void Cloud::on_closed(int code, std::string reason) {
  socket_.reset();
  sink_.deliver(CloudDown{code, std::move(reason)});
}

}  // namespace pf::hub
