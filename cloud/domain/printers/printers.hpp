// Printers: which there are, on which hub, how to reach them, and the plate in front of each. What
// a printer says by the second lives in LivePrinters (live.hpp) and never touches SQL.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "cloud/domain/commands/commands.hpp"
#include "cloud/domain/hubs/hubs.hpp"
#include "cloud/domain/printers/live.hpp"
#include "cloud/domain/printers/plates.hpp"
#include "cloud/kit/events.hpp"
#include "cloud/kit/route.hpp"
#include "cloud/kit/secrets.hpp"
#include "cloud/ports/hub_link.hpp"
#include "cloud/ports/live_feed.hpp"

namespace pf {

struct Printer {
  Uuid id;
  Uuid hub_id;
  Name name;
  Serial serial_number;
  std::optional<HostName> ip_address;  // Absent: found by its announcements.
  std::optional<PrinterPorts> ports;
  std::optional<Text<0, 40>> model;  // Model code (N1, BL-P001 ...).
  std::optional<Text<0, 128>> fingerprint;
  bool needs_clearing = true;  // No live plate token: nothing may start.
  std::int64_t assignment = 1;
  Millis created_at = 0;
  Millis updated_at = 0;
  // Its former hub has not let go of it yet; its new one hears of it by then at the latest.
  std::optional<Millis> moving_until;
  FIELDS(id, hub_id, name, serial_number, ip_address, ports, model, fingerprint, needs_clearing,
         assignment, created_at, updated_at, moving_until)
};

struct NewPrinter {
  Uuid hub_id;
  Name name;
  Serial serial_number;
  std::optional<HostName> ip_address;
  std::optional<PrinterPorts> ports;
  AccessCode access_code;
  std::optional<Text<0, 40>> model;
  FIELDS(hub_id, name, serial_number, ip_address, ports, access_code, model)
};

// Absent stays as it is. Another hub is a move, which has rules of its own.
struct PrinterChange {
  std::optional<Name> name;
  std::optional<HostName> ip_address;
  std::optional<PrinterPorts> ports;
  std::optional<AccessCode> access_code;
  std::optional<Text<0, 40>> model;
  FIELDS(name, ip_address, ports, access_code, model)
};

struct PrinterMove {
  Uuid hub_id;
  std::optional<bool> force;  // Also while a print is under way: it then counts as unknown.
  FIELDS(hub_id, force)
};

struct AcceptedCertificate {
  Text<1, 128> fingerprint;  // As the printer shows it: connection.fingerprint of its status.
  FIELDS(fingerprint)
};

struct PrinterRemoval {
  static constexpr bool is_query = true;
  std::optional<bool> force;  // As for a move.
  FIELDS(force)
};

struct PrinterSearch {
  Uuid hub_id;
  std::optional<HostName> address;  // Ask this one; absent: listen on the hub's network.
  FIELDS(hub_id, address)
};

struct PrinterStatusReply {
  Uuid printer_id;
  std::optional<PrinterStatus> status;  // Absent: never heard of since the server started.
  std::optional<PrinterConnection> connection;
  std::optional<Millis> received_at;
  FIELDS(printer_id, status, connection, received_at)
};

struct ClearedPrinters {
  List<Uuid, 500> printer_ids;
  FIELDS(printer_ids)
};

struct PrinterQuery {
  static constexpr bool is_query = true;
  std::optional<Uuid> hub_id;
  std::optional<Bounded<int, 1, page_limit_max>> limit;
  std::optional<Text<1, 64>> cursor;
  FIELDS(hub_id, limit, cursor)
};

// A person saw the plate empty and said so.
struct PlateCleared {
  Caller caller;
  std::string printer_id;
};

// Told inside the transaction that takes a printer from its hub although an attempt is open on it:
// it must not stay open on a hub that no longer serves the printer.
struct PrinterLeavesHub {
  Transaction& db;
  TenantId tenant;
  std::string job_id;
  std::int64_t attempt = 0;
  audit::Actor actor;
  std::string_view says;  // Why, for people.
};

// What the link needs to know of a hub's printer to route its messages.
struct PrinterRoute {
  std::string printer_id;
  Serial serial_number;
  std::int64_t assignment = 0;
};

class Printers {
 public:
  struct Rooms {  // Everything a printer touches.
    Database& database;
    Hubs& hubs;
    Secrets& secrets;
    Commands& commands;
    Plates& plates;
    HubLink& hub_link;
    LiveFeed& feed;
    LivePrinters& live;
    Events& events;
  };
  Printers(Rooms rooms, const Clock& clock, Random& random)
      : rooms_(rooms), clock_(clock), random_(random) {}

