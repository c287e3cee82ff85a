#include "node/saved_file.h"

#include "node/atomic_file.h"
#include "node/log.h"

#include <string>
#include <system_error>
#include <utility>

namespace starling::node {

std::optional<Bytes> read_saved(const std::filesystem::path& path, std::size_t bytes_max) {
    auto content = read_file(path, bytes_max);
    if (content) return *std::move(content);
    if (content.error() != std::errc::no_such_file_or_directory)
        put_aside(path, content.error().message());
    return std::nullopt;
}

void put_aside(const std::filesystem::path& path, std::string_view why) {
    std::filesystem::path aside = path;
    aside += ".damaged";
    std::error_code failure;
    std::filesystem::rename(path, aside, failure);
    const std::string outcome = failure ? "it cannot be moved away (" + failure.message() + ")"
                                        : "it is now " + aside.filename().string();
    log_warning(path.filename().string() + " is of no use (" + std::string(why) + "): " + outcome +
                ", and begun anew");
}

void write_saved(const std::filesystem::path& path, ByteView content, unsigned mode) {
    try {
        replace_file(path, content, mode);
    } catch (const std::system_error& error) {
        log_warning(path.filename().string() + " was not saved: " + error.what());
    }
}

}  // namespace starling::node
