// The MQTT server of one printer: TLS connections around MqttSession. Reports go to every client
// that listens; a client that does not read them is dropped.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "sim/fault.hpp"
#include "sim/printer.hpp"

namespace boost::asio {
class io_context;
}
namespace boost::asio::ssl {
class context;
}

namespace pf::sim {

inline constexpr std::size_t mqtt_unsent_bytes_max = 256 * 1024;  // Of one client.

class Broker {
 public:
  // Where clients' requests go.
  class Requests {
   public:
    virtual ~Requests() = default;
    virtual void on_request(std::string_view payload) = 0;
  };

  Broker(boost::asio::io_context& io, boost::asio::ssl::context& tls,
         const PrinterIdentity& identity, std::size_t clients_max, Requests& requests);
  ~Broker();
  Broker(const Broker&) = delete;
  Broker& operator=(const Broker&) = delete;

  Result<Nothing, Fault> start(std::uint16_t port);
  void stop();
  void publish(std::string_view message);

  void drop_clients();
  // For those who sign in from now on.
  void set_access_code(std::string access_code);
  // Places that programs of others take. Whoever is signed in already stays.
  void set_strangers(std::size_t count);

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;  // Shared with its connections, which end a little later.
};

}  // namespace pf::sim
