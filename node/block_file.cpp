#include "node/block_file.h"

#include "consensus/check_block.h"
#include "consensus/serialize.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <stdexcept>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace starling::node {

namespace {

constexpr std::size_t kFrameBytes = 8;  // magic and length
// A header and no transactions at least; at most the weight of a block.
constexpr std::uint32_t kLengthMin = Header::kSize + 1;
constexpr std::uint32_t kLengthMax = 4'000'000;

[[noreturn]] void failed(const std::filesystem::path& path) {
    throw std::runtime_error("cannot read " + path.string() + ": " + std::strerror(errno));
}

// A stretch of the file in memory, moved along as it is looked at.
class Window {
public:
    explicit Window(const BlockFile& file) : file_(file) {}

    // Bytes from there on; fewer than `least` only at the end of the file.
    ByteView at(std::uint64_t offset, std::size_t least) {
        if (offset < start_ || offset + least > start_ + held_.size()) {
            // Headers lie far apart in full blocks: a stretch that is skipped is not read.
            held_.resize(kStretch);
            start_ = offset;
            held_.resize(file_.read(offset, held_));
        }
        return ByteView(held_).subspan(offset - start_);
    }

private:
    static constexpr std::size_t kStretch = 16'384;
    const BlockFile& file_;
    std::uint64_t start_ = 0;
    Bytes held_;
};

// The frame that begins there, if one does.
std::optional<FoundBlock> frame_at(ByteView bytes,
                                   std::uint64_t offset,
                                   std::uint64_t file_size,
                                   const Parameters& parameters) {
    if (bytes.size() < kFrameBytes + Header::kSize) return std::nullopt;
    Reader in(bytes.subspan(parameters.magic.size()));
    FoundBlock found;
    found.length = in.u32();
    if (found.length < kLengthMin || found.length > kLengthMax) return std::nullopt;
    found.offset = offset + kFrameBytes;
    if (found.offset + found.length > file_size) return std::nullopt;
    const auto header = decode_header(in);
    if (!header || !check_header_work(*header, parameters)) return std::nullopt;
    found.header = *header;
    found.hash = hash_of(*header);
    return found;
}

}  // namespace

BlockFile::BlockFile(const std::filesystem::path& path)
    : path_(path), fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    struct stat info {};
    if (fd_ < 0 || ::fstat(fd_, &info) != 0) failed(path);
    if (!S_ISREG(info.st_mode)) throw std::runtime_error(path.string() + " is not a file");
    size_ = static_cast<std::uint64_t>(info.st_size);
}

BlockFile::~BlockFile() {
    if (fd_ >= 0) ::close(fd_);
}

std::size_t BlockFile::read(std::uint64_t offset, std::span<std::uint8_t> out) const {
    std::size_t done = 0;
    while (done < out.size()) {
        const ssize_t got =
            ::pread(fd_, out.data() + done, out.size() - done, static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) failed(path_);
        if (got == 0) break;
        done += static_cast<std::size_t>(got);
    }
    return done;
}

Scan scan_blocks(const BlockFile& file,
                 std::uint32_t file_number,
                 const Parameters& parameters,
                 std::size_t blocks_max) {
    Scan scan;
    Window window(file);
    std::uint64_t offset = 0;
    while (offset + kFrameBytes + kLengthMin <= file.size()) {
        const ByteView bytes = window.at(offset, kFrameBytes + Header::kSize);
        const auto magic = std::ranges::search(bytes, parameters.magic);
        const auto skipped = static_cast<std::uint64_t>(magic.begin() - bytes.begin());
        if (skipped > 0) {
            // Without the magic, its first bytes may still stand at the very end.
            const std::uint64_t step =
                magic.empty() ? std::max<std::uint64_t>(1, skipped - 3) : skipped;
            offset += step;
            continue;
        }
        auto found = frame_at(bytes, offset, file.size(), parameters);
        if (!found) {
            ++offset;
            continue;
        }
        if (scan.blocks.size() == blocks_max) {
            scan.full = true;
            break;
        }
        found->file = file_number;
        offset = found->offset + found->length;
        scan.blocks.push_back(*found);
    }
    std::uint64_t used = 0;
    for (const FoundBlock& block : scan.blocks)
        used += kFrameBytes + block.length;
    scan.skipped_bytes = file.size() - used;
    return scan;
}

}  // namespace starling::node
