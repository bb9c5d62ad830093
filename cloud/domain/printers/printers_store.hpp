// The statements about printers and their plates.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cloud/domain/printers/plates.hpp"
#include "cloud/domain/printers/printers.hpp"

namespace pf::printers_store {

std::vector<Printer> list(Transaction& db, const TenantId& tenant, const PrinterQuery& query,
                          int limit);
std::optional<Printer> find(Transaction& db, const TenantId& tenant, std::string_view id);
std::optional<Printer> find_by_serial(Transaction& db, const TenantId& tenant,
                                      const Serial& serial);
std::vector<Printer> of_hub(Transaction& db, const TenantId& tenant, std::string_view hub_id);
int count_of_hub(Transaction& db, const TenantId& tenant, std::string_view hub_id);
void insert(Transaction& db, const TenantId& tenant, const Printer& printer,
            const Blob& access_code);
void update(Transaction& db, const TenantId& tenant, const Printer& printer);
void set_access_code(Transaction& db, const TenantId& tenant, std::string_view id,
                     const Blob& access_code);
Blob access_code(Transaction& db, const TenantId& tenant, std::string_view id);
// The row stays for the attempts that name it, without its secret; name and serial number are free.
void remove(Transaction& db, const TenantId& tenant, std::string_view id, Millis now);
void set_hub(Transaction& db, const TenantId& tenant, const Printer& printer);
struct OpenAttempt {
  std::string job_id;
  std::int64_t attempt = 0;
};
std::optional<OpenAttempt> open_attempt(Transaction& db, const TenantId& tenant,
                                        std::string_view id);
// Jobs that were tried keep their story; those that never started lose their printer.
void unassign_jobs(Transaction& db, const TenantId& tenant, std::string_view id, Millis now);
void set_fingerprint(Transaction& db, const TenantId& tenant, std::string_view id,
                     std::string_view fingerprint);
std::optional<std::string> last_print_id(Transaction& db, const TenantId& tenant,
                                         std::string_view id);
void set_last_print_id(Transaction& db, const TenantId& tenant, std::string_view id,
                       std::string_view print_id);

// Grows with every hub that the printer is given to, also across its removal.
std::int64_t next_assignment(Transaction& db, const TenantId& tenant, const Serial& serial);
void set_leaving(Transaction& db, const TenantId& tenant, const Serial& serial,
                 const CommandId& command_id, Millis until);
void end_leaving(Transaction& db, const TenantId& tenant, const Serial& serial);
struct Leaving {
  TenantId tenant;
  Serial serial_number;
};
std::optional<Leaving> leaving_by(Transaction& db, const TenantId& tenant,
                                  std::string_view command_id);
std::vector<Leaving> overdue(Transaction& db, Millis now);

// The generation of a hub's printer configuration; grows with each change.
std::int64_t generation(Transaction& db, const TenantId& tenant, std::string_view hub_id);
std::int64_t next_generation(Transaction& db, const TenantId& tenant, std::string_view hub_id);

struct NewPlate {
  std::string id, printer_id, minted_by;
  std::optional<std::string> last_print_id;
};
struct LivePlate {
  std::string id;
  std::optional<std::string> last_print_id;
};
void insert_plate(Transaction& db, const TenantId& tenant, const NewPlate& plate, Millis now);
std::optional<LivePlate> live_plate(Transaction& db, const TenantId& tenant,
                                    std::string_view printer_id);
bool plate_is_reserved(Transaction& db, const TenantId& tenant, std::string_view printer_id);
// Gives a reserved token back: live, unless another print was seen since it was minted. Nothing: it
// was not reserved.
std::optional<PlateState> return_plate(Transaction& db, const TenantId& tenant,
                                       std::string_view token_id, Millis now);
// Every usable token of every organisation.
void void_all_plates(Transaction& db, Millis now);
// Compare-and-set of one token, and of the printer's token in that state. True if one moved.
bool set_plate(Transaction& db, const TenantId& tenant, std::string_view token_id, PlateState from,
               PlateState to, Millis now);
bool move_plate(Transaction& db, const TenantId& tenant, std::string_view printer_id,
                PlateState from, PlateState to, Millis now);

}  // namespace pf::printers_store
