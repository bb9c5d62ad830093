// One client of a printer's FTP server, from its handshake to its end.
#pragma once
#include <memory>

#include "sim/ftp_dialogue.hpp"
#include "sim/sockets.hpp"

namespace pf::sim {

class FtpsSession {
 public:
  FtpsSession(asio::io_context& io, asio::ssl::context& tls, std::shared_ptr<TlsStream> control,
              std::shared_ptr<FtpRoom> room);
  ~FtpsSession();
  FtpsSession(const FtpsSession&) = delete;
  FtpsSession& operator=(const FtpsSession&) = delete;

  asio::awaitable<void> run();
  void drop();  // Cuts its connections off; run() ends by itself.

 private:
  asio::awaitable<std::optional<std::string>> read_line();
  asio::awaitable<bool> say(std::string text);
  asio::awaitable<void> ignore_client();
  asio::awaitable<void> wait(Milliseconds time);
  std::optional<std::uint16_t> open_passive();
  asio::awaitable<FtpStep> transfer();
  asio::awaitable<std::shared_ptr<TlsStream>> accept_data();
  asio::awaitable<FtpStep> move_data(std::shared_ptr<TlsStream> data);
  asio::awaitable<FtpStep> receive(TlsStream& data, Deadline& deadline);
  asio::awaitable<FtpStep> send(TlsStream& data, Deadline& deadline);
  bool resumes_control_session(TlsStream& data) const;

  asio::io_context& io_;
  asio::ssl::context& tls_;
  std::shared_ptr<TlsStream> control_;
  std::shared_ptr<TlsStream> data_;  // While a transfer runs.
  std::shared_ptr<FtpRoom> room_;
  FtpDialogue dialogue_;
  tcp::acceptor passive_;
  std::string unread_;  // Of the control channel.
};

}  // namespace pf::sim
