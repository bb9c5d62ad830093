// Plate tokens (START 4): a printer has at most one live token. A person's "cleared" mints it, an
// attempt reserves it, the hub's report of `starting` spends it, an attempt that ends before that
// gives it back, and any print that is not ours voids it. All inside the caller's transaction.
#pragma once
#include <optional>
#include <string>

#include "base/random.hpp"
#include "base/time.hpp"
#include "cloud/kit/caller.hpp"
#include "cloud/ports/database.hpp"
#include "protocol/describe.hpp"

namespace pf {

enum class PlateState { live, reserved, spent, voided };
WORDS(PlateState, live, reserved, spent, voided)

class Plates {
 public:
  Plates(const Clock& clock, Random& random) : clock_(clock), random_(random) {}

  // Mints one unless one is live or reserved already. `last_print_id` is the print on which the
  // plate was seen empty, where known: the start is refused if another print happened since.
  void mint(Transaction& db, const TenantId& tenant, std::string_view printer_id,
            std::string_view user_id, const std::optional<std::string>& last_print_id);
  struct Reserved {
    std::string id;
    std::optional<std::string> last_print_id;
  };
  // The live token, now reserved; nothing: waiting for a clear plate.
  std::optional<Reserved> reserve(Transaction& db, const TenantId& tenant,
                                  std::string_view printer_id);
  void spend(Transaction& db, const TenantId& tenant, std::string_view token_id);
  // False: another print was seen meanwhile, so that nobody knows what lies on the plate now.
  bool give_back(Transaction& db, const TenantId& tenant, std::string_view token_id);
  // Live tokens only: a reserved one is judged by its attempt. True if there was one.
  bool void_live(Transaction& db, const TenantId& tenant, std::string_view printer_id);
  // Of the whole house, reserved ones too: the database is older than what lies on the plates.
  void void_all(Transaction& db);
  bool has_live_or_reserved(Transaction& db, const TenantId& tenant, std::string_view printer_id);

 private:
  const Clock& clock_;
  Random& random_;
};

}  // namespace pf
