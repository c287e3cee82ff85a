#pragma once

#include "consensus/check_block.h"
#include "consensus/coin.h"
#include "consensus/hash.h"
#include "consensus/hex.h"
#include "consensus/parameters.h"
#include "consensus/serialize.h"

#include <cassert>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace starling::test {

using CoinMap = std::map<OutPoint, Coin>;

// A standard Taproot output that anyone can spend: the only leaf of its tree is OP_TRUE. `spend`
// makes the witness; there is nothing to sign.
inline Bytes open_script() {
    return *from_hex("5120dea6d15a0ed37e1ad1cc7ac2c5c64d6a3a981155119556f8906a4bd3000555a1");
}
inline std::vector<Bytes> open_witness() {
    return {{0x51},
            *from_hex("c0af428f5588f5b0c56d87b27500873d8cead6a0b4a212a82fb402c5e453c19229")};
}

enum class Witness {
    good,
    wrong,  // a script that the output does not commit to: only verify_scripts can tell
};

// A transaction from outpoints of open_script() to outputs of open_script() with these amounts.
inline TransactionData spend(const std::vector<OutPoint>& points,
                             const std::vector<Amount>& amounts,
                             Witness witness = Witness::good) {
    TransactionData tx;
    for (const OutPoint& point : points) {
        TxIn input;
        input.previous = point;
        input.witness = open_witness();
        if (witness == Witness::wrong) input.witness[0] = {0x52};
        tx.inputs.push_back(std::move(input));
    }
    for (const Amount amount : amounts)
        tx.outputs.push_back({amount, open_script()});
    return tx;
}

inline Shared<Transaction> shared(TransactionData tx) {
    return std::make_shared<const Transaction>(std::move(tx));
}

// What may differ from an honest block.
struct BlockOptions {
    Amount claimed_more{};       // the coinbase takes this on top of subsidy and fees
    std::uint32_t spacing = 60;  // seconds after the parent
    // Last changes before the commitment, the Merkle root and the nonce are computed.
    std::function<void(std::vector<TransactionData>& transactions)> edit;
    std::function<void(Header&)> edit_header;  // before the nonce is ground
};

// Mines blocks at a network's easiest target (regtest: two hashes a block) and remembers them all,
// so that it can say which coins any of its chains leads to: the naive model of chain/.
class ChainBuilder {
public:
    explicit ChainBuilder(const Parameters& parameters = regtest()) : parameters_(parameters) {
        mined_[parameters.genesis_hash] = Mined{};
    }

    [[nodiscard]] BlockHash genesis() const { return parameters_.genesis_hash; }

    // The bytes of a new block on `parent`, good unless the transactions or options are bad. Each
    // call gives another block.
    Bytes mine_bytes(const BlockHash& parent,
                     const std::vector<TransactionData>& transactions = {},
                     const BlockOptions& options = {}) {
        const Mined& below = mined_.at(parent);
        const std::int32_t height = below.height + 1;
        std::vector<TransactionData> all{coinbase(height, transactions, options)};
        all.insert(all.end(), transactions.begin(), transactions.end());
        if (options.edit) options.edit(all);
        add_commitment(all);
        Block block;
        block.header.version = 0x2000'0000;
        block.header.previous = parent;
        block.header.time = time_of(parent) + options.spacing;
        block.header.bits = parameters_.limit_bits;
        for (TransactionData& tx : all)
            block.transactions.push_back(shared(std::move(tx)));
        block.header.merkle_root = MerkleRoot{root_of(block, false).bytes};
        if (options.edit_header) options.edit_header(block.header);
        while (!check_header_work(block.header, parameters_).ok())
            ++block.header.nonce;
        remember(block, height);
        return serialized(block);
    }

    // The same, checked; the block must obey the rules that need no context.
    Shared<CheckedBlock> mine(const BlockHash& parent,
                              const std::vector<TransactionData>& transactions = {},
                              const BlockOptions& options = {}) {
        auto checked = check_block(
            std::make_shared<const Bytes>(mine_bytes(parent, transactions, options)), parameters_);
        assert(checked.ok());
        return std::move(checked).value();
    }

    // `count` empty blocks on `parent`, oldest first.
    std::vector<Shared<CheckedBlock>> mine_many(const BlockHash& parent, std::size_t count) {
        std::vector<Shared<CheckedBlock>> blocks;
        BlockHash at = parent;
        for (std::size_t i = 0; i < count; ++i) {
            blocks.push_back(mine(at));
            at = blocks.back()->hash;
        }
        return blocks;
    }

    // The coins after the chain that ends in `tip`, computed from genesis without any check.
    [[nodiscard]] CoinMap coins_at(const BlockHash& tip) const {
        CoinMap coins;
        for (const Block* block : chain_to(tip)) {
            for (const Shared<Transaction>& tx : block->transactions)
                apply(*tx, mined_.at(hash_of(block->header)).height, coins);
        }
        return coins;
    }

    // The coins of coins_at(tip) that a block on `tip` may spend, in the order of outpoints.
    [[nodiscard]] std::vector<std::pair<OutPoint, Coin>> spendable_at(const BlockHash& tip) const {
        std::vector<std::pair<OutPoint, Coin>> out;
        const std::int32_t next = height_of(tip) + 1;
        for (const auto& [point, coin] : coins_at(tip)) {
            const bool mature = !coin.coinbase || next - coin.height.value >= 100;
            if (mature && coin.output.script_pubkey == open_script()) out.emplace_back(point, coin);
        }
        return out;
    }

