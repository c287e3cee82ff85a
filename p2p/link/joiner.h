#pragma once

#include "consensus/bytes.h"
#include "p2p/message_cutter.h"

#include <algorithm>
#include <cstddef>
#include <optional>

namespace starling::p2p {

// Joins bytes that arrive in any pieces into units of known sizes: acts, lengths, bodies. A unit
// that arrives in one piece is not copied; between units nothing is held.
class Joiner {
public:
    // The next unit, cut off from `bytes`; valid until the next call. Nothing while it is not
    // whole, and `bytes` are used up.
    std::optional<ByteView> next(ByteView& bytes, std::size_t unit_bytes) {
        if (given_) held_ = Bytes();
        given_ = false;
        const std::size_t taken = std::min(bytes.size(), unit_bytes - held_.size());
        const ByteView piece = bytes.first(taken);
        bytes = bytes.subspan(taken);
        if (taken == unit_bytes) return piece;
        reserve_for(taken, unit_bytes, held_);
        held_.insert(held_.end(), piece.begin(), piece.end());
        if (held_.size() < unit_bytes) return std::nullopt;
        given_ = true;
        return ByteView(held_);
    }
    [[nodiscard]] std::size_t held_bytes() const { return held_.capacity(); }

private:
    Bytes held_;
    bool given_ = false;  // held_ was given as a unit
};

}  // namespace starling::p2p
