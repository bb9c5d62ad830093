#include "cloud/domain/files/files.hpp"

#include <algorithm>
#include <utility>

#include "cloud/domain/files/download_address.hpp"
#include "cloud/domain/files/file_upload.hpp"
#include "cloud/domain/files/files_store.hpp"
#include "cloud/domain/files/threemf.hpp"
#include "cloud/kit/table.hpp"

namespace pf {
namespace {

std::string content_key(const TenantId& tenant, std::string_view sha256) {
  return tenant.value + "/files/" + std::string(sha256);
}

std::string thumbnail_key(const TenantId& tenant, std::string_view sha256, int plate) {
  return tenant.value + "/thumbnails/" + std::string(sha256) + "-" + std::to_string(plate) + ".png";
}

// A picture that cannot be read is no reason to refuse the print: the plate goes without.
void store_thumbnails(Blobs& blobs, const TenantId& tenant, ThreeMf& sliced, PrintFileInfo& file) {
  for (auto& plate : file.plates.value) {
    const auto png = sliced.thumbnail(plate.index);
    plate.has_thumbnail = png.has_value();
    if (!png) continue;
    const auto writer = blobs.create();
    writer->append(*png);
    writer->commit(thumbnail_key(tenant, file.sha256, plate.index));
  }
}

PrintFileInfo described(const ReceivedFile& received, const ThreeMfFacts& facts) {
  PrintFileInfo file;
  file.name = received.name;
  file.size = static_cast<std::int64_t>(received.size);
  file.sha256 = received.sha256;
  file.printer_model = facts.printer_model;
  file.printer_model_name = facts.printer_model_name;
  file.nozzle_diameter = facts.nozzle_diameter;
  file.slicer_version = facts.slicer_version;
  file.plates = facts.plates;
  return file;
}

}  // namespace

Files::Files(Rooms rooms, std::string signing_key, Limits limits, const Clock& clock,
             Random& random)
    : rooms_(rooms),
      signing_key_(std::move(signing_key)),
      limits_(limits),
      clock_(clock),
      random_(random) {}

Answer<std::unique_ptr<Upload>> Files::begin_upload(const Caller& caller) {
  try {
    return std::unique_ptr<Upload>(
        std::make_unique<FileUpload>(*this, caller, rooms_.blobs.create(), limits_.file_bytes_max));
  } catch (const BlobStorageFull&) {
    return storage_full();
  }
}

Answer<Created<PrintFileInfo>> Files::keep(const Caller& caller, const ReceivedFile& received) {
  auto sliced = ThreeMf::open(received.content.path(), received.name);
  if (!sliced) return sliced.error();
  auto file = described(received, sliced->facts());
  const auto now = clock_.unix_now();
  file.id = uuid7(now, random_);
  file.created_at = file.updated_at = now.milliseconds;
  {
    const auto key = content_key(caller.tenant, file.sha256);
    const auto turn = turns_.take(key);
    store_thumbnails(rooms_.blobs, caller.tenant, *sliced, file);
    // The row comes last: a crash before it leaves content without a file, never the reverse.
    received.content.commit(key);
    rooms_.database.write([&](Transaction& db) { files_store::insert(db, caller.tenant, file); });
  }
  rooms_.feed.changed(caller.tenant, ChangedKind::file, file.id.value);
  auto location = "/api/files/" + file.id.value;
  return Created<PrintFileInfo>{std::move(file), std::move(location)};
}

Answer<Page<PrintFileInfo>> Files::list(const Caller& caller, const FileQuery& query) {
  const int limit = query.limit ? query.limit->value : page_limit_default;
  const std::string_view cursor = query.cursor ? std::string_view(*query.cursor) : "";
  auto rows = rooms_.database.reading(
      [&](Transaction& db) { return files_store::list(db, caller.tenant, cursor, limit + 1); });
  return page_of(std::move(rows), limit);
}

Answer<PrintFileInfo> Files::find(const Caller& caller, const PathId& id) {
  auto file = rooms_.database.reading(
      [&](Transaction& db) { return files_store::find(db, caller.tenant, id.value); });
  if (!file) return not_found("file");
  return std::move(*file);
}

Answer<BlobReply> Files::download(const Caller& caller, const PathId& id) {
  const auto file = find(caller, id);
  if (!file) return file.error();
  return content_of(caller.tenant, *file);
}

Answer<BlobReply> Files::thumbnail(const Caller& caller, const PathId& id, int plate) {
  const auto file = find(caller, id);
  if (!file) return file.error();
  const bool shown = std::any_of(file->plates.begin(), file->plates.end(), [&](const Plate& one) {
    return one.index == plate && one.has_thumbnail;
  });
  if (!shown) return not_found("thumbnail");
  BlobReply reply{.content_type = "image/png", .immutable = true};
  reply.blob.key = thumbnail_key(caller.tenant, file->sha256, plate);
  reply.blob.etag = file->sha256.value + "-" + std::to_string(plate);
  const auto reader = rooms_.blobs.open(reply.blob.key);
  if (!reader) return not_found("thumbnail");
  reply.blob.size = reader->size();
  return reply;
}

Answer<Done> Files::remove(const Caller& caller, const PathId& id) {
  const auto file = find(caller, id);
  if (!file) return file.error();
  const auto key = content_key(caller.tenant, file->sha256);
  const auto turn = turns_.take(key);
  const auto last = rooms_.database.writing([&](Transaction& db) -> Answer<bool> {
    if (!files_store::find(db, caller.tenant, id.value)) return not_found("file");
    if (files_store::is_needed(db, caller.tenant, id.value)) {
      return conflict(
          "A job still needs this file. Cancel that job or let it end, then remove it.");
    }
    files_store::remove(db, caller.tenant, id.value, clock_.unix_now().milliseconds);
    return !files_store::content_is_used(db, caller.tenant, file->sha256);
  });
  if (!last) return last.error();
  if (*last) {
    rooms_.blobs.remove(key);
    for (const auto& plate : file->plates) {
      rooms_.blobs.remove(thumbnail_key(caller.tenant, file->sha256, plate.index));
    }
  }
  rooms_.feed.changed(caller.tenant, ChangedKind::file, id.value);
  return Done{};
}

Answer<BlobReply> Files::signed_download(const Visitor&, const PathId& id,
                                         const SignedDownload& signed_query) {
  const DownloadAddress address{{signed_query.tenant.value}, id.value, signed_query.expires};
  if (!address.is_signed_with(signing_key_, signed_query.signature)) {
    return Fault{403,
                 "This download address is not one of ours. Copy it whole, or ask for it again."};
  }
  if (clock_.unix_now().milliseconds >= signed_query.expires) {
    return Fault{403, "This download address has expired. Ask for a new one."};
  }
  const auto file = rooms_.database.reading(
      [&](Transaction& db) { return files_store::find(db, address.tenant, address.file_id); });
  if (!file) return not_found("file");
  return content_of(address.tenant, *file);
}

std::optional<PrintFileInfo> Files::stored(Transaction& db, const TenantId& tenant,
                                           std::string_view id) {
  return files_store::find(db, tenant, id);
}

std::string Files::signed_path(const TenantId& tenant, std::string_view file_id, UnixTime now,
                               Millis& expires) const {
  expires = (now + download_lifetime).milliseconds;
  return DownloadAddress{tenant, std::string(file_id), expires}.path_and_query(signing_key_);
}

BlobReply Files::content_of(const TenantId& tenant, const PrintFileInfo& file) const {
  BlobReply reply{.content_type = "model/3mf"};
  reply.blob.key = content_key(tenant, file.sha256);
  reply.blob.size = static_cast<std::uint64_t>(file.size);
  reply.blob.etag = file.sha256.value;
  reply.blob.file_name = file.name.value;
  return reply;
}

}  // namespace pf
