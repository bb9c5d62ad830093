#include "cloud/main/audit_command.hpp"

#include <cstdio>
#include <filesystem>

#include "cloud/adapters/sql/open_database.hpp"
#include "cloud/domain/audit/audit.hpp"
#include "cloud/domain/tenants/tenants.hpp"
#include "cloud/main/config.hpp"
#include "crypto/secure_random.hpp"
#include "process/settings.hpp"

namespace pf {

int run_audit_verify(int argc, const char* const* argv) {
  std::string data_dir = Config{}.data_dir, address;
  process::Settings settings("printfarm audit verify",
                             "Checks that no entry of the audit log was changed or removed.",
                             "PRINTFARM_");
  settings.add("data_dir", data_dir, "Folder of the database");
  settings.add("database", address, "The server's own, where it has one: postgres://...");
  if (const auto code = settings.parse(argc, argv)) return *code;
  const auto file = data_dir + "/printfarm.db";
  if (address.empty() && !std::filesystem::exists(file)) {
    std::fprintf(stderr,
                 "printfarm audit verify: there is no database at %s; name its folder with "
                 "--data-dir, or the database with --database.\n",
                 file.c_str());
    return 2;
  }
  try {
    crypto::SecureRandom random;
    const auto database = open_database({address, file}, SystemClock().unix_now(), random);
    return verify_audit_logs(*database) ? 0 : 1;
  } catch (const DatabaseError& broken) {
    std::fprintf(stderr, "printfarm audit verify: %s\n", broken.what());
    return 2;
  }
}

bool verify_audit_logs(Database& database) {
  const SystemClock clock;
  crypto::SecureRandom random;
  bool all_right = true;
  for (const auto& organization : Tenants(database, clock, random).all()) {
    const auto verdict = audit::verify(database, {organization.id.value});
    if (verdict.broken_at) {
      all_right = false;
      std::printf("%s  BROKEN at entry %lld: it was changed or removed, or one before it\n",
                  organization.id.value.c_str(), static_cast<long long>(*verdict.broken_at));
    } else {
      std::printf("%s  %lld entries, head %s\n", organization.id.value.c_str(),
                  static_cast<long long>(verdict.entries),
                  verdict.head.empty() ? "none" : verdict.head.c_str());
    }
  }
  std::printf(all_right ? "The audit log is whole.\n"
                        : "The audit log is NOT whole. Keep a copy of the database as it is.\n");
  return all_right;
}

}  // namespace pf
