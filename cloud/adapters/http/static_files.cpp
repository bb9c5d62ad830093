#include "cloud/adapters/http/static_files.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "crypto/hash.hpp"

namespace pf {
namespace {

namespace fs = std::filesystem;

struct MediaType {
  std::string_view extension, type;
};
constexpr MediaType media_types[] = {
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".map", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".webp", "image/webp"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".wasm", "application/wasm"},
    {".txt", "text/plain; charset=utf-8"},
};

struct Coding {
  std::string_view extension, name;
};
constexpr Coding codings[] = {{".br", "br"}, {".gz", "gzip"}};

// What the bundler names by its content never changes under its name.
constexpr std::string_view immutable_folder = "/assets/";

constexpr std::string_view not_built_page =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>PrintFarm</title>"
    "<body><h1>The web app is not built</h1><p>The server runs and answers its API, but the folder "
    "with the web app holds no index.html. Build it with <code>./dev build</code>, then start the "
    "server again.</p></body></html>";

std::string contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Whether a member of Accept-Encoding takes this coding: named, and not with q=0.
bool accepts(const RequestHead& head, std::string_view coding) {
  auto rest = head.field("accept-encoding").value_or("");
  while (!rest.empty()) {
    auto member = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(member.size() + 1, rest.size()));
    std::string plain;
    std::copy_if(member.begin(), member.end(), std::back_inserter(plain),
                 [](char c) { return c != ' ' && c != '\t'; });
    const auto semicolon = plain.find(';');
    if (!equal_ignoring_case(std::string_view(plain).substr(0, semicolon), coding)) continue;
    if (semicolon == std::string::npos) return true;
    const auto quality = plain.substr(semicolon + 1);
    return quality.find_first_of("123456789") != std::string::npos;
  }
  return false;
}

}  // namespace

std::string_view media_type(std::string_view file_name) {
  for (const auto& one : media_types) {
    if (file_name.ends_with(one.extension)) return one.type;
  }
  return "application/octet-stream";
}

StaticFiles::StaticFiles(const fs::path& folder) {
  std::error_code error;
  for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    const auto& path = at->path();
    const bool is_variant = path.extension() == ".br" || path.extension() == ".gz";
    if (!at->is_regular_file(error) || at->is_symlink(error) || is_variant) continue;
    if (at->file_size(error) > static_file_bytes_max) continue;
    if (files_.size() >= static_files_max) break;
    add(path, "/" + path.lexically_relative(folder).generic_string());
  }
}

void StaticFiles::add(const fs::path& path, const std::string& url) {
  File file{.content_type = std::string(media_type(url)),
            .cache_control = url.starts_with(immutable_folder)
                                 ? "public, max-age=31536000, immutable"
                                 : "no-cache"};
  const auto keep = [&file](std::string_view coding, std::string content) {
    auto etag = crypto::sha256_hex(content).substr(0, 32);
    file.variants.push_back({std::string(coding), std::move(etag), std::move(content)});
  };
  for (const auto& coding : codings) {
    const fs::path compressed = path.string() + std::string(coding.extension);
    std::error_code error;
    if (fs::is_regular_file(compressed, error)) keep(coding.name, contents(compressed));
  }
  keep("", contents(path));
  files_.emplace(url, std::move(file));
}

std::optional<StaticReply> StaticFiles::find(const RequestHead& head) const {
  const auto exact = files_.find(head.path == "/" ? "/index.html" : std::string_view(head.path));
  if (exact != files_.end()) return reply(exact->second, head);
  // The app has addresses of its own ("/printers/3"), which only it can show.
  const auto accept = head.field("accept").value_or("");
  if (accept.find("text/html") == std::string_view::npos) return std::nullopt;
  const auto index = files_.find("/index.html");
  if (index != files_.end()) return reply(index->second, head);
  StaticReply page{{.status = 503, .content_type = "text/html; charset=utf-8"}, not_built_page};
  page.response.headers.emplace_back("Cache-Control", "no-store");
  return page;
}

StaticReply StaticFiles::reply(const File& file, const RequestHead& head) {
  const auto variant = std::find_if(
      file.variants.begin(), file.variants.end(),
      [&](const Variant& one) { return one.coding.empty() || accepts(head, one.coding); });
  StaticReply made{{.content_type = file.content_type}, variant->content};
  auto& headers = made.response.headers;
  headers.emplace_back("Cache-Control", file.cache_control);
  headers.emplace_back("ETag", "\"" + variant->etag + "\"");
  if (file.variants.size() > 1) headers.emplace_back("Vary", "Accept-Encoding");
  if (!variant->coding.empty()) headers.emplace_back("Content-Encoding", variant->coding);
  return made;
}

}  // namespace pf
