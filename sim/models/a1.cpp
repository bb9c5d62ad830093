#include "sim/models/model.hpp"

namespace pf::sim {
namespace {

// An A1 with an AMS lite: one slot is empty, one spool has no tag. Values are made up; names and
// types are the printer's.
constexpr std::string_view base_report = R"json({
  "ams": {"ams": [{"humidity": "5", "id": "0", "temp": "0.0",
        "tray": [{"bed_temp": "0", "bed_temp_type": "0", "cali_idx": -1, "cols": ["0A2989FF"],
            "ctype": 0, "id": "0", "k": 0.02, "n": 1, "nozzle_temp_max": "230",
            "nozzle_temp_min": "190", "remain": 0, "tag_uid": "51C0000000001100",
            "tray_color": "0A2989FF", "tray_diameter": "1.75", "tray_id_name": "A00-B8",
            "tray_info_idx": "GFA00", "tray_sub_brands": "PLA Basic", "tray_temp": "55",
            "tray_time": "8", "tray_type": "PLA", "tray_uuid": "51C00000000000000000000000000001",
            "tray_weight": "1000", "xcam_info": "000000000000000000000000"},
          {"bed_temp": "0", "bed_temp_type": "0", "cali_idx": -1, "cols": ["F4EE2AFF"], "ctype": 0,
            "id": "1", "k": 0.02, "n": 1, "nozzle_temp_max": "240", "nozzle_temp_min": "190",
            "remain": 100, "tag_uid": "0000000000000000", "tray_color": "F4EE2AFF",
            "tray_diameter": "0.00", "tray_id_name": "", "tray_info_idx": "GFL99",
            "tray_sub_brands": "", "tray_temp": "0", "tray_time": "0", "tray_type": "PLA",
            "tray_uuid": "00000000000000000000000000000000", "tray_weight": "0",
            "xcam_info": "000000000000000000000000"}, {"id": "2"},
          {"bed_temp": "0", "bed_temp_type": "0", "cali_idx": -1, "cols": ["F5547CFF"], "ctype": 0,
            "id": "3", "k": 0.02, "n": 1, "nozzle_temp_max": "240", "nozzle_temp_min": "220",
            "remain": 0, "tag_uid": "51C0000000007100", "tray_color": "F5547CFF",
            "tray_diameter": "1.75", "tray_id_name": "U02-R0", "tray_info_idx": "GFU02",
            "tray_sub_brands": "TPU for AMS", "tray_temp": "70", "tray_time": "12",
            "tray_type": "TPU", "tray_uuid": "51C00000000000000000000000000007",
            "tray_weight": "1000", "xcam_info": "000000000000000000000000"}]}],
    "ams_exist_bits": "1", "insert_flag": true, "power_on_flag": false, "tray_exist_bits": "b",
    "tray_is_bbl_bits": "9", "tray_now": "255", "tray_pre": "255", "tray_read_done_bits": "b",
    "tray_reading_bits": "0", "tray_tar": "255", "version": 3}, "ams_rfid_status": 0,
  "ams_status": 0, "bed_target_temper": 0, "bed_temper": 25, "big_fan1_speed": "0",
  "big_fan2_speed": "0", "cali_version": 0, "chamber_temper": 5, "command": "push_status",
  "cooling_fan_speed": "0", "fan_gear": 0, "filam_bak": [], "flag3": 31, "force_upgrade": false,
  "gcode_file": "", "gcode_file_prepare_percent": "0", "gcode_state": "IDLE",
  "heatbreak_fan_speed": "0", "hms": [], "home_flag": 863847696, "hw_switch_state": 0,
  "ipcam": {"ipcam_dev": "1", "ipcam_record": "disable", "mode_bits": 3, "resolution": "1080p",
    "timelapse": "disable", "tutk_server": "disable"}, "k": "0.0000", "layer_num": 0,
  "lifecycle": "product", "lights_report": [{"mode": "off", "node": "chamber_light"}],
  "mc_percent": 0, "mc_print_line_number": "0", "mc_print_stage": "1", "mc_print_sub_stage": 0,
  "mc_remaining_time": 0, "mess_production_state": "active", "msg": 0,
  "net": {"conf": 0, "info": [{"ip": 0, "mask": 255}]}, "nozzle_diameter": "0.4",
  "nozzle_target_temper": 0, "nozzle_temper": 25, "nozzle_type": "stainless_steel",
  "online": {"ahb": false, "rfid": false, "version": 100000032}, "print_error": 0,
  "print_type": "idle", "profile_id": "0", "project_id": "0", "queue_est": 0, "queue_number": 0,
  "queue_sts": 0, "queue_total": 0, "s_obj": [], "sdcard": true, "sequence_id": "0", "spd_lvl": 2,
  "spd_mag": 100, "stg": [], "stg_cur": 0, "subtask_id": "0", "subtask_name": "", "task_id": "0",
  "total_layer_num": 0,
  "upgrade_state": {"consistency_request": false, "cur_state_code": 0, "dis_state": 0,
    "err_code": 0, "force_upgrade": false, "idx2": 100000031, "message": "", "module": "",
    "new_ver_list": [], "new_version_state": 2, "progress": "", "sequence_id": 0, "status": "IDLE"},
  "upload": {"message": "", "progress": 0, "status": "idle"},
  "vt_tray": {"bed_temp": "0", "bed_temp_type": "0", "cali_idx": -1, "id": "254", "k": 0.02, "n": 1,
    "nozzle_temp_max": "240", "nozzle_temp_min": "190", "remain": 0, "tag_uid": "0000000000000000",
    "tray_color": "00B1B7FF", "tray_diameter": "0.00", "tray_id_name": "", "tray_info_idx": "GFG99",
    "tray_sub_brands": "", "tray_temp": "0", "tray_time": "0", "tray_type": "PETG",
    "tray_uuid": "00000000000000000000000000000000", "tray_weight": "0",
    "xcam_info": "000000000000000000000000"}, "wifi_signal": "-46dBm",
  "xcam": {"buildplate_marker_detector": true}
})json";

