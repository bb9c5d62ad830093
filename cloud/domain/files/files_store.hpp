// The statements about print files.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cloud/domain/files/files.hpp"

namespace pf::files_store {

// Newest first; removed files are in no list and found by no id.
std::vector<PrintFileInfo> list(Transaction& db, const TenantId& tenant, std::string_view before_id,
                                int limit);
std::optional<PrintFileInfo> find(Transaction& db, const TenantId& tenant, std::string_view id);
void insert(Transaction& db, const TenantId& tenant, const PrintFileInfo& file);

// A job that is not over will still send it to a printer.
bool is_needed(Transaction& db, const TenantId& tenant, std::string_view id);
// The row goes, or stays as removed where the story of a job that is over points at it.
void remove(Transaction& db, const TenantId& tenant, std::string_view id, Millis now);
bool content_is_used(Transaction& db, const TenantId& tenant, std::string_view sha256);

}  // namespace pf::files_store
