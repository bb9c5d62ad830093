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
void remove(Transaction& db, const TenantId& tenant, std::string_view id);
bool has_open_attempt(Transaction& db, const TenantId& tenant, std::string_view id);
// Jobs that ended keep their story; those that never started lose their printer.
void detach_jobs(Transaction& db, const TenantId& tenant, std::string_view id, Millis now);
void set_fingerprint(Transaction& db, const TenantId& tenant, std::string_view id,
                     std::string_view fingerprint);
std::optional<std::string> last_print_id(Transaction& db, const TenantId& tenant,
                                         std::string_view id);
void set_last_print_id(Transaction& db, const TenantId& tenant, std::string_view id,
                       std::string_view print_id);

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
