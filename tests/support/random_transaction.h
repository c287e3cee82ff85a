#pragma once

#include "consensus/transaction.h"
#include "support/seeded_random.h"

namespace starling::test {

inline Bytes random_bytes(Random& random, std::size_t size) {
    Bytes bytes(size);
    for (std::uint8_t& byte : bytes)
        byte = static_cast<std::uint8_t>(random.next());
    return bytes;
}

template <class D>
D random_digest(Random& random) {
    D digest;
    for (std::uint8_t& byte : digest.bytes)
        byte = static_cast<std::uint8_t>(random.next());
    return digest;
}

// Any transaction that can be written and read again: at least one input, the rest by chance.
inline TransactionData random_transaction(Random& random) {
    TransactionData tx;
    tx.version = static_cast<std::uint32_t>(random.next());
    tx.lock_time = static_cast<std::uint32_t>(random.next());
    tx.inputs.resize(1 + random.below(4));
    for (TxIn& input : tx.inputs) {
        input.previous = {random_digest<Txid>(random), static_cast<std::uint32_t>(random.below(9))};
        input.script_sig = random_bytes(random, random.below(300));
        input.sequence = static_cast<std::uint32_t>(random.next());
        if (random.below(2) == 0) continue;
        for (std::uint64_t items = random.below(4); items > 0; --items)
            input.witness.push_back(random_bytes(random, random.below(300)));
    }
    for (std::uint64_t outputs = random.below(5); outputs > 0; --outputs) {
        tx.outputs.push_back(
            {{static_cast<std::int64_t>(random.next())}, random_bytes(random, random.below(60))});
    }
    return tx;
}

}  // namespace starling::test
