#pragma once

#include "consensus/random.h"
#include "mempool/saved_pool.h"
#include "node/machine.h"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <vector>

namespace starling::node {

// Keeps the pool over restarts in `mempool.dat` (saved_pool.h has its form): feeds the file to the
// ledger at start, and writes it now and then and at the end.
class PoolFile {
public:
    static constexpr Duration kSaveEvery = std::chrono::minutes{10};
    // Several at once, but a child only after the answer for its parent, of which it would
    // otherwise say that it is missing.
    static constexpr std::size_t kFeedingMax = 64;
    static constexpr std::size_t kFileBytesMax = 1u << 30;  // more than a full pool

    PoolFile(Machine& machine, std::filesystem::path path);
    ~PoolFile();

    void load();  // on the protocol thread, once
    // Writes on the calling thread. After Jobs::finish: a worker may have been at the same file.
    void save_now();

private:
    struct Feeding;
    void feed(const std::shared_ptr<Feeding>& feeding);
    void save_later();

    Machine& machine_;
    const std::filesystem::path path_;
    std::shared_ptr<Feeding> feeding_;  // until all is fed
    // What the file still owes the pool must not be lost by saving before all of it was fed.
    [[nodiscard]] std::vector<mempool::SavedTransaction> content() const;
};

}  // namespace starling::node
