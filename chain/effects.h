#pragma once

#include "chain/store.h"
#include "consensus/time.h"

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

namespace starling::chain {

// Names one submission for its lifetime; its decision carries it back. 0 wants no answer.
struct Ticket {
    std::uint64_t value = 0;
    friend auto operator<=>(const Ticket&, const Ticket&) = default;
};

// ---- Inputs ----
struct HeadersArrived {
    Ticket ticket;
    std::vector<Header> headers;  // each the parent of the next
};
struct BlockArrived {
    Ticket ticket;
    Shared<CheckedBlock> block;
    // It came from our own store's tail: do not append it again, and keep it until its parent
    // comes.
    bool stored = false;
};
struct CoinsRead {  // answers ReadCoins
    std::uint64_t id = 0;
    std::vector<std::optional<Coin>> coins;
};
struct BodyRead {  // answers ReadBody; null if the body could not be read or did not check
    BlockHash hash;
    Shared<CheckedBlock> block;
};
struct DeltaRead {  // answers ReadDelta
    BlockHash hash;
    Shared<BlockDelta> delta;
};
struct ScriptsVerified {  // answers VerifyScripts
    std::uint64_t id = 0;
    Result<Unit, Reject> verdict = Unit{};
};
struct Committed {  // answers Commit
    std::uint64_t sequence = 0;
};
struct Invalidated {  // by a person (RPC invalidateblock)
    Ticket ticket;
    BlockHash hash;
};
struct Reconsidered {  // by a person (RPC reconsiderblock)
    Ticket ticket;
    BlockHash hash;
};
struct FlushAsked {};  // commit what there is now (shutdown)

using Input = std::variant<HeadersArrived,
                           BlockArrived,
                           CoinsRead,
                           BodyRead,
                           DeltaRead,
                           ScriptsVerified,
                           Committed,
                           Invalidated,
                           Reconsidered,
                           FlushAsked>;

// ---- Effects ----
struct ReadCoins {  // job: Store::coins
    std::uint64_t id = 0;
    std::vector<OutPoint> points;
};
struct ReadBody {  // job: Store::body, then check_block
    BlockHash hash;
};
struct ReadDelta {  // job: Store::delta
    const HeaderNode* node = nullptr;
};
struct VerifyScripts {  // job: verify_scripts over the whole batch; the shell may split it
    std::uint64_t id = 0;
    Shared<ScriptBatch> batch;
};
struct AppendBody {  // store writer: Store::append
    Shared<CheckedBlock> block;
};
struct Commit {  // store writer: Store::commit
    Shared<Batch> batch;
};
// The answer to one ticket, exactly once. For headers: of the first that failed, or of the last.
// For a block: when it is known whether it is good (verified, or a branch with less work that
// passed what can be checked without its coins).
struct Decided {
    Ticket ticket;
    BlockHash hash;
    std::optional<Reject> reject;  // none: accepted
};
// New headers, or, after Reconsidered, known ones that were invalid and are no longer.
struct HeadersAdded {
    std::vector<const HeaderNode*> nodes;  // parents first
};
// The tip moved along the tree. Transactions of `disconnected` (newest first) left the chain, those
// of `connected` (oldest first) joined it.
struct TipChanged {
    const HeaderNode* tip = nullptr;
    std::vector<Shared<CheckedBlock>> disconnected;
    std::vector<Shared<CheckedBlock>> connected;
};
// A body is now kept (in memory or on disk): it can be served, its bytes are found by Store::body
// once the writer has appended it.
struct BodyKept {
    const HeaderNode* node = nullptr;
};
struct BlockInvalid {  // a known header was found to lead nowhere, and with it all above it
    const HeaderNode* node = nullptr;
    Reject reject;
};

using Effect = std::variant<ReadCoins,
                            ReadBody,
                            ReadDelta,
                            VerifyScripts,
                            AppendBody,
                            Commit,
                            Decided,
                            HeadersAdded,
                            TipChanged,
                            BodyKept,
                            BlockInvalid>;

}  // namespace starling::chain
