#include "sim/printer.hpp"

#include <gtest/gtest.h>

#include "sim/document.hpp"
#include "sim/printer_bench_fixture.hpp"

namespace pf::sim {
namespace {

using testing::Bench;
using testing::plate;

TEST(Printer, AnswersPushallWithItsWholeReport) {
  for (const auto* model : models()) {
    Bench bench(*model);
    const auto messages = bench.ask(Bench::pushall);
    ASSERT_EQ(messages.size(), 1u);
    const auto* print = messages[0].find("print");
    ASSERT_TRUE(print);
    EXPECT_EQ(print->text("command"), "push_status");
    EXPECT_EQ(print->text("gcode_state"), "IDLE");
    EXPECT_EQ(print->members().size(), Document::parse(model->base_report)->members().size());
    EXPECT_EQ(print->number("net.info.0.ip"), 1 << 24 | 77 << 8 | 127);
  }
}

TEST(Printer, CountsItsOwnSequenceIds) {
  Bench bench;
  const auto first = std::stoi(*bench.everything().text("print.sequence_id"));
  for (const auto& message : bench.pass(Milliseconds{20'000})) {
    EXPECT_NE(message.text("print.sequence_id"), "1");
  }
  EXPECT_GT(std::stoi(*bench.everything().text("print.sequence_id")), first + 1);
}

TEST(Printer, OfTheASeriesReportsWhatChangedEveryTwoSeconds) {
  Bench bench(a1_mini);
  bench.pass(Milliseconds{2'000});
  const auto messages = bench.pass(Milliseconds{60'000});
  EXPECT_LE(messages.size(), 30u);
  EXPECT_GE(messages.size(), 10u);
  for (const auto& message : messages) {
    EXPECT_EQ(message.number("print.msg"), 1);
    EXPECT_LT(message.find("print")->members().size(), 10u);
  }
}

TEST(Printer, OfTheX1SeriesReportsEverythingWhenSomethingChanged) {
  Bench bench(x1_carbon);
  const auto messages = bench.pass(Milliseconds{60'000});
  EXPECT_GE(messages.size(), 10u);
  EXPECT_LE(messages.size(), 61u);
  for (const auto& message : messages) {
    EXPECT_EQ(message.number("print.msg"), 0);
    EXPECT_GT(message.find("print")->members().size(), 90u);
  }
}

TEST(Printer, ShowsTheChamberWhereItHasASensor) {
  EXPECT_EQ(Bench(a1_mini).everything().number("print.chamber_temper"), 5);
  Bench bench(x1_carbon);
  bench.print();
  bench.pass(Milliseconds{20'000});
  const auto report = bench.everything();
  EXPECT_FALSE(report.find("print.chamber_temper"));
  EXPECT_GT(*report.number("print.device.ctc.info.temp"), 24);
  EXPECT_EQ(report.number("print.info.temp"), report.number("print.device.ctc.info.temp"));
}

TEST(Printer, SaysThatDeveloperModeIsOnOnlyWhereAModelSaysSo) {
  EXPECT_FALSE(Bench(a1_mini).everything().find("print.fun"));
  Bench bench(x1_carbon);
  const auto bits = [&] { return std::stoull(*bench.everything().text("print.fun"), nullptr, 16); };
  EXPECT_EQ(bits() >> 29 & 1, 0u);
  bench.befall(SwitchDeveloperMode{.on = false, .refusal = {}});
  EXPECT_EQ(bits() >> 29 & 1, 1u);
}

TEST(Printer, AcknowledgesAStartWithAnEchoAndAsksForItsFile) {
  Bench bench;
  const auto messages = bench.command(
      "\"project_file\",\"param\":\"Metadata/plate_2.gcode\",\"subtask_name\":\"cube\","
      "\"url\":\"ftp:///cache/cube.3mf\",\"use_ams\":false,\"task_id\":\"99\"");
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_EQ(messages[0].text("print.command"), "project_file");
  EXPECT_EQ(messages[0].text("print.sequence_id"), "7");
  EXPECT_EQ(messages[0].text("print.subtask_name"), "cube");
  EXPECT_EQ(messages[0].text("print.result"), "success");
  EXPECT_EQ(messages[0].text("print.reason"), "success");
  ASSERT_TRUE(bench.question);
  EXPECT_EQ(bench.question->card_path, "/cache/cube.3mf");
  EXPECT_EQ(bench.question->entry, "Metadata/plate_2.gcode");
}

TEST(Printer, FirstShowsTheNewNameAndOnlyThenPrepares) {
  Bench bench(a1_mini);
  bench.print();
  bool named = false, prepared = false;
  for (const auto& message : bench.pass(Milliseconds{20'000})) {
    if (message.text("print.subtask_name") == "cube-AB") {
      named = true;
      EXPECT_FALSE(prepared);
      EXPECT_EQ(message.text("print.gcode_file"), "cube.gcode.3mf");
      EXPECT_EQ(message.text("print.print_type"), "local");
      EXPECT_FALSE(message.find("print.gcode_state"));
    }
    if (message.text("print.gcode_state") == "PREPARE") {
      prepared = true;
      EXPECT_TRUE(named);
    }
  }
  EXPECT_TRUE(prepared);
}

TEST(Printer, GoesFromTheOldFinishThroughARunToTheNewOne) {
  for (const auto* model : models()) {
    Bench bench(*model);
    bench.print();
    bench.pass(Milliseconds{120'000});
    ASSERT_EQ(bench.everything().text("print.gcode_state"), "FINISH") << model->code;
    bench.start(",\"subtask_id\":\"123\"");
    bench.printer.file_answered(bench.question->number, plate);
    bench.pass(model->report_interval * 2);
    auto report = bench.everything();
    EXPECT_EQ(report.text("print.gcode_state"), "FINISH") << model->code;
    EXPECT_EQ(report.text("print.subtask_id"), "123");
    EXPECT_EQ(report.number("print.mc_percent"), 100);
    bench.pass(Milliseconds{30'000});
    report = bench.everything();
    EXPECT_EQ(report.text("print.gcode_state"), "RUNNING") << model->code;
    EXPECT_EQ(report.text("print.mc_print_stage"), "2");
    EXPECT_EQ(report.number("print.stg_cur"), 0);
    EXPECT_EQ(report.number("print.total_layer_num"), 20);
    const double nozzle = model->flat_nozzle_is_left ? 25 : 220;
    EXPECT_EQ(report.number("print.nozzle_target_temper"), nozzle == 25 ? 0 : 220);
    EXPECT_NEAR(*report.number("print.nozzle_temper"), nozzle, 20);
    bench.pass(Milliseconds{300'000});
    report = bench.everything();
    EXPECT_EQ(report.text("print.gcode_state"), "FINISH");
    EXPECT_EQ(report.number("print.mc_percent"), 100);
    EXPECT_EQ(report.number("print.layer_num"), 20);
    EXPECT_EQ(report.number("print.mc_remaining_time"), 0);
    EXPECT_EQ(report.text("print.mc_print_stage"), "1");
    EXPECT_EQ(report.number("print.stg_cur"), model->idle_stage);
    EXPECT_EQ(report.text("print.print_type"), model->idle_print_type);
    EXPECT_EQ(report.text("print.subtask_name"), "cube-AB");
    EXPECT_LT(*report.number("print.nozzle_temper"), 40);
  }
}

TEST(Printer, NamesThePathOfThePlateOnAnX1) {
  Bench bench(x1_carbon);
  bench.print();
  bench.pass(Milliseconds{30'000});
  const auto report = bench.everything();
  EXPECT_EQ(report.text("print.gcode_file"), "/data/Metadata/plate_1.gcode");
  EXPECT_EQ(report.number("print.plate_id"), 1);
  EXPECT_EQ(report.number("print.percent"), report.number("print.mc_percent"));
  EXPECT_EQ(report.number("print.3D.layer_num"), report.number("print.layer_num"));
}

TEST(Printer, LoadsTheTrayThatTheJobIsMappedTo) {
  Bench bench(a1_mini);
  bench.start(",\"use_ams\":true,\"ams_mapping\":[-1,2]");
  bench.printer.file_answered(bench.question->number, plate);
  bench.pass(Milliseconds{30'000});
  EXPECT_EQ(bench.everything().text("print.ams.tray_now"), "2");
  bench.pass(Milliseconds{300'000});
  EXPECT_EQ(bench.everything().text("print.ams.tray_now"), "255");
}

TEST(Printer, PrintsFromTheExternalSpoolWithoutAMapping) {
  Bench bench(x1_carbon);
  bench.print();
  bench.pass(Milliseconds{30'000});
  EXPECT_EQ(bench.everything().text("print.ams.tray_now"), "254");
}

TEST(Printer, FailsAJobMappedToATrayItDoesNotHave) {
  Bench bench(x1_carbon);
  bench.start(",\"use_ams\":true,\"ams_mapping\":[3]");
  bench.printer.file_answered(bench.question->number, plate);
  bench.pass(Milliseconds{30'000});
  EXPECT_EQ(bench.everything().text("print.gcode_state"), "FAILED");
  EXPECT_EQ(bench.everything().number("print.print_error"), error_tray_missing);
}

TEST(Printer, FailsAJobWhoseFileIsRefusedUntilSomeoneClearsTheError) {
  for (const auto error : {error_file_missing, error_file_unreadable}) {
    Bench bench;
    bench.start();
    bench.printer.file_answered(bench.question->number, RefusedFile{error, "test"});
    bench.pass(Milliseconds{60'000});
    auto report = bench.everything();
    EXPECT_EQ(report.text("print.gcode_state"), "FAILED");
    EXPECT_EQ(report.text("print.subtask_name"), "cube-AB");
    EXPECT_EQ(report.number("print.print_error"), error);
    bench.command("\"clean_print_error\",\"subtask_id\":\"0\",\"print_error\":1");
    report = bench.everything();
    EXPECT_EQ(report.number("print.print_error"), 0);
    EXPECT_EQ(report.text("print.gcode_state"), "FAILED");
  }
}

TEST(Printer, AnswersAStartWhileBusyWithSuccessAndAnErrorOnItsScreen) {
  Bench bench;
  bench.print();
  bench.pass(Milliseconds{30'000});
  bench.question.reset();
  const auto messages = bench.command(
      "\"project_file\",\"param\":\"Metadata/plate_1.gcode\",\"subtask_name\":\"second\","
      "\"url\":\"file:///sdcard/second.3mf\"");
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_EQ(messages[0].text("print.result"), "success");
  EXPECT_FALSE(bench.question);
  auto report = bench.everything();
  EXPECT_EQ(report.number("print.print_error"), error_busy);
  EXPECT_EQ(report.text("print.gcode_state"), "RUNNING");
  EXPECT_EQ(report.text("print.subtask_name"), "cube-AB");
  bench.pass(Milliseconds{300'000});
  EXPECT_EQ(bench.everything().text("print.gcode_state"), "FINISH");
}

TEST(Printer, IgnoresTheAnswerToAnEarlierQuestion) {
  Bench bench;
  bench.start();
  const auto first = bench.question->number;
  bench.command("\"stop\"");
  bench.pass(Milliseconds{10'000});
  bench.start();
  bench.printer.file_answered(first, RefusedFile{error_file_missing, "late"});
  bench.printer.file_answered(bench.question->number, plate);
  bench.pass(Milliseconds{300'000});
  EXPECT_EQ(bench.everything().text("print.gcode_state"), "FINISH");
}

TEST(Printer, PausesResumesAndStopsInReportsNotInAcks) {
  Bench bench;
  bench.print();
  bench.pass(Milliseconds{30'000});
  EXPECT_EQ(bench.command("\"pause\",\"param\":\"\"").at(0).text("print.result"), "success");
  auto report = bench.everything();
  EXPECT_EQ(report.text("print.gcode_state"), "PAUSE");
  EXPECT_EQ(report.number("print.stg_cur"), 16);
  bench.command("\"resume\",\"param\":\"\"");
  EXPECT_EQ(bench.everything().text("print.gcode_state"), "RUNNING");
  bench.command("\"stop\",\"param\":\"\"");
  report = bench.everything();
  EXPECT_EQ(report.number("print.print_error"), 50348044);
  bench.pass(Milliseconds{2'500});
  report = bench.everything();
  EXPECT_EQ(report.text("print.gcode_state"), "FAILED");
  EXPECT_EQ(report.number("print.print_error"), 0);
}

TEST(Printer, RefusesToPrintUnsignedCommandsWhenDeveloperModeIsOff) {
  Bench bench(x1_carbon, {.speed = 60, .developer_mode = false});
  const auto messages = bench.command("\"pause\",\"param\":\"\"");
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_EQ(messages[0].encode(),
            R"({"print":{"command":"pause","sequence_id":"7","result":"failed",)"
            R"("reason":"mqtt message verify failed","err_code":84033543}})");
  auto report = bench.everything();
  EXPECT_EQ(report.number("print.hms.0.attr"), 83887360);
  EXPECT_EQ(report.number("print.hms.0.code"), 65543);
  bench.start();
  EXPECT_FALSE(bench.question);
  EXPECT_EQ(bench
                .ask(R"({"system":{"sequence_id":"1","command":"ledctrl",)"
                     R"("led_node":"chamber_light","led_mode":"off"}})")
                .at(0)
                .text("system.result"),
            "success")
      << "lights are no print commands";
  bench.befall(SwitchDeveloperMode{});
  EXPECT_EQ(bench.command("\"pause\"").at(0).text("print.result"), "success");
  EXPECT_EQ(bench.everything().find("print.hms")->items().size(), 0u);
}

TEST(Printer, AnswersGetVersionWithItsModules) {
  Bench bench;
  const auto messages = bench.ask(R"({"info":{"sequence_id":"3","command":"get_version"}})");
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_EQ(messages[0].text("info.sequence_id"), "3");
  EXPECT_EQ(messages[0].text("info.module.0.name"), "ota");
  EXPECT_EQ(messages[0].text("info.module.0.sn"), "03000A000012345");
  EXPECT_FALSE(messages[0].find("info.result"));
}

TEST(Printer, SwitchesItsLightAndItsSpeed) {
  Bench bench;
  bench.ask(R"({"system":{"sequence_id":"1","command":"ledctrl","led_node":"chamber_light",)"
            R"("led_mode":"on","led_on_time":500}})");
  bench.command("\"print_speed\",\"param\":\"3\"");
  const auto report = bench.everything();
  EXPECT_EQ(report.text("print.lights_report.0.mode"), "on");
  EXPECT_EQ(report.number("print.spd_lvl"), 3);
  EXPECT_EQ(report.number("print.spd_mag"), 124);
}

TEST(Printer, HeatsWhenAGcodeLineSaysSo) {
  Bench bench;
  const auto messages = bench.command("\"gcode_line\",\"param\":\"M104 S200\\nM140 S50\\n\"");
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_FALSE(messages[0].find("print.command")) << "an A1 mini does not say what it answers";
  EXPECT_EQ(messages[0].text("print.result"), "success");
  bench.pass(Milliseconds{10'000});
  const auto report = bench.everything();
  EXPECT_EQ(report.number("print.nozzle_target_temper"), 200);
  EXPECT_NEAR(*report.number("print.nozzle_temper"), 200, 1);
  EXPECT_EQ(report.number("print.bed_target_temper"), 50);
}

TEST(Printer, StopsReportingForEveryoneWhenOneClientAsksForIt) {
  Bench bench;
  bench.ask(R"({"pushing":{"sequence_id":"1","command":"stop"}})");
  EXPECT_TRUE(bench.pass(Milliseconds{60'000}).empty());
  bench.ask(R"({"pushing":{"sequence_id":"1","command":"start"}})");
  EXPECT_FALSE(bench.pass(Milliseconds{60'000}).empty());
}

TEST(Printer, ToleratesANulBehindARequest) {
  Bench bench;
  std::string request = Bench::pushall;
  request.push_back('\0');
  EXPECT_EQ(bench.ask(request).size(), 1u);
}

TEST(Printer, IsSilentAboutWhatItDoesNotKnow) {
  for (const auto* request :
       {"", "{", "null", "[]", "{}", "\"x\"", "{\"print\":null}", "{\"print\":{}}",
        "{\"print\":{\"command\":7}}", "{\"print\":{\"command\":\"dance\"}}",
        "{\"dance\":{\"command\":\"pause\"}}", "{\"info\":{\"command\":\"pause\"}}",
        "{\"print\":{\"command\":\"push_status\"}}", "{\"print\":{\"command\":\"PAUSE\"}}",
        "{\"upgrade\":{\"command\":\"start\"}}", "{\"print\":{\"command\":\"pause\"}}garbage"}) {
    EXPECT_TRUE(Bench().ask(request).empty()) << request;
  }
  EXPECT_TRUE(Bench()
                  .ask("{\"print\":{\"command\":\"pause\",\"param\":\"" +
                       std::string(request_bytes_max, 'x') + "\"}}")
                  .empty());
}

TEST(Printer, RefusesCommandsWhoseArgumentsMakeNoSense) {
  for (const auto* body :
       {"\"project_file\"", "\"project_file\",\"param\":\"Metadata/plate_1.gcode\"",
        "\"project_file\",\"param\":1,\"url\":\"ftp://a\",\"subtask_name\":\"a\"",
        "\"project_file\",\"param\":\"Metadata/plate_1.gcode\",\"url\":null,\"subtask_name\":\"a\"",
        "\"print_speed\"", "\"print_speed\",\"param\":\"5\"", "\"print_speed\",\"param\":2",
        "\"print_speed\",\"param\":\"22\"", "\"gcode_line\"", "\"gcode_line\",\"param\":[]",
        "\"gcode_file\",\"param\":\"/sdcard/x.gcode\"", "\"skip_objects\",\"obj_list\":[1]"}) {
    Bench bench(x1_carbon);
    const auto messages = bench.command(body);
    ASSERT_EQ(messages.size(), 1u) << body;
    EXPECT_EQ(messages[0].text("print.result"), "fail") << body;
    EXPECT_FALSE(bench.question) << body;
  }
  Bench bench;
  EXPECT_EQ(bench.ask(R"({"system":{"command":"ledctrl","led_node":"chamber_light"}})")
                .at(0)
                .text("system.result"),
            "fail");
}

TEST(Printer, AJobWithoutAPlaceOnTheCardAsksForNone) {
  Bench bench;
  bench.command(
      "\"project_file\",\"param\":\"Metadata/plate_1.gcode\",\"subtask_name\":\"a\","
      "\"url\":\"https://example.com/a.3mf\"");
  ASSERT_TRUE(bench.question);
  EXPECT_EQ(bench.question->card_path, "");
}

}  // namespace
}  // namespace pf::sim