constexpr std::string_view modules = R"json([
  {"name": "ota", "project_name": "N2S", "sw_ver": "01.05.00.00", "hw_ver": "OTA", "sn": "",
   "flag": 3},
  {"name": "esp32", "project_name": "N2S", "sw_ver": "01.13.33.99", "hw_ver": "AP05",
   "sn": "51C00A000000001", "flag": 0},
  {"name": "mc", "project_name": "N2S", "sw_ver": "00.01.29.83", "loader_ver": "00.00.00.32",
   "hw_ver": "MC02", "sn": "51C00A000000002", "flag": 0},
  {"name": "th", "project_name": "N2S", "sw_ver": "00.00.07.69", "loader_ver": "00.00.00.26",
   "hw_ver": "TH01", "sn": "51C00A000000003", "flag": 0},
  {"name": "ams_f1/0", "project_name": "", "sw_ver": "00.00.07.94", "loader_ver": "00.00.00.00",
   "ota_ver": "00.00.00.00", "hw_ver": "AMS_F102", "sn": "03C00A000000004", "flag": 0}
])json";

}  // namespace

constinit const Model a1{
    .code = "N2S",
    .name = "A1",
    .serial_prefix = "039",
    .firmware = "01.05.00.00",
    .reports = Reports::deltas,
    .report_interval = Milliseconds{2000},
    .ftp = FtpDialect::digits_only,
    .certificate = CertificateForm::version_3_alone,
    .mqtt_clients_max = 4,
    .idle_stage = 255,
    .idle_print_type = "idle",
    .temperature_step = 1.0 / 32,
    .ambient_celsius = 25,
    .bare_gcode_acks = true,
    .base_report = base_report,
    .modules = modules,
};

}  // namespace pf::sim
