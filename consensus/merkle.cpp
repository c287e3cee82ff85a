#include "consensus/merkle.h"

#include "consensus/hash.h"

#include <utility>

namespace starling {

MerkleResult merkle(std::vector<Hash256> leaves) {
    if (leaves.empty()) return {};
    MerkleResult result;
    std::vector<Hash256>& row = leaves;
    while (row.size() > 1) {
        // Looked for before the last hash is repeated: that one repetition is the rule.
        for (std::size_t i = 0; i + 1 < row.size(); i += 2)
            result.mutated = result.mutated || row[i] == row[i + 1];
        if (row.size() % 2 != 0) row.push_back(row.back());
        for (std::size_t i = 0; i < row.size() / 2; ++i)
            row[i] = sha256d_pair(row[2 * i], row[2 * i + 1]);
        row.resize(row.size() / 2);
    }
    result.root = row.front();
    return result;
}

MerkleResult transactions_merkle(const Block& block) {
    std::vector<Hash256> leaves;
    leaves.reserve(block.transactions.size() + 1);
    for (const auto& tx : block.transactions)
        leaves.push_back({tx->txid().bytes});
    return merkle(std::move(leaves));
}

Hash256 witness_merkle_root(const Block& block) {
    std::vector<Hash256> leaves;
    leaves.reserve(block.transactions.size() + 1);
    for (const auto& tx : block.transactions)
        leaves.push_back(leaves.empty() ? Hash256{} : Hash256{tx->wtxid().bytes});
    return merkle(std::move(leaves)).root;
}

}  // namespace starling
