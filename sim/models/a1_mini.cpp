#include "sim/models/model.hpp"

namespace pf::sim {
namespace {

// An A1 mini with an AMS lite. Values are made up; names and types are the printer's.
constexpr std::string_view base_report = R"json({
  "ams": {
    "ams": [{"check": 0, "chip_id": "51a00000000000000000000000001", "dry_time": 0,
     "humidity": "5", "humidity_raw": "0", "id": "0", "info": "1002", "temp": "0.0", "tray": [
      {"bed_temp": "35", "bed_temp_type": "0", "cali_idx": -1, "cols": ["FFFFFFFF"], "ctype": 0,
       "id": "0", "k": 0.02, "n": 1, "nozzle_temp_max": "230", "nozzle_temp_min": "190",
       "remain": 0, "state": 3, "tag_uid": "0000000000000000", "total_len": 330000,
       "tray_color": "FFFFFFFF", "tray_diameter": "1.75", "tray_id_name": "A00-W1",
       "tray_info_idx": "GFA00", "tray_sub_brands": "PLA Basic", "tray_temp": "55",
       "tray_time": "8", "tray_type": "PLA",
       "tray_uuid": "00000000000000000000000000000000", "tray_weight": "1000",
       "xcam_info": "000000000000000000000000"},
      {"bed_temp": "35", "bed_temp_type": "0", "cali_idx": -1, "cols": ["00AE42FF"], "ctype": 0,
       "id": "1", "k": 0.02, "n": 1, "nozzle_temp_max": "230", "nozzle_temp_min": "190",
       "remain": 0, "state": 3, "tag_uid": "0000000000000000", "total_len": 330000,
       "tray_color": "00AE42FF", "tray_diameter": "1.75", "tray_id_name": "A00-G6",
       "tray_info_idx": "GFA00", "tray_sub_brands": "PLA Basic", "tray_temp": "55",
       "tray_time": "8", "tray_type": "PLA",
       "tray_uuid": "00000000000000000000000000000000", "tray_weight": "1000",
       "xcam_info": "000000000000000000000000"},
      {"bed_temp": "35", "bed_temp_type": "0", "cali_idx": -1, "cols": ["000000FF"], "ctype": 0,
       "id": "2", "k": 0.02, "n": 1, "nozzle_temp_max": "230", "nozzle_temp_min": "190",
       "remain": 0, "state": 3, "tag_uid": "0000000000000000", "total_len": 330000,
       "tray_color": "000000FF", "tray_diameter": "1.75", "tray_id_name": "A01-K1",
       "tray_info_idx": "GFA01", "tray_sub_brands": "PLA Matte", "tray_temp": "55",
       "tray_time": "8", "tray_type": "PLA",
       "tray_uuid": "00000000000000000000000000000000", "tray_weight": "1000",
       "xcam_info": "000000000000000000000000"},
      {"bed_temp": "70", "bed_temp_type": "0", "cali_idx": -1, "cols": ["0086D6FF"], "ctype": 0,
       "id": "3", "k": 0.02, "n": 1, "nozzle_temp_max": "260", "nozzle_temp_min": "230",
       "remain": 0, "state": 3, "tag_uid": "0000000000000000", "total_len": 330000,
       "tray_color": "0086D6FF", "tray_diameter": "1.75", "tray_id_name": "G00-B0",
       "tray_info_idx": "GFG00", "tray_sub_brands": "PETG Basic", "tray_temp": "65",
       "tray_time": "8", "tray_type": "PETG",
       "tray_uuid": "00000000000000000000000000000000", "tray_weight": "1000",
       "xcam_info": "000000000000000000000000"}
    ]}],
    "ams_exist_bits": "1", "insert_flag": true, "power_on_flag": false, "tray_exist_bits": "f",
    "tray_is_bbl_bits": "f", "tray_now": "255", "tray_pre": "255", "tray_read_done_bits": "f",
    "tray_reading_bits": "0", "tray_tar": "255", "version": 3},
  "ams_rfid_status": 0, "ams_status": 0, "bed_target_temper": 0, "bed_temper": 25,
  "big_fan1_speed": "0", "big_fan2_speed": "0", "cali_version": 0, "chamber_temper": 5,
  "command": "push_status", "cooling_fan_speed": "0", "fan_gear": 0, "filam_bak": [],
  "flag3": 8863, "force_upgrade": false, "gcode_file": "", "gcode_file_prepare_percent": "0",
  "gcode_state": "IDLE", "heatbreak_fan_speed": "0", "hms": [], "home_flag": 847201680,
  "hw_switch_state": 0,
  "ipcam": {"ipcam_dev": "0", "ipcam_record": "enable", "mode_bits": 3, "resolution": "1080p",
    "timelapse": "disable", "tutk_server": "disable"},
  "k": "0.0000", "layer_num": 0, "lifecycle": "product",
  "lights_report": [{"mode": "off", "node": "chamber_light"}],
  "mc_percent": 0, "mc_print_line_number": "0", "mc_print_stage": "1", "mc_print_sub_stage": 0,
  "mc_remaining_time": 0, "mess_production_state": "active", "msg": 0,
  "net": {"conf": 16, "info": [{"ip": 0, "mask": 255}, {"ip": 0, "mask": 0}]},
  "nozzle_diameter": "0.4", "nozzle_target_temper": 0, "nozzle_temper": 25,
  "nozzle_type": "stainless_steel",
  "online": {"ahb": false, "rfid": false, "version": 100000001},
  "print_error": 0, "print_type": "idle", "profile_id": "0", "project_id": "0", "queue_est": 0,
  "queue_number": 0, "queue_sts": 0, "queue_total": 0, "s_obj": [], "sdcard": true,
  "sequence_id": "0", "spd_lvl": 2, "spd_mag": 100, "stg": [], "stg_cur": 0, "subtask_id": "0",
  "subtask_name": "", "task_id": "0", "total_layer_num": 0,
  "upgrade_state": {"consistency_request": false, "cur_state_code": 0, "dis_state": 0,
    "err_code": 0, "force_upgrade": false, "idx2": 100000002,
    "mc_for_ams_firmware": {"current_firmware_id": 0, "current_run_firmware_id": 0,
      "firmware": [{"id": 0, "name": "AMS Lite"}, {"id": 1, "name": "AMS/AMS 2 Pro/AMS HT"}],
      "status": "IDLE"},
    "message": "", "module": "", "new_ver_list": [], "new_version_state": 2, "progress": "",
    "sequence_id": 0, "status": "IDLE"},
  "upload": {"message": "", "progress": 0, "status": "idle"},
  "vt_tray": {"bed_temp": "0", "bed_temp_type": "0", "cali_idx": -1, "id": "254", "k": 0.02, "n": 1,
    "nozzle_temp_max": "240", "nozzle_temp_min": "190", "remain": 0,
    "tag_uid": "0000000000000000", "tray_color": "F5B323FF", "tray_diameter": "0.00",
    "tray_id_name": "", "tray_info_idx": "GFA00", "tray_sub_brands": "", "tray_temp": "0",
    "tray_time": "0", "tray_type": "PLA", "tray_uuid": "00000000000000000000000000000000",
    "tray_weight": "0", "xcam_info": "000000000000000000000000"},
  "wifi_signal": "-45dBm", "xcam": {"buildplate_marker_detector": true}
})json";

