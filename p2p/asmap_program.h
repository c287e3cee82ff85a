#pragma once

#include "consensus/bytes.h"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace starling::p2p {

// One instruction of an asmap file (asmap.h).
struct AsmapInstruction {
    enum class Kind : std::uint8_t { answer, jump, match, fallback };
    Kind kind = Kind::answer;
    // The AS number, the length in bits, or the pattern with a 1 before its first bit.
    std::uint32_t argument = 0;
};

// Reads an asmap file's instructions one after the other. Copies share the bytes.
class AsmapReader {
public:
    explicit AsmapReader(ByteView bytes) : bytes_(bytes) {}

    // Nothing if the file ends within it, or is at its end.
    std::optional<AsmapInstruction> next();
    // Nothing at the end.
    std::optional<bool> bit();
    // At most what is left.
    void skip(std::size_t bits);

    [[nodiscard]] std::size_t position() const { return position_; }  // in bits
    [[nodiscard]] std::size_t left() const { return 8 * bytes_.size() - position_; }

private:
    struct Classes;
    std::optional<std::uint32_t> number(const Classes& classes);

    ByteView bytes_;
    std::size_t position_ = 0;
};

}  // namespace starling::p2p
