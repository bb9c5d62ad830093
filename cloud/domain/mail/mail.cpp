#include "cloud/domain/mail/mail.hpp"

#include <algorithm>

#include "cloud/domain/mail/mail_store.hpp"
#include "protocol/json.hpp"

namespace pf {
namespace {

constexpr std::int64_t letters_waiting_max = 10'000;
constexpr int letters_sent_at_once = 20;
constexpr Seconds first_retry_after{30};
constexpr std::int64_t retry_after_max_ms = 60 * 60 * 1000;
// A worker that died while sending: its letters are due again after this.
constexpr Minutes sending_patience{10};

SecretPlace place_of(std::string_view letter_id) { return {"mail_outbox", letter_id, "sealed"}; }

Milliseconds retry_after(std::int64_t attempts) {
  const auto doublings = std::min<std::int64_t>(attempts - 1, 20);
  const std::int64_t delay_ms = Milliseconds(first_retry_after).count() << doublings;
  return Milliseconds{std::min(delay_ms, retry_after_max_ms)};
}

}  // namespace

Answer<MailStatus> Mails::status(const Caller&) { return MailStatus{is_enabled()}; }

void Mails::queue(Transaction& db, const Mail& mail, Milliseconds useful_for) {
  if (!mailer_) {
    if (!told_that_off_.exchange(true)) {
      rooms_.log.warning("mail is off, so a letter was dropped; set smtp_url to send mail", {});
    }
    return;
  }
  if (mail_store::count(db) >= letters_waiting_max) {
    rooms_.log.error("too many letters wait to be sent; one was dropped", {});
    return;
  }
  const auto now = clock_.unix_now();
  mail_store::Letter letter;
  letter.id = uuid7(now, random_);
  letter.sealed = rooms_.secrets.seal_global(place_of(letter.id), json::encode(mail));
  letter.not_after = (now + useful_for).milliseconds;
  mail_store::insert(db, letter, now.milliseconds);
}

void Mails::send_due() {
  if (!mailer_) return;
  const auto waiting =
      rooms_.database.reading([](Transaction& db) { return mail_store::count(db); });
  if (waiting == 0) return;  // Nearly always; writing nothing would still wait for the disk.
  const auto now = clock_.unix_now();
  const auto due = rooms_.database.writing([&](Transaction& db) {
    return mail_store::take_due(db, now.milliseconds, (now + sending_patience).milliseconds,
                                letters_sent_at_once);
  });
  for (const auto& letter : due) {
    const auto mail =
        json::decode<Mail>(rooms_.secrets.open_global(place_of(letter.id), letter.sealed));
    if (!mail) throw DatabaseError("a letter in mail_outbox cannot be read");
    const auto sent = mailer_->send(*mail);
    const auto next = clock_.unix_now() + retry_after(letter.attempts);
    const bool is_over = sent || sent.error().is_final || next.milliseconds > letter.not_after;
    if (!sent) {
      rooms_.log.warning(
          is_over ? "a letter was given up" : "a letter could not be sent yet",
          {{"letter", letter.id}, {"attempts", letter.attempts}, {"error", sent.error().says}});
    }
    rooms_.database.write([&](Transaction& db) {
      if (is_over) {
        mail_store::remove(db, letter.id);
      } else {
        mail_store::postpone(db, letter.id, next.milliseconds);
      }
    });
  }
}

}  // namespace pf
