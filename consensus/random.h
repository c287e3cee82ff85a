#pragma once

#include <cstdint>

namespace starling {

// The only source of chance below node/. Production draws from the kernel, the simulator from a
// seed, so that a run is replayed by its seed alone.
class Random {
public:
    virtual ~Random() = default;

    virtual std::uint64_t next() = 0;

    // Uniform in [0, limit); limit must not be 0.
    std::uint64_t below(std::uint64_t limit);
};

}  // namespace starling
