#pragma once

#include "consensus/random.h"

#include <cstdint>
#include <string_view>

namespace starling::sim {

// Chance from a seed: splitmix64 (Steele, Lea, Flood 2014). The same numbers on every machine and
// by every compiler.
class Stream final : public Random {
public:
    explicit Stream(std::uint64_t seed) : state_(seed) {}
    std::uint64_t next() override;

private:
    std::uint64_t state_;
};

// The seed of one purpose ("latency", "host", ...) and one owner of it. Each host, link and load
// has its own stream, so that leaving one out does not move the others: what `shrink` lives on.
std::uint64_t seed_of(std::uint64_t seed, std::string_view purpose, std::uint64_t index = 0);
inline Stream stream_of(std::uint64_t seed, std::string_view purpose, std::uint64_t index = 0) {
    return Stream(seed_of(seed, purpose, index));
}

}  // namespace starling::sim
