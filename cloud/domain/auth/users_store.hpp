// The statements about accounts: people, who belong to no one tenant.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "cloud/domain/auth/user.hpp"

namespace pf::users_store {

struct Account {
  User user;
  std::string password_hash;
};
// By the address in lower case.
std::optional<Account> find_account(Transaction& db, std::string_view email);
std::optional<Account> find_account_by_id(Transaction& db, std::string_view user_id);
std::optional<User> find(Transaction& db, std::string_view user_id);
// Throws UniqueViolation when the address has an account.
void insert(Transaction& db, const Account& account);
void set_password(Transaction& db, std::string_view user_id, std::string_view password_hash,
                  Millis now);

}  // namespace pf::users_store
