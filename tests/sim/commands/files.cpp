#include "sim/commands/files.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace starling::sim {

namespace {

// A report of 10,000 hosts is some kilobytes; more than this is another file.
constexpr std::size_t kFileBytesMax = 64'000'000;

std::string why(const std::string& file) {
    return file + ": " + std::strerror(errno);
}

}  // namespace

Result<std::string, std::string> read_file(const std::string& file) {
    const auto close = [](std::FILE* open) {
        if (open != stdin) std::fclose(open);
    };
    const std::unique_ptr<std::FILE, decltype(close)> in(
        file == "-" ? stdin : std::fopen(file.c_str(), "rb"), close);
    if (!in) return Failure{why(file)};
    std::string out;
    char piece[65'536];
    for (std::size_t count = 1; count > 0;) {
        count = std::fread(piece, 1, sizeof piece, in.get());
        out.append(piece, count);
        if (out.size() > kFileBytesMax) return Failure{file + ": longer than 64 MB"};
    }
    if (std::ferror(in.get()) != 0) return Failure{why(file)};
    return out;
}

std::string write_file(const std::string& file, std::string_view contents) {
    std::FILE* out = std::fopen(file.c_str(), "wb");
    if (out == nullptr) return why(file);
    const bool wrote = std::fwrite(contents.data(), 1, contents.size(), out) == contents.size();
    const bool closed = std::fclose(out) == 0;
    return wrote && closed ? "" : why(file);
}

int complain(std::string_view text, int code) {
    std::fprintf(stderr, "starling-sim: %.*s\n", static_cast<int>(text.size()), text.data());
    return code;
}

void print(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

}  // namespace starling::sim
