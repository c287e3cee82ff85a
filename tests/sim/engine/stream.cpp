#include "sim/engine/stream.h"

namespace starling::sim {

namespace {

std::uint64_t mixed(std::uint64_t z) {
    z = (z ^ (z >> 30)) * 0xbf58'476d'1ce4'e5b9;
    z = (z ^ (z >> 27)) * 0x94d0'49bb'1331'11eb;
    return z ^ (z >> 31);
}

}  // namespace

std::uint64_t Stream::next() {
    state_ += 0x9e37'79b9'7f4a'7c15;
    return mixed(state_);
}

std::uint64_t seed_of(std::uint64_t seed, std::string_view purpose, std::uint64_t index) {
    std::uint64_t hash = mixed(seed);
    for (const char c : purpose)
        hash = mixed(hash ^ static_cast<unsigned char>(c));
    return mixed(hash ^ mixed(index + 0x9e37'79b9'7f4a'7c15));
}

}  // namespace starling::sim