    [[nodiscard]] std::int32_t height_of(const BlockHash& hash) const {
        return mined_.at(hash).height;
    }
    [[nodiscard]] std::uint32_t time_of(const BlockHash& hash) const {
        const Mined& mined = mined_.at(hash);
        return mined.height == 0 ? parameters_.genesis.header.time : mined.block.header.time;
    }
    // The blocks from the one above genesis to `tip`.
    [[nodiscard]] std::vector<const Block*> chain_to(const BlockHash& tip) const {
        std::vector<const Block*> chain;
        for (BlockHash at = tip; at != genesis(); at = mined_.at(at).block.header.previous)
            chain.push_back(&mined_.at(at).block);
        return {chain.rbegin(), chain.rend()};
    }

private:
    struct Mined {
        Block block;  // none for genesis
        std::int32_t height = 0;
    };

    TransactionData coinbase(std::int32_t height,
                             const std::vector<TransactionData>& transactions,
                             const BlockOptions& options) {
        TransactionData tx;
        TxIn input;
        input.previous.index = OutPoint::kNullIndex;
        input.script_sig = height_push(height);
        Writer extra;
        extra.u8(8);
        extra.u64(++mined_count_);
        input.script_sig.insert(input.script_sig.end(), extra.out().begin(), extra.out().end());
        if (parameters_.bip54) {
            tx.lock_time = static_cast<std::uint32_t>(height - 1);
            input.sequence = 0xffff'fffe;
        }
        tx.inputs.push_back(std::move(input));
        Amount value = subsidy(Height{height}, parameters_) + options.claimed_more;
        for (std::size_t i = 0; i < transactions.size(); ++i)
            value += fee(transactions, i);
        tx.outputs.push_back({value, open_script()});
        return tx;
    }

    // 0 where an output that is spent is not known.
    [[nodiscard]] Amount fee(const std::vector<TransactionData>& block, std::size_t index) const {
        Amount total;
        for (const TxIn& input : block[index].inputs) {
            const std::optional<TxOut> spent = output_of(block, index, input.previous);
            if (!spent) return {};
            total += spent->value;
        }
        for (const TxOut& output : block[index].outputs)
            total -= output.value;
        return total;
    }

    [[nodiscard]] std::optional<TxOut> output_of(const std::vector<TransactionData>& block,
                                                 std::size_t before,
                                                 const OutPoint& point) const {
        const auto known = transactions_.find(point.txid);
        if (known != transactions_.end() && point.index < known->second->outputs().size())
            return known->second->outputs()[point.index];
        for (std::size_t i = 0; i < before; ++i) {
            if (Transaction(block[i]).txid() == point.txid && point.index < block[i].outputs.size())
                return block[i].outputs[point.index];
        }
        return std::nullopt;
    }

    static Bytes height_push(std::int32_t height) {
        if (height <= 16) return {static_cast<std::uint8_t>(0x50 + height)};
        Bytes number;
        for (std::int32_t rest = height; rest > 0; rest >>= 8)
            number.push_back(static_cast<std::uint8_t>(rest & 0xff));
        if ((number.back() & 0x80) != 0) number.push_back(0);
        number.insert(number.begin(), static_cast<std::uint8_t>(number.size()));
        return number;
    }

    // BIP 141: an output of the coinbase commits to all witnesses.
    static void add_commitment(std::vector<TransactionData>& all) {
        all[0].inputs[0].witness = {Bytes(32, 0)};
        Block block;
        for (const TransactionData& tx : all)
            block.transactions.push_back(shared(tx));
        const Hash256 commitment = sha256d_pair(root_of(block, true), Hash256{});
        Bytes script = *from_hex("6a24aa21a9ed");
        script.insert(script.end(), commitment.bytes.begin(), commitment.bytes.end());
        all[0].outputs.push_back({Amount{0}, std::move(script)});
    }

    static Hash256 root_of(const Block& block, bool witness) {
        std::vector<Hash256> level;
        for (const Shared<Transaction>& tx : block.transactions)
            level.push_back({witness ? tx->wtxid().bytes : tx->txid().bytes});
        if (witness) level[0] = {};
        while (level.size() > 1) {
            if (level.size() % 2 == 1) level.push_back(level.back());
            for (std::size_t i = 0; i < level.size(); i += 2)
                level[i / 2] = sha256d_pair(level[i], level[i + 1]);
            level.resize(level.size() / 2);
        }
        return level[0];
    }

    void remember(const Block& block, std::int32_t height) {
        for (const Shared<Transaction>& tx : block.transactions)
            transactions_.emplace(tx->txid(), tx);
        mined_[hash_of(block.header)] = Mined{block, height};
    }

    static void apply(const Transaction& tx, std::int32_t height, CoinMap& coins) {
        if (!tx.is_coinbase()) {
            for (const TxIn& input : tx.inputs())
                coins.erase(input.previous);
        }
        for (std::uint32_t i = 0; i < tx.outputs().size(); ++i) {
            const TxOut& output = tx.outputs()[i];
            if (!is_unspendable(output.script_pubkey))
                coins[{tx.txid(), i}] = Coin{output, Height{height}, tx.is_coinbase()};
        }
    }

    const Parameters& parameters_;
    std::map<BlockHash, Mined> mined_;
    std::map<Txid, Shared<Transaction>> transactions_;
    std::uint64_t mined_count_ = 0;
};

}  // namespace starling::test
