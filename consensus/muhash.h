#pragma once

#include "consensus/bytes.h"
#include "consensus/coin.h"
#include "consensus/digest.h"

#include <memory>

namespace starling {

// A hash of a set that does not depend on the order in which its members came or went: MuHash3072,
// the product of the members' hashes modulo 2^3072 - 1103717, as Bitcoin Core computes it.
class MuHash {
public:
    MuHash();
    MuHash(MuHash&&) noexcept;
    MuHash& operator=(MuHash&&) noexcept;
    ~MuHash();

    void insert(ByteView member);
    void remove(ByteView member);
    void combine(const MuHash& other);  // the union of disjoint sets
    // SHA-256 of the product's 384 bytes, least significant first.
    [[nodiscard]] Hash256 finish() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

// A coin as gettxoutsetinfo hashes it: outpoint, twice the height plus one for a coinbase (4
// bytes), output.
Bytes coin_for_hash(const OutPoint& point, const Coin& coin);

}  // namespace starling
