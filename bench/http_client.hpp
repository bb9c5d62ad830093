// The public API over one kept connection, blocking: for setting up, never while measuring.
#pragma once
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

#include "protocol/json.hpp"

namespace pf::bench {

struct HttpReply {
  int status = 0;
  std::string body;
};

class HttpClient {
 public:
  explicit HttpClient(std::uint16_t port) : port_(port) {}
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // Both throw, with the server's own words, when the reply is not a success.
  std::string get(const std::string& path);
  std::string post(const std::string& path, const std::string& body,
                   const std::string& access_token);
  // The same for a file, as a browser's form would send it.
  std::string upload(const std::string& path, std::string_view file_name, std::string_view bytes,
                     const std::string& access_token);
  std::string get(const std::string& path, const std::string& access_token);

 private:
  std::string send(std::string_view method, const std::string& path, std::string_view content_type,
                   std::string_view body, const std::string& access_token);
  void connect();
  void write(std::string_view bytes);
  HttpReply read_reply();
  void read_more();

  std::uint16_t port_;
  int socket_ = -1;
  std::string unread_;
};

// Throws when the body is not what it should be.
template <class Reply>
Reply reply_of(std::string_view body) {
  auto reply = json::decode<Reply>(body);
  if (!reply)
    throw std::runtime_error("The server's reply cannot be read: " + reply.error().text());
  return std::move(*reply);
}

}  // namespace pf::bench
