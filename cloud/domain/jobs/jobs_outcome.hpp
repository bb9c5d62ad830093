// What a transaction about jobs leaves to be told once it is committed.
#pragma once
#include <optional>
#include <set>
#include <string>

#include "cloud/domain/jobs/jobs.hpp"
#include "cloud/domain/jobs/jobs_store.hpp"

namespace pf {

struct Jobs::Outcome {
  std::set<std::string> jobs;                    // Changed rows.
  std::set<std::string> printers_need_clearing;  // Their plate token was spent or voided.
  std::set<std::string> printers_cleared;        // It was given back.
  std::optional<std::string> hub_to_wake;
};

}  // namespace pf
