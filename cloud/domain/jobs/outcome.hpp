// What a transaction about jobs leaves to be told once it is committed.
#pragma once
#include <set>
#include <string>

namespace pf {

struct JobsOutcome {
  std::set<std::string> jobs;                    // Changed rows.
  std::set<std::string> commands;                // Written or settled.
  std::set<std::string> printers_need_clearing;  // Their plate token was spent or voided.
  std::set<std::string> printers_cleared;        // It was given back or reserved.
  std::set<std::string> hubs_to_wake;
};

}  // namespace pf
