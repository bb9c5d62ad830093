// The organisations, hubs and printers of a run, and how they come into being: through the public
// API and the wire protocol, as people and hubs would do it.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "bench/hub_client.hpp"
#include "bench/poller.hpp"

namespace pf::bench {

inline constexpr std::size_t openings_at_once_max = 128;

struct Organization {
  std::string access_token;  // Its owner's.
  std::size_t first_hub = 0;
  std::size_t hub_count = 0;
};

class Farm {
 public:
  Farm(Poller& poller, Random& random, std::size_t hubs, std::size_t organizations);

  // On a fresh server: signs everybody up, claims the hubs, adds the printers and waits until every
  // hub was told of its own. Leaves the hubs connected.
  void set_up(std::uint16_t port);
  // Waits until all are open.
  void open_hubs(std::uint16_t port);
  void close_hubs();

  const std::vector<std::unique_ptr<HubClient>>& hubs() const { return hubs_; }
  const std::vector<Organization>& organizations() const { return organizations_; }
  std::size_t printer_count() const { return hubs_.size() * printers_per_hub_max; }

 private:
  void register_owners(std::uint16_t port);
  std::vector<std::string> mint_claim_tokens(std::uint16_t port);
  void open_hubs(std::uint16_t port, std::vector<std::string> claim_tokens);
  void add_printers(std::uint16_t port);
  std::size_t configured_hubs() const;

  Poller& poller_;
  Random& random_;
  std::vector<Organization> organizations_;
  std::vector<std::unique_ptr<HubClient>> hubs_;
};

}  // namespace pf::bench