  Answer<Page<Printer>> list(const Caller& caller, const PrinterQuery& query);
  Answer<Created<Printer>> add(const Caller& caller, const NewPrinter& printer);
  Answer<Printer> find(const Caller& caller, const PathId& id);
  Answer<Printer> update(const Caller& caller, const PathId& id, const PrinterChange& change);
  Answer<Accepted> discover(const Caller& caller, const PrinterSearch& search);
  // A person says that a printer whose certificate changed is the right one all the same.
  Answer<Printer> accept_certificate(const Caller& caller, const PathId& id,
                                     const AcceptedCertificate& accepted);
  Answer<PrinterStatusReply> status(const Caller& caller, const PathId& id);
  // A person says that the plate is empty: mints the printer's plate token.
  Answer<Printer> cleared(const Caller& caller, const PathId& id);
  Answer<Page<Printer>> cleared_many(const Caller& caller, const ClearedPrinters& printers);

  // ---- moving.cpp: both are 409 while an attempt is open on it, unless forced ----
  Answer<Printer> move(const Caller& caller, const PathId& id, const PrinterMove& move);
  Answer<Done> remove(const Caller& caller, const PathId& id, const PrinterRemoval& removal);
  // A hub has answered a configuration: it may have let go of a printer that waits for that.
  void configuration_answered(const TenantId& tenant, const Command& command);
  // Those whose former hub did not answer in time go to their new one.
  void end_moves();

  // ---- for the link (hub_config.cpp) ----
  std::vector<PrinterRoute> routes_of(const TenantId& tenant, std::string_view hub_id);
  PrintersConfig config_of(const TenantId& tenant, std::string_view hub_id);
  // The message of an outbox row, with the access code decrypted at this moment. Nothing: the
  // printer was removed since.
  std::optional<ConfigurePrinter> configure_message(const OutboxRow& row);
  // The key of the printer's certificate, kept when it was first seen.
  void remember_fingerprint(const TenantId& tenant, const std::string& printer_id,
                            std::string_view fingerprint);
  // Another print than before lies on the printer: voids a plate token minted before it.
  void print_changed(const TenantId& tenant, const std::string& printer_id,
                     const CurrentPrint& print);

  // ---- for jobs, inside their transaction ----
  std::optional<Printer> stored(Transaction& db, const TenantId& tenant, std::string_view id);
  std::optional<Printer> stored_by_serial(Transaction& db, const TenantId& tenant,
                                          const Serial& serial);
  // All of the organisation's, as far as one reply may hold.
  std::vector<Printer> stored_all(Transaction& db, const TenantId& tenant);
  // A fault where the plate cannot have been seen empty now.
  std::optional<Fault> clear_plate(Transaction& db, const Caller& caller, const Printer& printer);
  // Remembers the newest print. True: it is another one, and a live plate token was voided.
  bool print_seen(Transaction& db, const TenantId& tenant, std::string_view printer_id,
                  std::string_view print_id);
  // What the printer's live entry says about its plate; call after the commit.
  void plate_changed(const TenantId& tenant, const std::string& printer_id, bool needs_clearing);

 private:
  // An outbox row's payload: what changes, without the secret.
  struct ConfigureDraft {
    std::int64_t generation = 0;
    ConfigureAction action = ConfigureAction::add;
    Serial serial_number;
    std::int64_t assignment = 0;
    FIELDS(generation, action, serial_number, assignment)
  };
  // 404 also where the caller's key is limited to other printers.
  Answer<Printer> found(Transaction& db, const Caller& caller, const PathId& id);
  std::optional<Fault> no_room(Transaction& db, const TenantId& tenant, const Uuid& hub_id);
  CommandId tell_hub(Transaction& db, const TenantId& tenant, const Printer& printer,
                     ConfigureAction action);
  void announce(const TenantId& tenant, const Printer& printer);
  Blob sealed_code(Transaction& db, const TenantId& tenant, const Uuid& printer_id,
                   const AccessCode& code);
  std::string access_code(Transaction& db, const TenantId& tenant, const Uuid& printer_id);
  std::vector<Printer> limited_list(Transaction& db, const Caller& caller,
                                    const PrinterQuery& query, int limit);

  std::optional<Fault> end_attempt(Transaction& db, const Caller& caller, const Printer& printer,
                                   bool force, std::optional<std::string>& job_id);
  void let_go(Transaction& db, const TenantId& tenant, const Printer& printer);
  std::optional<Printer> arrive(Transaction& db, const TenantId& tenant, const Serial& serial);

  Rooms rooms_;
  const Clock& clock_;
  Random& random_;
};

inline constexpr auto printer_routes() {
  return std::to_array<Route<Printers>>({
      get<&Printers::list>("/api/printers", Role::viewer),
      post<&Printers::add>("/api/printers", Role::operator_),
      post<&Printers::cleared_many>("/api/printers/cleared", Role::operator_),
      post<&Printers::discover>("/api/printers/discover", Role::operator_),
      get<&Printers::find>("/api/printers/{id}", Role::viewer),
      put<&Printers::update>("/api/printers/{id}", Role::operator_),
      remove<&Printers::remove>("/api/printers/{id}", Role::admin),
      post<&Printers::accept_certificate>("/api/printers/{id}/certificate", Role::admin),
      post<&Printers::move>("/api/printers/{id}/move", Role::admin),
      get<&Printers::status>("/api/printers/{id}/status", Role::viewer),
      post<&Printers::cleared>("/api/printers/{id}/cleared", Role::operator_),
  });
}

}  // namespace pf
