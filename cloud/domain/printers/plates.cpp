#include "cloud/domain/printers/plates.hpp"

#include "cloud/domain/printers/printers_store.hpp"

namespace pf {

void Plates::mint(Transaction& db, const TenantId& tenant, std::string_view printer_id,
                  std::string_view user_id, const std::optional<std::string>& last_print_id) {
  const auto now = clock_.unix_now();
  // The plate was looked at again: what was known before is replaced, unless an attempt holds it.
  if (printers_store::plate_is_reserved(db, tenant, printer_id)) return;
  printers_store::move_plate(db, tenant, printer_id, PlateState::live, PlateState::voided,
                             now.milliseconds);
  printers_store::insert_plate(
      db, tenant,
      {uuid7(now, random_), std::string(printer_id), std::string(user_id), last_print_id},
      now.milliseconds);
}

std::optional<Plates::Reserved> Plates::reserve(Transaction& db, const TenantId& tenant,
                                                std::string_view printer_id) {
  auto plate = printers_store::live_plate(db, tenant, printer_id);
  if (!plate) return std::nullopt;
  printers_store::set_plate(db, tenant, plate->id, PlateState::live, PlateState::reserved,
                            clock_.unix_now().milliseconds);
  return Reserved{std::move(plate->id), std::move(plate->last_print_id)};
}

void Plates::spend(Transaction& db, const TenantId& tenant, std::string_view token_id) {
  printers_store::set_plate(db, tenant, token_id, PlateState::reserved, PlateState::spent,
                            clock_.unix_now().milliseconds);
}

bool Plates::give_back(Transaction& db, const TenantId& tenant, std::string_view token_id) {
  return printers_store::return_plate(db, tenant, token_id, clock_.unix_now().milliseconds) ==
         PlateState::live;
}

bool Plates::void_live(Transaction& db, const TenantId& tenant, std::string_view printer_id) {
  return printers_store::move_plate(db, tenant, printer_id, PlateState::live, PlateState::voided,
                                    clock_.unix_now().milliseconds);
}

void Plates::void_all(Transaction& db) {
  printers_store::void_all_plates(db, clock_.unix_now().milliseconds);
}

bool Plates::has_live_or_reserved(Transaction& db, const TenantId& tenant,
                                  std::string_view printer_id) {
  return printers_store::plate_is_reserved(db, tenant, printer_id) ||
         printers_store::live_plate(db, tenant, printer_id).has_value();
}

}  // namespace pf
