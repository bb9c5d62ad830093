// How the domain tells open browsers that something changed: a hint to read again, never truth.
#pragma once
#include <string>

#include "cloud/kit/caller.hpp"
#include "protocol/live_messages.hpp"

namespace pf {

class LiveFeed {
 public:
  virtual ~LiveFeed() = default;
  // Call after the commit. Coalesced with everything else of the organisation's next tick.
  virtual void changed(const TenantId& tenant, ChangedKind kind, const std::string& id) = 0;
  // The printer's live entry must be sent again (its name, plate or connection changed).
  virtual void printer_touched(const TenantId& tenant, const std::string& printer_id) = 0;
  virtual void hub_touched(const TenantId& tenant, const LiveHub& hub) = 0;
  virtual void transfer(const TenantId& tenant, const LiveTransfer& transfer) = 0;
};

}  // namespace pf