constexpr std::string_view modules = R"json([
  {"name": "ota", "sw_ver": "01.07.02.00", "hw_ver": "OTA", "sn": "", "loader_ver": "00.00.00.00",
   "product_name": "Bambu Lab A1 mini", "visible": true, "flag": 3},
  {"name": "esp32", "sw_ver": "01.16.39.58", "hw_ver": "AP05", "sn": "51A00A000000001",
   "loader_ver": "00.00.00.00", "product_name": "", "visible": false, "flag": 0},
  {"name": "mc", "sw_ver": "00.01.30.10", "hw_ver": "MC02", "sn": "51A00A000000002",
   "loader_ver": "00.00.00.32", "product_name": "", "visible": false, "flag": 0},
  {"name": "th", "sw_ver": "00.00.07.72", "hw_ver": "TH03", "sn": "51A00A000000003",
   "loader_ver": "00.00.00.26", "product_name": "", "visible": false, "flag": 0},
  {"name": "ams_f1/0", "sw_ver": "00.00.08.15", "hw_ver": "AMS_F102", "sn": "03C00A000000004",
   "loader_ver": "00.00.00.00", "product_name": "AMS Lite", "visible": true, "flag": 0}
])json";

}  // namespace

constinit const Model a1_mini{
    .code = "N1",
    .name = "A1 mini",
    .serial_prefix = "030",
    .firmware = "01.07.02.00",
    .reports = Reports::deltas,
    .report_interval = Milliseconds{2000},
    .ftp = FtpDialect::digits_only,
    .certificate = CertificateForm::version_1_with_issuer,
    .mqtt_clients_max = 4,
    .idle_stage = 255,
    .idle_print_type = "idle",
    .temperature_step = 1.0 / 32,
    .ambient_celsius = 25,
    .shows_plate_path = false,
    .bare_gcode_acks = true,
    .base_report = base_report,
    .modules = modules,
};

}  // namespace pf::sim
