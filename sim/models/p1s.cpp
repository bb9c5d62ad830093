#include "sim/models/model.hpp"

namespace pf::sim {
namespace {

// A P1S with one AMS: spools with a tag, one without, and an empty slot. Values are made up; names
// and types are those of its sister, the P1P: no report of a P1S was ever seen whole.
constexpr std::string_view base_report = R"json({
  "ams": {"ams": [{"humidity": "4", "id": "0", "temp": "24.6",
        "tray": [{"bed_temp": "0", "bed_temp_type": "0", "cali_idx": -1, "cols": ["FFFFFFFF"],
            "ctype": 0, "id": "0", "k": 0.02, "n": 1, "nozzle_temp_max": "230",
            "nozzle_temp_min": "190", "remain": 88, "tag_uid": "51B0000000001100",
            "tray_color": "FFFFFFFF", "tray_diameter": "1.75", "tray_id_name": "A00-W1",
            "tray_info_idx": "GFA00", "tray_sub_brands": "PLA Basic", "tray_temp": "55",
            "tray_time": "8", "tray_type": "PLA", "tray_uuid": "51B00000000000000000000000000001",
            "tray_weight": "1000", "xcam_info": "000000000000000000000000"},
          {"bed_temp": "0", "bed_temp_type": "0", "cali_idx": -1, "cols": ["000000FF"], "ctype": 0,
            "id": "1", "k": 0.02, "n": 1, "nozzle_temp_max": "260", "nozzle_temp_min": "230",
            "remain": 64, "tag_uid": "51B0000000003100", "tray_color": "000000FF",
            "tray_diameter": "1.75", "tray_id_name": "G02-K0", "tray_info_idx": "GFG02",
            "tray_sub_brands": "PETG HF", "tray_temp": "65", "tray_time": "8", "tray_type": "PETG",
            "tray_uuid": "51B00000000000000000000000000003", "tray_weight": "1000",
            "xcam_info": "000000000000000000000000"},
          {"bed_temp": "0", "bed_temp_type": "0", "cali_idx": -1, "cols": ["C12E1FFF"], "ctype": 0,
            "id": "2", "k": 0.02, "n": 1, "nozzle_temp_max": "280", "nozzle_temp_min": "240",
            "remain": -1, "tag_uid": "0000000000000000", "tray_color": "C12E1FFF",
            "tray_diameter": "0.00", "tray_id_name": "", "tray_info_idx": "GFB98",
            "tray_sub_brands": "", "tray_temp": "0", "tray_time": "0", "tray_type": "ASA",
            "tray_uuid": "00000000000000000000000000000000", "tray_weight": "0",
            "xcam_info": "000000000000000000000000"}, {"id": "3"}]}], "ams_exist_bits": "1",
    "insert_flag": true, "power_on_flag": false, "tray_exist_bits": "7", "tray_is_bbl_bits": "3",
    "tray_now": "255", "tray_pre": "255", "tray_read_done_bits": "7", "tray_reading_bits": "0",
    "tray_tar": "255", "version": 4}, "ams_rfid_status": 0, "ams_status": 0, "bed_target_temper": 0,
  "bed_temper": 23, "big_fan1_speed": "0", "big_fan2_speed": "0", "cali_version": 0,
  "chamber_temper": 5, "command": "push_status", "cooling_fan_speed": "0", "fan_gear": 0,
  "filam_bak": [], "flag3": 15, "force_upgrade": false, "gcode_file": "",
  "gcode_file_prepare_percent": "0", "gcode_state": "IDLE", "heatbreak_fan_speed": "0", "hms": [],
  "home_flag": 224478592, "hw_switch_state": 0,
  "ipcam": {"ipcam_dev": "1", "ipcam_record": "enable", "mode_bits": 3, "resolution": "720p",
    "timelapse": "disable", "tutk_server": "disable"}, "k": "0.0200", "layer_num": 0,
  "lifecycle": "product", "lights_report": [{"mode": "off", "node": "chamber_light"}],
  "mc_percent": 0, "mc_print_line_number": "0", "mc_print_stage": "1", "mc_print_sub_stage": 0,
  "mc_remaining_time": 0, "mess_production_state": "active", "msg": 0,
  "net": {"conf": 0, "info": [{"ip": 0, "mask": 255}]}, "nozzle_diameter": "0.4",
  "nozzle_target_temper": 0, "nozzle_temper": 24, "nozzle_type": "hardened_steel",
  "online": {"ahb": false, "rfid": false, "version": 100000022}, "print_error": 0,
  "print_type": "idle", "profile_id": "0", "project_id": "0", "queue_est": 0, "queue_number": 0,
  "queue_sts": 0, "queue_total": 0, "s_obj": [], "sdcard": true, "sequence_id": "0", "spd_lvl": 2,
  "spd_mag": 100, "stg": [], "stg_cur": 255, "subtask_id": "0", "subtask_name": "", "task_id": "0",
  "total_layer_num": 0,
  "upgrade_state": {"consistency_request": false, "cur_state_code": 0, "dis_state": 0,
    "err_code": 0, "force_upgrade": false, "idx2": 100000021, "message": "", "module": "",
    "new_ver_list": [], "new_version_state": 2, "progress": "", "sequence_id": 0, "status": "IDLE"},
  "upload": {"message": "", "progress": 0, "status": "idle"},
  "vt_tray": {"bed_temp": "0", "bed_temp_type": "0", "cali_idx": -1, "id": "254", "k": 0.02, "n": 1,
    "nozzle_temp_max": "240", "nozzle_temp_min": "190", "remain": 0, "tag_uid": "0000000000000000",
    "tray_color": "898989FF", "tray_diameter": "0.00", "tray_id_name": "", "tray_info_idx": "GFL99",
    "tray_sub_brands": "", "tray_temp": "0", "tray_time": "0", "tray_type": "PLA",
    "tray_uuid": "00000000000000000000000000000000", "tray_weight": "0",
    "xcam_info": "000000000000000000000000"}, "wifi_signal": "-47dBm"
})json";

