#include "hub/core/start_order.hpp"

#include <algorithm>
#include <string>

namespace pf::hub {
namespace {

bool is_letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

bool is_lower_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

// Printers choke on spaces and worse in names (they accept the command and print nothing).
std::string printable_name(std::string_view name) {
  std::string safe(name);
  for (char& c : safe) {
    if (!is_letter_or_digit(c) && c != '.' && c != '_' && c != '-') c = '_';
  }
  return safe.empty() ? "print" : safe;
}

Refusal incomplete(std::string_view field) {
  return {"incomplete", "A start must name its " + std::string(field) + "."};
}

}  // namespace

Result<StartOrder, Refusal> start_order_of(const PrintCommand& command) {
  if (!command.job_id) return incomplete("job_id");
  if (!command.attempt || *command.attempt < 1) return incomplete("attempt");
  if (!command.start_token) return incomplete("start_token");
  if (!command.file) return incomplete("file");
  if (!command.plate) return incomplete("plate");
  if (!command.plate_token) return incomplete("plate_token");
  const std::string& token = command.start_token->value;
  if (token.size() < 4 || !std::all_of(token.begin(), token.end(), is_letter_or_digit)) {
    return Refusal{"bad_start_token", "A start token has 4 to 32 letters and digits."};
  }
  const PrintFile& file = *command.file;
  if (!is_lower_hex(file.sha256) || file.name != std::string_view(file_name(file.sha256))) {
    return Refusal{"bad_file", "The file must be named after its SHA-256."};
  }
  if (file.size < 1 || file.size > print_file_bytes_max) {
    return Refusal{"bad_file", "A file has 1 byte to 4 GB."};
  }
  StartOrder order;
  order.printer_id = command.printer_id;
  order.assignment = command.assignment;
  order.start_token = *command.start_token;
  order.not_after = command.not_after;
  order.file = file;
  order.plate = *command.plate;
  order.display_name = printable_name(command.display_name ? command.display_name->value : "");
  if (command.options) order.options = *command.options;
  order.plate_token = *command.plate_token;
  if (command.last_print_id) order.last_print_id = *command.last_print_id;
  return order;
}

}  // namespace pf::hub
