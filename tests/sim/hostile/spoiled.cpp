#include "sim/hostile/spoiled.h"

#include "consensus/coinbase.h"
#include "consensus/merkle.h"
#include "mempool/next_block.h"
#include "sim/host/assumed_signatures.h"

#include <algorithm>
#include <cassert>
#include <memory>
#include <utility>

namespace starling::sim {
namespace {

void mine(Block& block, const Parameters& parameters) {
    constexpr std::uint32_t kTries = 1'000;  // at the easiest target every second one will do
    const bool found = mempool::grind(block.header, kTries, parameters);
    assert(found);
}

void seal(Block& block, TransactionData coinbase, const Parameters& parameters) {
    block.transactions.front() = std::make_shared<const Transaction>(std::move(coinbase));
    block.header.merkle_root = MerkleRoot{transactions_merkle(block).root.bytes};
    mine(block, parameters);
}

// With its witnesses committed to anew.
Block committed(Block block, const Parameters& parameters) {
    TransactionData coinbase = block.transactions.front()->data();
    const auto commitment = commitment_output(coinbase);
    assert(commitment && "a block with witnesses commits to them");
    Hash256 nonce;
    std::ranges::copy(coinbase.inputs.front().witness.front(), nonce.bytes.begin());
    coinbase.outputs[*commitment].script_pubkey =
        commitment_script(witness_merkle_root(block), nonce);
    seal(block, std::move(coinbase), parameters);
    return block;
}

}  // namespace

Block with_wrong_root(Block block, const Parameters& parameters, Random& random) {
    for (std::uint8_t& byte : block.header.merkle_root.bytes)
        byte = static_cast<std::uint8_t>(random.below(256));
    mine(block, parameters);
    return block;
}

Block with_greed(Block block, const Parameters& parameters) {
    TransactionData coinbase = block.transactions.front()->data();
    coinbase.outputs.front().value += kCoin;
    seal(block, std::move(coinbase), parameters);
    return block;
}

std::optional<Block> with_forgery(Block block, const Parameters& parameters) {
    if (block.transactions.size() < 2) return std::nullopt;
    block.transactions.back() = forged(*block.transactions.back());
    return committed(std::move(block), parameters);
}

std::optional<Block> with_transaction(Block block,
                                      TransactionData tx,
                                      const Parameters& parameters) {
    if (!commitment_output(block.transactions.front()->data())) return std::nullopt;
    block.transactions.push_back(std::make_shared<const Transaction>(std::move(tx)));
    return committed(std::move(block), parameters);
}

Shared<Transaction> forged(const Transaction& tx) {
    TransactionData data = tx.data();
    for (TxIn& input : data.inputs)
        input.witness = {Bytes(kForgedSignature.begin(), kForgedSignature.end())};
    return std::make_shared<const Transaction>(std::move(data));
}

}  // namespace starling::sim
