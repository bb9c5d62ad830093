// How the domain reaches a hub: it writes a row into the outbox inside its own transaction and then
// says "wake". Only the outbox sender talks to hubs, so nothing leaves before its commit.
#pragma once
#include <string>

namespace pf {

class HubLink {
 public:
  virtual ~HubLink() = default;
  // Rows for this hub were committed. A hint: the sender also looks by itself.
  virtual void wake(const std::string& hub_id) = 0;
  // The hub is not the organisation's any more: its session forgets the printers and ends.
  virtual void dismiss(const std::string& hub_id) = 0;
};

}  // namespace pf
