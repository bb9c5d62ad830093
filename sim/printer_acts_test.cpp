// What befalls a printer, as its reports tell it.
#include <gtest/gtest.h>

#include "sim/printer_bench_fixture.hpp"

namespace pf::sim {
namespace {

using testing::Bench;

// Past getting ready.
Bench printing(const Model& model, const std::string& more = "") {
  Bench bench(model);
  bench.start(more);
  bench.printer.file_answered(bench.question->number, testing::plate);
  for (int i = 0; i < 400 && bench.printer.print(bench.now).stage != Stage::printing; ++i) {
    bench.pass(Milliseconds{250});
  }
  EXPECT_EQ(bench.everything().number("print.stg_cur"), 0) << model.code;
  return bench;
}

TEST(PrinterActs, StopAtTheScreenShowsItsErrorForTwoSecondsAndThenFailedWithoutOne) {
  for (const auto* model : models()) {
    auto bench = printing(*model);
    ASSERT_EQ(bench.befall(PressStop{}), "");
    auto report = bench.everything();
    EXPECT_EQ(report.number("print.print_error"), error_cancelled_at_screen);
    EXPECT_EQ(report.text("print.gcode_state"), "RUNNING");
    bench.pass(Milliseconds{2'500});
    report = bench.everything();
    EXPECT_EQ(report.text("print.gcode_state"), "FAILED");
    EXPECT_EQ(report.number("print.print_error"), 0);
    EXPECT_EQ(report.text("print.subtask_name"), "cube-AB");
  }
}

TEST(PrinterActs, PauseAndResumeAtTheScreen) {
  auto bench = printing(a1_mini);
  ASSERT_EQ(bench.befall(PressPause{}), "");
  EXPECT_EQ(bench.everything().text("print.gcode_state"), "PAUSE");
  EXPECT_EQ(bench.everything().number("print.stg_cur"), 16);
  EXPECT_NE(bench.befall(PressPause{}), "") << "it is paused";
  ASSERT_EQ(bench.befall(PressResume{}), "");
  EXPECT_EQ(bench.everything().text("print.gcode_state"), "RUNNING");
  EXPECT_NE(bench.befall(PressResume{}), "") << "it is not paused";
}

TEST(PrinterActs, SayWhyTheyCannotBefallAnIdlePrinter) {
  Bench bench;
  for (const PrinterAct& act :
       {PrinterAct(PressPause{}), PrinterAct(PressResume{}), PrinterAct(PressStop{}),
        PrinterAct(RunOutOfFilament{}), PrinterAct(InsertFilament{}), PrinterAct(DismissError{}),
        PrinterAct(FailPrint{1u}), PrinterAct(PauseWithError{1u})}) {
    EXPECT_NE(bench.befall(act), "");
  }
  EXPECT_EQ(bench.everything().text("print.gcode_state"), "IDLE");
}

TEST(PrinterActs, RunoutWaitsForFilamentAndForResume) {
  auto bench = printing(a1_mini, ",\"use_ams\":true,\"ams_mapping\":[2]");
  ASSERT_EQ(bench.befall(RunOutOfFilament{}), "");
  auto report = bench.everything();
  EXPECT_EQ(report.text("print.gcode_state"), "PAUSE");
  EXPECT_EQ(report.number("print.stg_cur"), 6);
  EXPECT_EQ(report.number("print.print_error"), error_tray_empty);
  EXPECT_EQ(report.number("print.hms.0.attr"), 0x0700'2200);
  EXPECT_EQ(report.number("print.hms.0.code"), 0x0002'0001);
  bench.command("\"resume\",\"param\":\"\"");
  EXPECT_EQ(bench.everything().text("print.gcode_state"), "PAUSE") << "there is still none";
  EXPECT_NE(bench.befall(PressResume{}), "");
  ASSERT_EQ(bench.befall(InsertFilament{}), "");
  EXPECT_EQ(bench.everything().find("print.hms")->items().size(), 0u);
  bench.command("\"resume\",\"param\":\"\"");
  report = bench.everything();
  EXPECT_EQ(report.text("print.gcode_state"), "RUNNING");
  EXPECT_EQ(report.number("print.print_error"), 0);
}

TEST(PrinterActs, RunoutNamesTheUnitThatIsEmpty) {
  auto external = printing(p1s);
  external.befall(RunOutOfFilament{});
  EXPECT_EQ(external.everything().number("print.print_error"), error_spool_empty);
  EXPECT_EQ(external.everything().number("print.hms.0.attr"), 0x07FF'2000);
  auto ht = printing(h2d, ",\"use_ams\":true,\"ams_mapping\":[128]");
  ht.befall(RunOutOfFilament{});
  EXPECT_EQ(ht.everything().number("print.hms.0.attr"), 0x1800'2000);
}

TEST(PrinterActs, HealthMessagesAreShownOnceAndCleared) {
  Bench bench(x1_carbon);
  bench.befall(ShowHealth{0x0300'0100, 0x0002'0001});
  bench.befall(ShowHealth{0x0300'0100, 0x0002'0001});
  bench.befall(ShowHealth{0x0C00'0300, 0x0003'0008});
  EXPECT_EQ(bench.everything().find("print.hms")->items().size(), 2u);
  bench.befall(ClearHealth{});
  EXPECT_EQ(bench.everything().find("print.hms")->encode(), "[]");
}

TEST(PrinterActs, AnErrorMayPauseOrFailThePrint) {
  auto bench = printing(x1_carbon);
  ASSERT_EQ(bench.befall(PauseWithError{0x0300'8001u}), "");
  auto report = bench.everything();
  EXPECT_EQ(report.text("print.gcode_state"), "PAUSE");
  EXPECT_EQ(report.number("print.print_error"), 0x0300'8001);
  ASSERT_EQ(bench.befall(FailPrint{0x0300'8003u}), "");
  report = bench.everything();
  EXPECT_EQ(report.text("print.gcode_state"), "FAILED");
  EXPECT_EQ(report.number("print.print_error"), 0x0300'8003);
  ASSERT_EQ(bench.befall(DismissError{}), "");
  EXPECT_EQ(bench.everything().number("print.print_error"), 0);
}

TEST(PrinterActs, APrintStartedAtTheScreenHasItsOwnNameAndRunsAtOnce) {
  for (const auto* model : models()) {
    Bench bench(*model);
    PrintAtScreen act;
    act.name = "Benchy";
    act.layers = 12;
    ASSERT_EQ(bench.befall(act), "");
    auto report = bench.everything();
    EXPECT_EQ(report.text("print.gcode_state"), "PREPARE") << model->code;
    EXPECT_EQ(report.text("print.subtask_name"), "Benchy");
    EXPECT_EQ(report.text("print.subtask_id"), "0");
    EXPECT_NE(bench.befall(act), "") << "it is busy";
    bench.pass(Milliseconds{120'000});
    report = bench.everything();
    EXPECT_EQ(report.text("print.gcode_state"), "FINISH") << model->code;
    EXPECT_EQ(report.number("print.layer_num"), 12);
  }
}

TEST(PrinterActs, ACalibrationIsASystemPrintWithoutAName) {
  Bench bench(a1);
  ASSERT_EQ(bench.befall(CalibrateAtScreen{}), "");
  bench.pass(Milliseconds{10'000});
  const auto report = bench.everything();
  EXPECT_EQ(report.text("print.gcode_state"), "RUNNING");
  EXPECT_EQ(report.text("print.print_type"), "system");
  EXPECT_EQ(report.text("print.subtask_name"), "");
  EXPECT_EQ(report.text("print.gcode_file"), "/usr/etc/print/auto_cali_for_user.gcode");
}

TEST(PrinterActs, ALateStartKeepsTheOldStateUnderTheNewNameForThatLongAtAnySpeed) {
  Bench bench(p1s, {.speed = 100});
  bench.befall(StartLate{.seconds = 210, .starts = {}});
  bench.print();
  bench.pass(Milliseconds{205'000});
  EXPECT_EQ(bench.everything().text("print.gcode_state"), "IDLE");
  EXPECT_EQ(bench.everything().text("print.subtask_name"), "cube-AB");
  bench.pass(Milliseconds{10'000});
  EXPECT_NE(bench.everything().text("print.gcode_state"), "IDLE");
}

TEST(PrinterActs, AnIgnoredStartIsAcknowledgedAndNamedAndNeverComes) {
  for (const auto* model : models()) {
    Bench bench(*model);
    bench.befall(IgnoreStart{});
    const auto messages = bench.command(
        "\"project_file\",\"param\":\"Metadata/plate_1.gcode\",\"subtask_name\":\"cube\","
        "\"url\":\"ftp:///cube.3mf\"");
    ASSERT_EQ(messages.size(), 1u);
    EXPECT_EQ(messages[0].text("print.result"), "success");
    bench.printer.file_answered(bench.question->number, testing::plate);
    bench.pass(Seconds{3600});
    const auto report = bench.everything();
    EXPECT_EQ(report.text("print.gcode_state"), "IDLE") << model->code;
    EXPECT_EQ(report.text("print.subtask_name"), "cube");
    bench.print();
    bench.pass(Milliseconds{30'000});
    EXPECT_EQ(bench.everything().text("print.gcode_state"), "RUNNING") << "the next one does";
  }
}

TEST(PrinterActs, ARefusedStartSaysFailAndChangesNothing) {
  Bench bench;
  bench.befall(RefuseStart{.starts = 2});
  for (const auto* result : {"fail", "fail", "success"}) {
    const auto messages = bench.command(
        "\"project_file\",\"param\":\"Metadata/plate_1.gcode\",\"subtask_name\":\"cube\","
        "\"url\":\"ftp:///cube.3mf\"");
    EXPECT_EQ(messages.at(0).text("print.result"), result);
  }
}

TEST(PrinterActs, DeveloperModeOffRefusesInFourForms) {
  const auto answer = [](Refusal refusal) {
    auto bench = std::make_unique<Bench>(p1s);
    bench->befall(SwitchDeveloperMode{.on = false, .refusal = refusal});
    const auto messages = bench->command("\"stop\",\"param\":\"\"");
    const auto messages_shown = bench->everything().find("print.hms")->items().size();
    return std::pair(messages.empty() ? "" : messages[0].encode(), messages_shown);
  };
  EXPECT_EQ(answer(Refusal::full),
            std::pair(std::string(R"({"print":{"command":"stop","sequence_id":"7",)"
                                  R"("result":"failed","reason":"mqtt message verify failed",)"
                                  R"("err_code":84033543}})"),
                      std::size_t{1}));
  EXPECT_EQ(answer(Refusal::code_only),
            std::pair(std::string(R"({"print":{"command":"stop","sequence_id":"7",)"
                                  R"("err_code":84033543}})"),
                      std::size_t{0}));
  EXPECT_EQ(
      answer(Refusal::bare),
      std::pair(std::string(R"({"print":{"command":"stop","sequence_id":"7"}})"), std::size_t{1}));
  EXPECT_EQ(answer(Refusal::silent), std::pair(std::string(), std::size_t{0}));
}

TEST(PrinterActs, ARebootForgetsThePrintAndKeepsTheSettings) {
  for (const auto* model : models()) {
    auto bench = printing(*model);
    bench.befall(SwitchDeveloperMode{.on = false, .refusal = Refusal::full});
    bench.befall(ShowHealth{1, 2});
    bench.printer.reboot(bench.now);
    const auto report = bench.everything();
    EXPECT_EQ(report.text("print.gcode_state"), "IDLE") << model->code;
    EXPECT_EQ(report.text("print.subtask_name"), "");
    EXPECT_EQ(report.text("print.gcode_file"), "");
    EXPECT_EQ(report.number("print.stg_cur"), model->boot_stage);
    EXPECT_EQ(report.number("print.mc_percent"), 0);
    EXPECT_EQ(report.find("print.hms")->items().size(), 0u);
    EXPECT_EQ(bench.command("\"stop\"").at(0).text("print.result"), "failed");
  }
}

TEST(PrinterActs, ANewAddressIsInTheReport) {
  Bench bench;
  bench.printer.set_ip_address("127.1.2.3");
  EXPECT_EQ(bench.everything().number("print.net.info.0.ip"), 3 << 24 | 2 << 16 | 1 << 8 | 127);
}

TEST(PrinterActs, SilenceEndsWhenSomebodyAsks) {
  Bench bench;
  bench.befall(FallSilent{});
  EXPECT_TRUE(bench.pass(Milliseconds{60'000}).empty());
  bench.ask(R"({"pushing":{"sequence_id":"1","command":"start"}})");
  EXPECT_FALSE(bench.pass(Milliseconds{60'000}).empty());
}

}  // namespace
}  // namespace pf::sim
