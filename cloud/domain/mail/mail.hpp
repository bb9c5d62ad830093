// Letters to people: written into an outbox inside the transaction that gives the reason for them,
// and sent later by a worker of their own, again and again until taken or of no more use. So a slow
// or absent mail server delays nobody and loses nothing.
#pragma once
#include <atomic>

#include "base/log.hpp"
#include "base/random.hpp"
#include "base/time.hpp"
#include "cloud/kit/route.hpp"
#include "cloud/kit/secrets.hpp"
#include "cloud/ports/database.hpp"
#include "cloud/ports/mailer.hpp"

namespace pf {

struct MailStatus {
  bool enabled = false;
  FIELDS(enabled)
};

class Mails {
 public:
  struct Rooms {
    Database& database;
    Secrets& secrets;
    Log& log;
  };
  // Without a mailer, letters are dropped and the operator is told once.
  Mails(Rooms rooms, Mailer* mailer, const Clock& clock, Random& random)
      : rooms_(rooms), mailer_(mailer), clock_(clock), random_(random) {}

  // Whether this server can send mail: where it cannot, people hand links over themselves.
  Answer<MailStatus> status(const Caller& caller);
  bool is_enabled() const { return mailer_ != nullptr; }

  // Inside the caller's transaction. After `useful_for` a letter that could not be sent is dropped.
  void queue(Transaction& db, const Mail& mail, Milliseconds useful_for);
  // Sends what is due. For one worker at a time; blocks as long as the mail server lets it wait.
  void send_due();

 private:
  Rooms rooms_;
  Mailer* mailer_;  // Null: mail is off.
  const Clock& clock_;
  Random& random_;
  std::atomic<bool> told_that_off_ = false;
};

inline constexpr auto mail_routes() {
  return std::to_array<Route<Mails>>({
      get<&Mails::status>("/api/mail", Role::admin),
  });
}

}  // namespace pf
