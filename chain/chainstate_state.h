#pragma once

#include "chain/active_chain.h"
#include "chain/bodies.h"
#include "chain/candidates.h"
#include "chain/chainstate.h"
#include "chain/committer.h"
#include "chain/lookahead.h"
#include "chain/undecided.h"

#include <map>

namespace starling::chain {

// The parts of a Chainstate and how one input runs through them: it is marked in the tree
// (arrivals.cpp), the connected end goes towards the best candidate (activation.cpp), the tip
// follows what is verified, and what is settled is committed (chainstate.cpp).
struct Chainstate::State {
    State(const Parameters& parameters_in,
          const Limits& limits_in,
          Random& random,
          BlockConnector& connector_in)
        : parameters(parameters_in),
          limits(limits_in),
          connector(connector_in),
          tree(parameters_in, random),
          bodies(random),
          chain(random, limits_in.memory_bytes_max),
          committer(limits_in.commit_delay) {
        chain.open(tree.genesis());
        committer.open(tree.genesis(), 0);
    }

    // ---- arrivals.cpp: what others tell us ----
    void open(const Loaded& loaded);
    void take(const HeadersArrived& input);
    void take(const BlockArrived& input);
    void take(const CoinsRead& input) { lookahead.take(input); }
    void take(const BodyRead& input);
    void take(const DeltaRead& input);
    void take(const ScriptsVerified& input);
    void take(const Committed& input);
    void take(const Invalidated& input);
    void take(const Reconsidered& input);
    void take(const FlushAsked&) { committer.ask_flush(); }
    void accept_or_refuse(const BlockArrived& input);
    // The node of the block's header, added to the tree if it is new.
    Result<const HeaderNode*, Reject> place_header(const CheckedBlock& block);
    Result<Unit, Reject> accept_body(const BlockArrived& input);
    void keep_body(const HeaderNode* node, const BlockArrived& input);
    void body_lost(const HeaderNode* node);
    // Looks for candidates again after a person changed marks.
    void look_again(Ticket ticket, const HeaderNode* node);

    // ---- activation.cpp: which way the connected end goes ----
    // Goes on until something must be waited for or the input's share of work is used up.
    void advance();
    [[nodiscard]] const HeaderNode* pick_target() const;
    bool step_towards(const HeaderNode* target);
    bool connect_next(const HeaderNode* next);
    void connect(const HeaderNode* node, const Lookahead::Ready& ready);
    bool disconnect_end();
    // A block broke a rule that its header cannot change any more.
    void fail(const HeaderNode* node, const Reject& reject);
    void settle();
    void decide_commands();
    [[nodiscard]] bool must_wait_for_memory() const;
    // Of blocks that wait for their scripts.
    [[nodiscard]] bool window_full() const;

    // ---- chainstate.cpp ----
    // What every input and timer ends with.
    void run(Time now, std::vector<Effect>& effects);
    void tidy_and_commit();
    [[nodiscard]] std::size_t memory_bytes() const;
    [[nodiscard]] std::size_t uncommitted_bytes() const;
    [[nodiscard]] std::size_t cache_bytes_max() const;
    [[nodiscard]] bool settled() const;  // nothing to connect or verify
    [[nodiscard]] bool untidy() const;
    void decide(Ticket ticket, const BlockHash& hash, std::optional<Reject> reject);

    [[nodiscard]] bool is_invalid(const HeaderNode* node) const { return tree.entry(node).invalid; }
    [[nodiscard]] std::int64_t seconds() const {
        return std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
    }

    const Parameters& parameters;
    const Limits limits;
    BlockConnector& connector;
    BlockTree tree;
    Bodies bodies;
    ActiveChain chain;
    Candidates candidates;
    Lookahead lookahead;
    Committer committer;
    Undecided undecided;

    // What disconnecting the end waits for.
    struct Rewind {
        const HeaderNode* node = nullptr;
        Shared<BlockDelta> delta;
        Shared<CheckedBlock> block;
        bool delta_asked = false;
        bool body_asked = false;
        bool body_answered = false;
    };
    Rewind rewind;

    // A person's command, answered when the chain has followed it. Few: one for each RPC call.
    struct Command {
        Ticket ticket;
        BlockHash hash;
        const HeaderNode* goal = nullptr;
    };
    std::vector<Command> commands;

    // Bodies of our own store's tail that came before their parent's header, by parent: bodies are
    // appended as they come, and headers are stored by commits alone. Bounded by that tail.
    std::multimap<BlockHash, BlockArrived> tail_orphans;

    std::uint64_t next_job = 1;
    std::size_t operations_left = 0;  // of the present input
    bool more_work = false;           // the input's share was used up
    bool blocked_by_memory = false;   // the next block was not connected for want of memory
    Time now{};
    std::vector<Effect>* out = nullptr;  // of the present input
};

}  // namespace starling::chain
