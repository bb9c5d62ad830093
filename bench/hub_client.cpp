#include "bench/hub_client.hpp"

#include <stdexcept>

#include "crypto/hash.hpp"
#include "crypto/text.hpp"
#include "protocol/handshake.hpp"
#include "protocol/json.hpp"

namespace pf::bench {
namespace {

constexpr std::size_t secret_bytes = 32;

}  // namespace

HubClient::HubClient(Poller& poller, Random& random, std::vector<BusyPrinter> printers)
    : id_(uuid4(random)),
      secret_(crypto::hex(random.bytes(secret_bytes))),
      boot_id_(uuid4(random)),
      random_(random),
      printers_(std::move(printers)),
      socket_(poller, *this) {}

void HubClient::open(std::uint16_t port, std::string claim_token) {
  host_ = "127.0.0.1:" + std::to_string(port);
  claim_token_ = std::move(claim_token);
  socket_.open(port, "/ws/hub/" + id_, "");
}

template <class Message>
void HubClient::send(const Message& message) {
  socket_.queue_text(json::encode(message));
  socket_.flush();
}

void HubClient::on_text(std::string_view text) {
  const auto message = json::decode_message<CloudToHub>(text);
  if (!message) {
    throw std::runtime_error("The server sent hub " + id_ +
                             " what cannot be read: " + message.error().text());
  }
  std::visit([&](const auto& one) { heard(one); }, *message);
}

void HubClient::on_ended(std::string_view why) {
  throw std::runtime_error("Hub " + id_ + " lost its connection. " + std::string(why));
}

// ---- opening ----

void HubClient::heard(const HubChallenge& challenge) {
  nonce_ = challenge.nonce.value;
  if (claim_token_.empty()) return say_hello();
  HubClaim claim;
  claim.hub_id = id_;
  claim.claim_token = claim_token_;
  claim.proposed_secret = secret_;
  claim.firmware_version = claim.hardware_revision = "bench";
  send(claim);
}

void HubClient::say_hello() {
  client_nonce_ = crypto::hex(random_.bytes(32));
  HubHello hello;
  hello.hub_id = id_;
  hello.firmware_version = hello.hardware_revision = "bench";
  hello.boot_id = boot_id_;
  hello.boot_count = 1;
  hello.client_nonce = client_nonce_;
  hello.last_epoch = epoch_;
  hello.config_generation = config_generation_;
  hello.journal_id = boot_id_;
  hello.signature = crypto::hmac_sha256_hex(secret_, signed_hello(host_, nonce_, hello));
  send(hello);
}

void HubClient::heard(const CloudHello& welcome) {
  const auto expected =
      crypto::hmac_sha256_hex(secret_, signed_welcome(client_nonce_, welcome.epoch));
  if (welcome.proof.value != expected) {
    throw std::runtime_error("The server could not prove to hub " + id_ + " that it knows it.");
  }
  epoch_ = welcome.epoch;
  opened_ = true;
  claim_token_ = nonce_ = client_nonce_ = {};
}

void HubClient::heard(const PrintersConfig& config) { config_generation_ = config.generation; }

void HubClient::heard(const ConfigurePrinter& configure) {
  for (auto& printer : printers_) {
    if (printer.serial() != configure.printer.printer_id) continue;
    if (!printer.is_assigned()) ++configured_;
    printer.assign(configure.printer.assignment);
  }
  config_generation_ = std::max(config_generation_, configure.generation);
  send(CommandAck{configure.command_id, true, {}, {}});
}

void HubClient::heard(const WireError& error) {
  throw std::runtime_error("The server refused a message of hub " + id_ + ": " + error.code.value +
                           ", " + error.text.value);
}

// ---- statuses ----

bool HubClient::may_write(std::int64_t shown_us) const {
  if (socket_.has_unsent()) return false;
  return writes_ < writes_ahead_max || shown_us >= writes_us_[writes_ % writes_ahead_max];
}

void HubClient::write_statuses(std::int64_t now_us, UnixTime now) {
  writes_us_[writes_++ % writes_ahead_max] = now_us;
  for (auto& printer : printers_) socket_.queue_text(printer.next_status(now_us, now));
  socket_.flush();
}

}  // namespace pf::bench
