// Who asks. A handler that takes a Visitor is open to everybody; one that takes a Caller is for
// people and machines that have proved who they are, inside one organisation. TenantId is a type so
// that no store function can be called without one.
#pragma once
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "protocol/words.hpp"

namespace pf {

struct TenantId {
  std::string value;
  friend auto operator<=>(const TenantId&, const TenantId&) = default;
};

// Each may do all that those before it may.
enum class Role { viewer, operator_, admin, owner };
WORDS(Role, viewer, operator_, admin, owner)

struct Visitor {
  std::string request_id;
  std::string address;  // The peer's, or the forwarded one behind a trusted proxy.
  std::string user_agent;
  bool from_browser = false;                 // Sent an Origin header.
  std::optional<std::string> refresh_token;  // From its cookie.
  std::optional<std::string> if_match;       // The ETag the caller last saw, without quotes.
};

struct Caller : Visitor {
  TenantId tenant;
  std::string user_id;
  std::string session_id;  // Empty for API keys.
  Role role = Role::viewer;
  std::optional<Millis> expires_at;  // Of the access token; absent for API keys.
  std::optional<std::string> api_key_id;
  // The printers that an API key is limited to; null: all of the organisation.
  std::shared_ptr<const std::set<std::string, std::less<>>> only_printers;

  bool may_touch(std::string_view printer_id) const {
    return !only_printers || only_printers->contains(printer_id);
  }
};

// The {id} of a route's path. Whatever cannot be an id of ours is simply not found.
struct PathId {
  std::string value;
};

}  // namespace pf
