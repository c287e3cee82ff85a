#pragma once

#include "consensus/block.h"
#include "consensus/parameters.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <vector>

namespace starling::node {

// A file of blocks in bootstrap.dat framing (the network's magic, a length of 4 bytes, the block),
// in any order and with anything between them. Reads may come from any thread. Errors of reading
// are std::runtime_error, one line with the file's name.
class BlockFile {
public:
    explicit BlockFile(const std::filesystem::path& path);
    ~BlockFile();
    BlockFile(const BlockFile&) = delete;
    BlockFile& operator=(const BlockFile&) = delete;

    [[nodiscard]] std::uint64_t size() const { return size_; }
    // As many bytes as are there, at most `out.size()`.
    std::size_t read(std::uint64_t offset, std::span<std::uint8_t> out) const;

private:
    std::filesystem::path path_;
    int fd_;
    std::uint64_t size_ = 0;
};

// Where a block stands, and what its place in the chain depends on.
struct FoundBlock {
    Header header;
    BlockHash hash;
    std::uint32_t file = 0;  // which of the files
    std::uint32_t length = 0;
    std::uint64_t offset = 0;  // of the block, behind magic and length
};

struct Scan {
    std::vector<FoundBlock> blocks;   // by offset
    std::uint64_t skipped_bytes = 0;  // what is no block: garbage, a torn end
    bool full = false;                // more blocks than `blocks_max`: the rest was not looked at
};

// Finds the blocks without reading their bodies. What looks like a frame counts only if its length
// is plausible, all of it is there, and its header meets its own target: garbage that holds the
// magic costs one step, not the blocks behind it.
Scan scan_blocks(const BlockFile& file,
                 std::uint32_t file_number,
                 const Parameters& parameters,
                 std::size_t blocks_max);

}  // namespace starling::node
