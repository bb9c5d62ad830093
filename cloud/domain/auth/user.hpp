// People, and what they are told about themselves when they sign in.
#pragma once
#include <optional>
#include <string>

#include "cloud/domain/tenants/tenants.hpp"

namespace pf {

using Email = Text<3, 254>;
// Long passphrases are welcome; the upper bound keeps hashing cheap.
using Password = Text<10, 200>;

struct User {
  Uuid id;
  Email email;
  Name name;
  Millis created_at = 0;
  FIELDS(id, email, name, created_at)
};

struct SignedIn {
  User user;
  Organization organization;
  Role role = Role::viewer;
  Millis expires_at = 0;                    // Of the access token; refresh before it.
  std::optional<std::string> access_token;  // Only for requests without an Origin header.
  FIELDS(user, organization, role, expires_at, access_token)
};

}  // namespace pf
