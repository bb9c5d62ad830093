// Print files: sliced 3MFs as they were uploaded, and what was read from them. Content is stored
// under its SHA-256, streamed in and out; nothing is held whole in memory.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "base/time.hpp"
#include "cloud/domain/files/content_turns.hpp"
#include "cloud/kit/route.hpp"
#include "cloud/ports/blobs.hpp"
#include "cloud/ports/database.hpp"
#include "cloud/ports/live_feed.hpp"

namespace pf {

inline constexpr Minutes download_lifetime{15};

struct PlateFilament {
  int id = 1;  // 1-based over the whole project; only used ones are listed.
  std::optional<Text<0, 32>> type;
  std::optional<Text<0, 9>> color;  // "#RRGGBB" or "#RRGGBBAA", upper case.
  std::optional<double> used_grams;
  std::optional<double> used_meters;
  FIELDS(id, type, color, used_grams, used_meters)
};

struct PlateObject {
  std::int64_t identify_id = 0;  // What skip_objects takes.
  std::optional<Text<0, 200>> name;
  FIELDS(identify_id, name)
};

struct Plate {
  int index = 1;
  std::optional<Text<0, 100>> name;
  std::optional<std::int64_t> print_seconds;
  std::optional<double> weight_grams;
  std::optional<int> layer_count;
  std::optional<Text<0, 40>> bed_type;  // "textured_plate"
  bool has_thumbnail = false;
  List<PlateFilament, 64> filaments;
  List<PlateObject, 1000> objects;
  FIELDS(index, name, print_seconds, weight_grams, layer_count, bed_type, has_thumbnail, filaments,
         objects)
};

struct PrintFileInfo {
  static constexpr std::string_view table = "print_files";
  Uuid id;
  Text<1, 200> name;
  std::int64_t size = 0;
  Hex256 sha256;
  std::optional<Text<0, 40>> printer_model;  // Model code: N1, BL-P001 ...
  std::optional<Text<0, 100>> printer_model_name;
  std::optional<double> nozzle_diameter;  // Millimetres.
  std::optional<Text<0, 40>> slicer_version;
  List<Plate, 100> plates;
  Millis created_at = 0;
  Millis updated_at = 0;
  FIELDS(id, name, size, sha256, printer_model, printer_model_name, nozzle_diameter, slicer_version,
         plates, created_at, updated_at)
};

struct FileQuery {
  static constexpr bool is_query = true;
  std::optional<Bounded<int, 1, page_limit_max>> limit;
  std::optional<Text<1, 64>> cursor;
  FIELDS(limit, cursor)
};

struct SignedDownload {
  static constexpr bool is_query = true;
  Text<1, 64> tenant;
  Millis expires = 0;
  Text<1, 128> signature;
  FIELDS(tenant, expires, signature)
};

// An upload that arrived whole. The content is still under no key.
struct ReceivedFile {
  std::string name;
  std::uint64_t size = 0;
  std::string sha256;
  BlobWriter& content;
};

class Files {
 public:
  struct Rooms {
    Database& database;
    Blobs& blobs;
    LiveFeed& feed;
  };
  struct Limits {
    std::uint64_t file_bytes_max = 512ull * 1024 * 1024;
  };
  // The signing key has 32 bytes; download addresses are HMACs under it.
  Files(Rooms rooms, std::string signing_key, Limits limits, const Clock& clock, Random& random);

  // Receives the multipart part "file"; see file_upload.hpp.
  Answer<std::unique_ptr<Upload>> begin_upload(const Caller& caller);
  Answer<Page<PrintFileInfo>> list(const Caller& caller, const FileQuery& query);
  Answer<PrintFileInfo> find(const Caller& caller, const PathId& id);
  Answer<BlobReply> download(const Caller& caller, const PathId& id);
  Answer<BlobReply> thumbnail(const Caller& caller, const PathId& id, int plate);
  // 409 while a job needs it.
  Answer<Done> remove(const Caller& caller, const PathId& id);
  // For hubs and curl: the address is its own permission, until it expires.
  Answer<BlobReply> signed_download(const Visitor& visitor, const PathId& id,
                                    const SignedDownload& signed_query);

  // Reads a received file and keeps it, or says why it cannot be printed.
  Answer<Created<PrintFileInfo>> keep(const Caller& caller, const ReceivedFile& received);

  // ---- for the modules above ----
  std::optional<PrintFileInfo> stored(Transaction& db, const TenantId& tenant, std::string_view id);
  // Path and query of a signed download, good for download_lifetime.
  std::string signed_path(const TenantId& tenant, std::string_view file_id, UnixTime now,
                          Millis& expires) const;

 private:
  BlobReply content_of(const TenantId& tenant, const PrintFileInfo& file) const;

  Rooms rooms_;
  std::string signing_key_;
  Limits limits_;
  const Clock& clock_;
  Random& random_;
  ContentTurns turns_;
};

inline constexpr auto file_routes() {
  return std::to_array<Route<Files>>({
      upload_route<PrintFileInfo, Files, &Files::begin_upload>("/api/files/upload", Role::operator_,
                                                               "&pf::Files::upload"),
      get<&Files::list>("/api/files", Role::viewer),
      get<&Files::find>("/api/files/{id}", Role::viewer),
      get<&Files::download>("/api/files/{id}/download", Role::viewer),
      get<&Files::thumbnail>("/api/files/{id}/plates/{plate}/thumbnail", Role::viewer),
      remove<&Files::remove>("/api/files/{id}", Role::operator_),
      open_get<&Files::signed_download>("/download/files/{id}"),
  });
}

}  // namespace pf
