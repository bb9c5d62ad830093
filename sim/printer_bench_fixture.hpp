// A printer on the bench: asked as over MQTT, in a time that passes when somebody says so.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/document.hpp"
#include "sim/printer.hpp"

namespace pf::sim::testing {

inline constexpr UnixTime wall{1'790'000'000'000};
inline constexpr PlateFacts plate{.prediction = Seconds{3000},
                                  .layers = 20,
                                  .filament_grams = 2,
                                  .nozzle_celsius = 220,
                                  .bed_celsius = 65};

// A printer, what it said, and everything it said put together as a hub would.
struct Bench {
  explicit Bench(const Model& model = a1_mini, PrinterSettings settings = {.speed = 60})
      : printer(model, {"03000A000012345", "12345678", "Mini", "127.77.0.1"}, settings, now) {}

  std::vector<Document> ask(std::string_view request) {
    PrinterOutput out;
    printer.handle(request, now, wall, out);
    return take(out);
  }
  std::vector<Document> command(const std::string& body) {
    return ask("{\"print\":{\"sequence_id\":\"7\",\"command\":" + body + "}}");
  }
  std::vector<Document> pass(Milliseconds time) {
    std::vector<Document> messages;
    for (const auto end = now + time; now < end;) {
      now = now + Milliseconds{250};
      PrinterOutput out;
      printer.tick(now, wall, out);
      for (auto& message : take(out)) messages.push_back(std::move(message));
    }
    return messages;
  }
  std::vector<Document> take(const PrinterOutput& out) {
    std::vector<Document> messages;
    for (const auto& text : out.messages) messages.push_back(*Document::parse(text));
    if (out.question) question = out.question;
    return messages;
  }
  Document everything() { return ask(pushall).at(0); }
  void start(const std::string& more = "") {
    command(
        "\"project_file\",\"param\":\"Metadata/plate_1.gcode\",\"subtask_name\":\"cube-AB\","
        "\"url\":\"file:///sdcard/cache/cube.gcode.3mf\"" +
        more);
  }
  // Says why it could not befall; empty where it did.
  std::string befall(const PrinterAct& act) {
    const auto done = printer.befall(act, now);
    return done ? "" : done.error().says;
  }
  void print() {
    start();
    printer.file_answered(question->number, plate);
  }

  static constexpr const char* pushall = R"({"pushing":{"sequence_id":"1","command":"pushall"}})";
  Instant now{Milliseconds{5'000'000}};
  std::optional<FileQuestion> question;
  Printer printer;
};

}  // namespace pf::sim::testing
