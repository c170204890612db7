#include "io/static_files.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <system_error>
#include <utility>

#include "base/ascii.hpp"
#include "io/files.hpp"

namespace webcalling::io {

namespace fs = std::filesystem;

namespace {

struct ContentType {
  std::string_view extension;
  std::string_view type;
};

constexpr std::array kContentTypes{
    ContentType{".html", "text/html; charset=utf-8"},
    ContentType{".js", "text/javascript; charset=utf-8"},
    ContentType{".mjs", "text/javascript; charset=utf-8"},
    ContentType{".css", "text/css; charset=utf-8"},
    ContentType{".json", "application/json"},
    ContentType{".map", "application/json"},
    ContentType{".webmanifest", "application/manifest+json"},
    ContentType{".txt", "text/plain; charset=utf-8"},
    ContentType{".svg", "image/svg+xml"},
    ContentType{".png", "image/png"},
    ContentType{".jpg", "image/jpeg"},
    ContentType{".webp", "image/webp"},
    ContentType{".ico", "image/x-icon"},
    ContentType{".woff2", "font/woff2"},
    ContentType{".woff", "font/woff"},
    ContentType{".wav", "audio/wav"},
    ContentType{".mp3", "audio/mpeg"},
    ContentType{".ogg", "audio/ogg"},
    ContentType{".wasm", "application/wasm"},
};

std::string_view content_type(const fs::path& file) {
  const std::string extension = ascii::lower(file.extension().string());
  const auto* const found = std::find_if(kContentTypes.begin(), kContentTypes.end(),
                                         [&](const ContentType& known) { return known.extension == extension; });
  return found == kContentTypes.end() ? "application/octet-stream" : found->type;
}

/// RFC 3986 section 2.1; nothing if an escape is broken.
std::optional<std::string> percent_decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    int value = 0;
    const auto hex = text.substr(i + 1, 2);
    const auto [end, error] = std::from_chars(hex.data(), hex.data() + hex.size(), value, 16);
    if (hex.size() != 2 || error != std::errc{} || end != hex.data() + 2) return std::nullopt;
    out += static_cast<char>(value);
    i += 2;
  }
  return out;
}

/// A name that may be one file or folder: not "..", not hidden, nothing that another system reads as a separator.
bool is_harmless(std::string_view segment) {
  return !segment.empty() && segment.front() != '.' && std::none_of(segment.begin(), segment.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '\\' || c == ':';
  });
}

/// The path below the directory that a request asks for; nothing if it must not be looked for.
std::optional<fs::path> relative_path(std::string_view path) {
  if (path.empty() || path.front() != '/') return std::nullopt;
  const auto decoded = percent_decode(path.substr(1));
  if (!decoded) return std::nullopt;
  fs::path result;
  std::string_view rest = *decoded;
  while (!rest.empty()) {
    const auto segment = ascii::take_until(rest, '/');
    if (!is_harmless(segment)) return std::nullopt;
    result /= segment;
  }
  return result;
}

/// RFC 9110 section 12.5.3: whether the client takes this content coding. A weight of zero means no.
bool accepts_coding(std::string_view list, std::string_view coding) {
  while (!list.empty()) {
    std::string_view parameters = ascii::take_until(list, ',');
    const auto name = ascii::trim(ascii::take_until(parameters, ';'));
    if (!ascii::equals_ignoring_case(name, coding)) continue;
    auto weight = ascii::trim(parameters);
    if (!ascii::starts_with_ignoring_case(weight, "q=")) return true;
    weight.remove_prefix(2);
    return weight.find_first_not_of("0.") != std::string_view::npos;
  }
  return false;
}

/// RFC 9110 section 13.1.2; tags are compared weakly, so that a proxy that weakened ours does not cost a transfer.
bool matches(std::string_view list, std::string_view tag) {
  while (!list.empty()) {
    auto candidate = ascii::trim(ascii::take_until(list, ','));
    if (candidate == "*") return true;
    if (candidate.starts_with("W/")) candidate.remove_prefix(2);
    if (candidate == tag) return true;
  }
  return false;
}

