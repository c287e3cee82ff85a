#pragma once

#include "consensus/bytes.h"
#include "consensus/connect_block.h"
#include "consensus/header_node.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace starling::chain {

// One block that joined or left the chain, in the order in which it happened.
struct Step {
    enum class Kind { connected, disconnected };
    Kind kind = Kind::connected;
    const HeaderNode* node = nullptr;
    Shared<BlockDelta> delta;
    Shared<CheckedBlock> block;  // present when connected (the transaction index reads it)
};

enum class Validity : std::uint8_t { unknown, valid, invalid };  // of a block with its scripts

struct HeaderRecord {
    const HeaderNode* node = nullptr;
    Validity validity = Validity::unknown;
    friend bool operator==(const HeaderRecord&, const HeaderRecord&) = default;
};

// Everything that moves the store from one block boundary to another, in one transaction.
struct Batch {
    std::uint64_t sequence = 0;         // counts batches; answered in Committed
    std::vector<HeaderRecord> headers;  // new, or with another validity than before; parents first
    std::vector<Step> steps;
    BlockHash tip;  // after the steps
};

struct TransactionPlace {
    BlockHash block;
    std::uint32_t index = 0;  // in the block
};

// What a store holds when it is opened.
struct Loaded {
    struct StoredHeader {
        Header header;
        Validity validity = Validity::unknown;
        bool has_body = false;
    };
    std::vector<StoredHeader> headers;  // parents first, genesis not among them
    BlockHash tip;                      // the committed boundary; genesis when new
    std::vector<Shared<Bytes>> tail;    // bodies appended after the last commit, in order
    // How many coins are stored, roughly: it bounds the pages that a commit can dirty.
    std::uint64_t coins = 0;
};

// The only door to the disk: LMDB and segments in the node, memory in tests and the simulator.
//
// Reads answer at the committed boundary and may come from any thread. `append` and `commit` come
// from one thread (the store writer), in the order in which the chain state asked for them. A
// failing machine (disk full, corrupted file) is an exception, StoreError.
class Store {
public:
    virtual ~Store() = default;

    [[nodiscard]] virtual std::optional<Coin> coin(const OutPoint& point) const = 0;
    // In the order of the points, in one read transaction.
    [[nodiscard]] virtual std::vector<std::optional<Coin>> coins(
        const std::vector<OutPoint>& points) const = 0;
    [[nodiscard]] virtual Shared<Bytes> body(const BlockHash& hash) const = 0;  // null if absent
    // The delta of a block of the committed chain; null if absent.
    [[nodiscard]] virtual Shared<BlockDelta> delta(const HeaderNode& node) const = 0;
    // Only with a transaction index; only transactions of the committed chain.
    [[nodiscard]] virtual std::optional<TransactionPlace> find_transaction(const Txid&) const = 0;
    [[nodiscard]] virtual bool has_transaction_index() const = 0;
    // Calls for each coin, in the order of outpoint bytes, at one boundary; returns that boundary.
    // Stops early when the callback gives false.
    virtual BlockHash each_coin(
        const std::function<bool(const OutPoint&, const Coin&)>& visit) const = 0;

    // Keeps a body. It is found by body() at once, and is durable after the next commit.
    virtual void append(const Shared<CheckedBlock>& block) = 0;
    virtual void commit(const Batch& batch) = 0;  // durable when it returns
};

}  // namespace starling::chain
