#include "hub/drivers/bambu/report.hpp"

#include <utility>

namespace pf::hub::bambu {
namespace {

struct ReportMessage {
  std::optional<Report> print;
  FIELDS(print)
};

constexpr json::ReaderOptions as_printers_write{json::UnknownKeys::skip, json::BadUtf8::replace};

}  // namespace

bool merge_report(std::string_view message, Report& report) {
  // Onto a copy: a message that breaks off in its middle must leave nothing behind.
  ReportMessage merged{report};
  json::Reader reader(message, as_printers_write);
  if (!json::read(reader, merged) || !reader.finish() || !merged.print) return false;
  report = std::move(*merged.print);
  return true;
}

}  // namespace pf::hub::bambu
