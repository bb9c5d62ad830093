// Every route table of the house in one list: what /openapi.json and the TypeScript client
// describe.
#pragma once
#include "cloud/domain/audit/audit.hpp"
#include "cloud/domain/auth/auth.hpp"
#include "cloud/domain/auth/passwords.hpp"
#include "cloud/domain/commands/commands.hpp"
#include "cloud/domain/files/files.hpp"
#include "cloud/domain/hubs/hubs.hpp"
#include "cloud/domain/jobs/queue.hpp"
#include "cloud/domain/printers/printers.hpp"
#include "cloud/domain/tenants/tenants.hpp"
#include "cloud/kit/router.hpp"

namespace pf {

inline ApiDescription describe_api() {
  ApiDescription api;
  api.add(audit_routes());
  api.add(auth_routes());
  api.add(session_routes());
  api.add(password_routes());
  api.add(totp_routes());
  api.add(invitation_routes());
  api.add(api_key_routes());
  api.add(tenant_routes());
  api.add(member_routes());
  api.add(mail_routes());
  api.add(hub_routes());
  api.add(printer_routes());
  api.add(file_routes());
  api.add(job_routes());
  api.add(queue_routes());
  api.add(command_routes());
  api.add_type<LiveSnapshot>();
  api.add_type<LiveUpdate>();
  api.add_type<LiveError>();
  api.add_type<LiveAuth>();
  return api;
}

}  // namespace pf
