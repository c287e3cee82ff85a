#pragma once

#include "chain/memory_store.h"
#include "consensus/bytes.h"
#include "mempool/saved_pool.h"
#include "p2p/anchors.h"
#include "sim/environment.h"
#include "sim/host/shared_store.h"

#include <cstddef>
#include <optional>
#include <vector>

namespace starling::sim {

// What of a host outlasts its process: the store, and the files that a node keeps beside it.
class Disk {
public:
    explicit Disk(const Environment& environment);

    [[nodiscard]] chain::Store& store();
    [[nodiscard]] const chain::Store& store() const;
    [[nodiscard]] chain::Loaded load() const;
    // The body, decoded; null if it is not here.
    [[nodiscard]] Shared<CheckedBlock> block(const BlockHash& hash) const;

    // A power cut that loses the last `commits` (fewer if there are fewer), and of the bodies that
    // were appended since as many as chance will; none for 0: the process was killed, not the
    // machine.
    void crash(std::size_t commits, Random& random);

    Bytes peers;                                  // as discovery.dat
    Bytes addresses;                              // as peers.dat
    std::vector<p2p::Anchor> anchors;             // as anchors.dat
    std::vector<mempool::SavedTransaction> pool;  // as mempool.dat; written by a clean stop alone

private:
    Archive& archive_;
    // One of the two: settings.state.
    std::optional<chain::MemoryStore> own_;
    std::optional<SharedStore> shared_;
};

}  // namespace starling::sim
