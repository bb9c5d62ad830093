#include "hub/drivers/bambu/commands.hpp"

#include <gtest/gtest.h>

#include <set>

#include "hub/drivers/bambu/message.hpp"

namespace pf::hub::bambu {
namespace {

StartRequest request() {
  StartRequest request;
  request.file_name = "pf-0123456789ab.gcode.3mf";
  request.plate = 2;
  request.subtask_name = "bracket-7K3M9Q2XYZ";
  request.numeric_id = 123456789;
  return request;
}

Answer answer_in(std::string_view message) {
  const auto kind = classify(message);
  EXPECT_TRUE(std::holds_alternative<Answer>(kind)) << message;
  return std::holds_alternative<Answer>(kind) ? std::get<Answer>(kind) : Answer{};
}

TEST(Commands, project_file_has_exactly_the_printers_keys_and_kinds) {
  EXPECT_EQ(
      project_file_message(request(), Family::p1, Folder::cache, "1001"),
      R"({"print":{"sequence_id":"1001","command":"project_file","param":"Metadata/plate_2.gcode",)"
      R"("url":"file:///sdcard/cache/pf-0123456789ab.gcode.3mf",)"
      R"("file":"pf-0123456789ab.gcode.3mf",)"
      R"("subtask_name":"bracket-7K3M9Q2XYZ","md5":"","project_id":"123456789","profile_id":"0",)"
      R"("task_id":"123456789","subtask_id":"123456789","bed_type":"auto","bed_leveling":true,)"
      R"("flow_cali":false,"vibration_cali":false,"layer_inspect":false,"timelapse":false,)"
      R"("use_ams":false,"ams_mapping":[],"ams_mapping2":[],"auto_bed_leveling":1,)"
      R"("extrude_cali_flag":0,"extrude_cali_manual_mode":0,"nozzle_offset_cali":0,"cfg":"0"}})");
}

TEST(Commands, options_reach_both_their_spellings) {
  auto start = request();
  start.options.bed_leveling = false;
  start.options.flow_calibration = true;
  start.options.vibration_calibration = true;
  start.options.timelapse = true;
  start.options.bed_type = "textured_plate";
  const auto message = project_file_message(start, Family::x1, Folder::root, "1");
  for (const auto* part :
       {R"("bed_type":"textured_plate")", R"("bed_leveling":false)", R"("auto_bed_leveling":0)",
        R"("flow_cali":true)", R"("extrude_cali_flag":1)", R"("vibration_cali":true)",
        R"("timelapse":true)", R"("url":"file:///sdcard/pf-)"}) {
    EXPECT_NE(message.find(part), std::string::npos) << part;
  }
}

TEST(Commands, the_url_has_the_form_of_the_family) {
  EXPECT_EQ(file_url(Family::a1, Folder::cache, "x"), "file:///sdcard/cache/x");
  EXPECT_EQ(file_url(Family::x1, Folder::root, "x"), "file:///sdcard/x");
  EXPECT_EQ(file_url(Family::usb, Folder::root, "x"), "ftp:///x");
  EXPECT_EQ(file_url(Family::unknown, Folder::cache, "x"), "file:///sdcard/cache/x");
}

TEST(Commands, families_are_known_by_serial_then_by_model) {
  EXPECT_EQ(family_of("00M00A000000001", ""), Family::x1);
  EXPECT_EQ(family_of("01S00A000000001", ""), Family::p1);
  EXPECT_EQ(family_of("01P00A000000001", "BL-P001"), Family::p1) << "the serial is right";
  EXPECT_EQ(family_of("03000A000000001", ""), Family::a1);
  EXPECT_EQ(family_of("26A00A000000001", ""), Family::a1);
  EXPECT_EQ(family_of("22E00A000000001", ""), Family::usb);
  EXPECT_EQ(family_of("31B00A000000001", ""), Family::usb);
  EXPECT_EQ(family_of("SIM000000000001", "N2S"), Family::a1);
  EXPECT_EQ(family_of("SIM000000000001", "A1"), Family::unknown);
  EXPECT_EQ(family_of("", ""), Family::unknown);
}

TEST(Commands, trays_are_mapped_in_both_forms) {
  auto start = request();
  start.options.ams_mapping = List<int, 64>{{0, -1, 6, 128, 254, 255}};
  const auto dual = project_file_message(start, Family::usb, Folder::root, "1");
  EXPECT_NE(dual.find(R"("use_ams":true,"ams_mapping":[0,-1,6,128,-1,-1])"), std::string::npos);
  EXPECT_NE(dual.find(R"("ams_mapping2":[{"ams_id":0,"slot_id":0},{"ams_id":255,"slot_id":255},)"
                      R"({"ams_id":1,"slot_id":2},{"ams_id":128,"slot_id":0},)"
                      R"({"ams_id":254,"slot_id":0},{"ams_id":255,"slot_id":0}])"),
            std::string::npos)
      << dual;
  const auto single = project_file_message(start, Family::p1, Folder::cache, "1");
  EXPECT_EQ(single.find(R"("ams_id":254)"), std::string::npos) << "it has one external spool";
}

TEST(Commands, use_ams_is_what_is_asked_else_whether_a_tray_is_used) {
  auto start = request();
  const auto uses = [&] {
    return project_file_message(start, Family::p1, Folder::cache, "1").find(R"("use_ams":true)") !=
           std::string::npos;
  };
  EXPECT_FALSE(uses());
  start.options.ams_mapping = List<int, 64>{{-1, 255}};
  EXPECT_FALSE(uses());
  start.options.ams_mapping = List<int, 64>{{-1, 3}};
  EXPECT_TRUE(uses());
  start.options.use_ams = false;
  EXPECT_FALSE(uses());
}

TEST(Commands, the_short_ones) {
  EXPECT_EQ(control_message(PrintAction::pause, "7"),
            R"({"print":{"sequence_id":"7","command":"pause","param":""}})");
  EXPECT_EQ(control_message(PrintAction::stop, "8"),
            R"({"print":{"sequence_id":"8","command":"stop","param":""}})");
  EXPECT_EQ(pushall_message("1"),
            R"({"pushing":{"sequence_id":"1","command":"pushall","version":1,"push_target":1}})");
  EXPECT_EQ(pushing_start_message("2"), R"({"pushing":{"sequence_id":"2","command":"start"}})");
  EXPECT_EQ(get_version_message("3"), R"({"info":{"sequence_id":"3","command":"get_version"}})");
}

// Draws the number it is given, again and again.
class FixedRandom final : public Random {
 public:
  explicit FixedRandom(std::uint8_t byte) : byte_(byte) {}
  void fill(std::span<std::uint8_t> bytes) override {
    for (auto& one : bytes) one = byte_;
  }

 private:
  std::uint8_t byte_;
};

TEST(SequenceIds, start_at_random_and_stay_within_31_bits) {
  std::set<std::string> starts;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    SeededRandom random(seed);
    SequenceIds ids(random);
    const auto first = std::stoll(ids.next());
    EXPECT_GE(first, 1);
    EXPECT_EQ(std::stoll(ids.next()), first + 1);
    EXPECT_LT(first, sequence_id_max);
    starts.insert(std::to_string(first));
  }
  EXPECT_GT(starts.size(), 45u);
  FixedRandom zero(0);
  EXPECT_EQ(SequenceIds(zero).next(), "1");
}

struct AnswerRow {
  std::string_view what;
  std::string_view message;
  bool matched;
  bool accepted = false;
  bool developer_mode_off = false;
  std::optional<std::int64_t> error_code = std::nullopt;
};

TEST(Unanswered, answers_in_all_their_forms) {
  const AnswerRow rows[] = {
      {"plain",
       R"({"print":{"command":"pause","sequence_id":"7","result":"success","reason":"x"}})", true,
       true},
      {"upper case with err_code 0",
       R"({"print":{"command":"pause","sequence_id":"7","result":"SUCCESS","err_code":0}})", true,
       true},
      {"integer result", R"({"print":{"command":"pause","sequence_id":7,"result":0}})", true, true},
      {"without command", R"({"print":{"sequence_id":"7","param":"","result":"success"}})", true,
       true},
      {"fail", R"({"print":{"command":"pause","sequence_id":"7","result":"fail"}})", true, false},
      {"integer failure", R"({"print":{"command":"pause","sequence_id":"7","result":-1}})", true,
       false},
      {"unsigned refused",
       R"({"print":{"command":"pause","sequence_id":"7","result":"failed",)"
       R"("reason":"mqtt message verify failed","err_code":84033543}})",
       true, false, true, 84033543},
      {"only err_code", R"({"print":{"command":"pause","sequence_id":"7","err_code":84033548}})",
       true, false, true, 84033548},
      {"another error", R"({"print":{"command":"pause","sequence_id":"7","err_code":84033549}})",
       true, false, false, 84033549},
      {"errno", R"({"print":{"command":"pause","sequence_id":"7","result":"fail","errno":-2}})",
       true, false, false, -2},
      {"success with an error",
       R"({"print":{"command":"pause","sequence_id":"7","result":"success","err_code":5}})", true,
       false, false, 5},
      {"bare", R"({"print":{"command":"pause","sequence_id":"7"}})", false},
      {"another id", R"({"print":{"command":"pause","sequence_id":"8","result":"success"}})",
       false},
      {"another command", R"({"print":{"command":"stop","sequence_id":"7","result":"fail"}})",
       false},
      {"no id", R"({"print":{"command":"pause","result":"fail","err_code":84033543}})", false},
  };
  for (const auto& row : rows) {
    Unanswered unanswered;
    unanswered.sent(PrintAction::pause, "7", {});
    const auto answered = unanswered.match(answer_in(row.message));
    ASSERT_EQ(answered.has_value(), row.matched) << row.what;
    if (!answered) continue;
    EXPECT_EQ(answered->action, PrintAction::pause);
    EXPECT_EQ(answered->accepted, row.accepted) << row.what;
    EXPECT_EQ(answered->developer_mode_off, row.developer_mode_off) << row.what;
    EXPECT_EQ(answered->error_code, row.error_code) << row.what;
  }
}

TEST(Unanswered, a_bare_answer_leaves_room_for_a_better_one_but_each_counts_once) {
  Unanswered unanswered;
  unanswered.sent(PrintAction::start, "7", {});
  EXPECT_FALSE(
      unanswered.match(answer_in(R"({"print":{"command":"project_file","sequence_id":"7"}})")));
  const auto good =
      answer_in(R"({"print":{"command":"project_file","sequence_id":"7","result":"success"}})");
  EXPECT_TRUE(unanswered.match(good));
  EXPECT_FALSE(unanswered.match(good));
}

TEST(Unanswered, gives_the_oldest_up_when_there_are_too_many) {
  Unanswered unanswered;
  for (std::size_t i = 0; i <= unanswered_max; ++i) {
    unanswered.sent(PrintAction::stop, std::to_string(i), {});
  }
  const auto to = [](std::string_view id) {
    return answer_in("{\"print\":{\"command\":\"stop\",\"sequence_id\":\"" + std::string(id) +
                     "\",\"result\":\"success\"}}");
  };
  EXPECT_FALSE(unanswered.match(to("0")));
  EXPECT_TRUE(unanswered.match(to("1")));
  EXPECT_TRUE(unanswered.match(to(std::to_string(unanswered_max))));
}

TEST(Unanswered, silence_is_noticed_once_and_only_where_nothing_at_all_was_answered) {
  Unanswered unanswered;
  unanswered.sent(PrintAction::start, "7", Instant{Seconds(1)});
  unanswered.sent(PrintAction::stop, "8", Instant{Seconds(1)});
  unanswered.match(answer_in(R"({"print":{"command":"project_file","sequence_id":"7"}})"));
  EXPECT_FALSE(unanswered.notice_silence(Instant{Seconds(10)}));
  EXPECT_TRUE(unanswered.notice_silence(Instant{Seconds(11)}));
  EXPECT_FALSE(unanswered.notice_silence(Instant{Seconds(60)}));
}

TEST(Unanswered, what_was_only_repeated_is_refused_once) {
  Unanswered unanswered;
  unanswered.sent(PrintAction::pause, "7", {});
  EXPECT_FALSE(unanswered.take_bare());
  unanswered.match(answer_in(R"({"print":{"command":"pause","sequence_id":"7"}})"));
  const auto refused = unanswered.take_bare();
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->action, PrintAction::pause);
  EXPECT_TRUE(refused->developer_mode_off);
  EXPECT_FALSE(unanswered.take_bare());
}

}  // namespace
}  // namespace pf::hub::bambu
