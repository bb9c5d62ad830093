// The statements about letters that wait to be sent. They belong to people, who belong to no one
// tenant.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "cloud/domain/mail/mail.hpp"

namespace pf::mail_store {

struct Letter {
  std::string id;
  Blob sealed;
  std::int64_t attempts = 0;
  Millis not_after = 0;
};
std::int64_t count(Transaction& db);
void insert(Transaction& db, const Letter& letter, Millis now);
// Counts an attempt for each and keeps others from taking them until `taken_until`.
std::vector<Letter> take_due(Transaction& db, Millis now, Millis taken_until, int limit);
void postpone(Transaction& db, std::string_view id, Millis next_attempt_at);
void remove(Transaction& db, std::string_view id);

}  // namespace pf::mail_store