/// Changes when the file does. Files are replaced whole, so that size and time tell them apart.
std::string entity_tag(const fs::path& file) {
  std::error_code error;
  const auto size = fs::file_size(file, error);
  const auto time = fs::last_write_time(file, error).time_since_epoch().count();
  return fmt::format("\"{:x}-{:x}{}\"", size, time, file.extension().string());
}

bool is_file(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

/// Both without links and dots.
bool is_below(const fs::path& file, const fs::path& directory) {
  return std::mismatch(directory.begin(), directory.end(), file.begin(), file.end()).first == directory.end();
}

/// Modules that pages of other servers load (docs/embedding.md), which browsers ask permission for. They hold no secret,
/// and say nothing of whoever asks.
constexpr std::string_view kForPagesOfOthers = "embed";

struct Variant {
  fs::path file;
  std::string_view coding;
};

/// The file itself, or its smaller sibling if the client understands it.
Variant choose_variant(const fs::path& file, std::string_view accepted) {
  constexpr std::array kCodings{std::pair{".br", "br"}, std::pair{".gz", "gzip"}};
  for (const auto& [suffix, coding] : kCodings) {
    const fs::path sibling = file.string() + suffix;
    if (accepts_coding(accepted, coding) && is_file(sibling)) return {sibling, coding};
  }
  return {file, ""};
}

}  // namespace

Result<StaticFiles> StaticFiles::open(const std::string& directory, std::vector<HttpHeader> headers) {
  std::error_code error;
  fs::path canonical = fs::canonical(directory, error);
  if (error) return failed("opening the web pages in {}: {}", directory, error.message());
  if (!is_file(canonical / "index.html")) return missing("opening the web pages in {}: no index.html", directory);
  headers.push_back({"X-Content-Type-Options", "nosniff"});
  return StaticFiles(std::move(canonical), std::move(headers));
}

StaticFiles::StaticFiles(fs::path directory, std::vector<HttpHeader> headers)
    : directory_(std::move(directory)), headers_(std::move(headers)) {}

HttpResponse StaticFiles::respond(const HttpRequest& request) const {
  HttpResponse response;
  if (request.method != "GET" && request.method != "HEAD") {
    response = HttpResponse::text(405, "Pages can be read only.");
    response.headers.push_back({"Allow", "GET, HEAD"});
  } else if (const auto file = find(request.path())) {
    response = send(*file, request);
  } else {
    response = HttpResponse::text(404, "There is no page at this address.");
  }
  response.headers.insert(response.headers.end(), headers_.begin(), headers_.end());
  return response;
}

Result<fs::path> StaticFiles::find(std::string_view path) const {
  const auto relative = relative_path(path);
  if (!relative) return missing("no file can have the name {}", path);
  std::error_code error;
  const fs::path file = fs::canonical(directory_ / *relative, error);
  if (!error && is_file(file)) {
    // Symbolic links are followed above; what they lead to must still be ours.
    if (!is_below(file, directory_)) return missing("{} is not below {}", file.string(), directory_.string());
    return file;
  }
  if (relative->has_extension()) return missing("no file {}", path);
  return directory_ / "index.html";
}

HttpResponse StaticFiles::send(const fs::path& file, const HttpRequest& request) const {
  const Variant variant = choose_variant(file, request.header("Accept-Encoding"));
  const std::string tag = entity_tag(variant.file);
  const bool is_for_others = is_below(file, directory_ / kForPagesOfOthers);
  const bool is_hashed = file.parent_path().filename() == "assets";
  HttpResponse response;
  response.headers = {
      {"Content-Type", std::string(content_type(file))},
      {"Cache-Control", is_hashed ? "public, max-age=31536000, immutable" : "no-cache"},
      {"ETag", tag},
      {"Vary", "Accept-Encoding"},
  };
  if (is_for_others) {
    response.headers.push_back({"Access-Control-Allow-Origin", "*"});
    response.headers.push_back({"Cross-Origin-Resource-Policy", "cross-origin"});
  }
  if (!variant.coding.empty()) response.headers.push_back({"Content-Encoding", std::string(variant.coding)});
  if (matches(request.header("If-None-Match"), tag)) {
    response.status = 304;
    return response;
  }
  auto content = read_file(variant.file.string());
  if (!content) return HttpResponse::text(500, "The page cannot be read.");
  response.body = std::move(*content);
  return response;
}

}  // namespace webcalling::io