constexpr std::string_view modules = R"json([
  {"name": "ota", "project_name": "", "sw_ver": "01.09.00.00", "hw_ver": "OTA", "sn": "", "flag": 0,
   "product_name": "Bambu Lab P1S", "visible": true},
  {"name": "esp32", "project_name": "", "sw_ver": "01.11.32.89", "hw_ver": "AP04",
   "sn": "51B00A000000001", "flag": 0, "product_name": ""},
  {"name": "mc", "project_name": "P1", "sw_ver": "00.00.29.75", "loader_ver": "00.00.00.23",
   "hw_ver": "MC07", "sn": "51B00A000000002", "flag": 0},
  {"name": "th", "project_name": "P1", "sw_ver": "00.00.09.95", "loader_ver": "00.00.00.14",
   "hw_ver": "TH09", "sn": "51B00A000000003", "flag": 0},
  {"name": "ams/0", "project_name": "", "sw_ver": "00.00.06.49", "loader_ver": "00.00.00.00",
   "ota_ver": "00.00.00.00", "hw_ver": "AMS08", "sn": "00600A000000004", "flag": 0}
])json";

}  // namespace

constinit const Model p1s{
    .code = "C12",
    .name = "P1S",
    .serial_prefix = "01P",
    .firmware = "01.09.00.00",
    .reports = Reports::deltas,
    .report_interval = Milliseconds{2000},
    .ftp = FtpDialect::digits_only,
    .certificate = CertificateForm::version_3_alone,
    .mqtt_clients_max = 4,
    .idle_stage = 255,
    .idle_print_type = "idle",
    .old_state_kept = Milliseconds{10'000},
    .temperature_step = 1.0 / 32,
    .ambient_celsius = 24,
    .prepare_percent_max = 99,
    .forgets_layers = true,
    .base_report = base_report,
    .modules = modules,
};

}  // namespace pf::sim
