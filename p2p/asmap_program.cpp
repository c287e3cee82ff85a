#include "p2p/asmap_program.h"

#include <cassert>

namespace starling::p2p {

// Class after class holds as many numbers as its bits can tell apart, from `least` on without a
// gap; each class has one bit more than the one before.
struct AsmapReader::Classes {
    std::uint32_t least;
    unsigned first_bits, last_bits;
};

std::optional<bool> AsmapReader::bit() {
    if (left() == 0) return std::nullopt;
    const unsigned byte = bytes_[position_ / 8];
    const bool set = (byte >> (position_ % 8) & 1) != 0;
    ++position_;
    return set;
}

void AsmapReader::skip(std::size_t bits) {
    assert(bits <= left());
    position_ += bits;
}

std::optional<std::uint32_t> AsmapReader::number(const Classes& classes) {
    std::uint32_t value = classes.least;
    unsigned bits = classes.first_bits;
    for (; bits < classes.last_bits; ++bits) {
        const auto passed_over = bit();
        if (!passed_over) return std::nullopt;
        if (!*passed_over) break;
        value += std::uint32_t{1} << bits;
    }
    while (bits-- > 0) {
        const auto one = bit();
        if (!one) return std::nullopt;
        if (*one) value += std::uint32_t{1} << bits;
    }
    return value;
}

std::optional<AsmapInstruction> AsmapReader::next() {
    using Kind = AsmapInstruction::Kind;
    // The sums of all classes stay below 2^31.
    constexpr Classes kSystem{.least = 1, .first_bits = 15, .last_bits = 24};
    constexpr Classes kLength{.least = 17, .first_bits = 5, .last_bits = 30};
    constexpr Classes kPattern{.least = 2, .first_bits = 1, .last_bits = 8};
    constexpr Kind kKinds[] = {Kind::answer, Kind::jump, Kind::match, Kind::fallback};
    std::size_t ones = 0;
    for (bool more = true; more && ones < 3;) {
        const auto one = bit();
        if (!one) return std::nullopt;
        more = *one;
        if (more) ++ones;
    }
    const Kind kind = kKinds[ones];
    const auto argument = number(kind == Kind::jump    ? kLength
                                 : kind == Kind::match ? kPattern
                                                       : kSystem);
    if (!argument) return std::nullopt;
    return AsmapInstruction{kind, *argument};
}

}  // namespace starling::p2p
