#pragma once

#include "mempool/ledger.h"
#include "p2p/gossip.h"

#include <cstdint>
#include <functional>
#include <map>

namespace starling::node {

// Remembers who asked: the shell's own submissions (RPC, import, mining) and what to call with the
// answer. Ours are numbered from 1, Gossip's from kFirstTicket, so that each answer finds its
// asker. Ticket 0 wants none.
//
// Bounded by the questions under way: each is answered exactly once.
class Tickets {
public:
    using BlockAnswer = std::function<void(const chain::Decided&)>;
    using TransactionAnswer = std::function<void(const mempool::TransactionDecided&)>;

    [[nodiscard]] static bool ours(chain::Ticket ticket) {
        return ticket.value < p2p::Gossip::kFirstTicket;
    }

    chain::Ticket open(BlockAnswer answer) {
        if (!answer) return {};
        blocks_.emplace(++last_, std::move(answer));
        return {last_};
    }
    chain::Ticket open(TransactionAnswer answer) {
        transactions_.emplace(++last_, std::move(answer));
        return {last_};
    }
    void answer(const chain::Decided& decided) { call(blocks_, decided); }
    void answer(const mempool::TransactionDecided& decided) { call(transactions_, decided); }

private:
    template <class Table, class Decision>
    static void call(Table& table, const Decision& decision) {
        auto node = table.extract(decision.ticket.value);
        if (node) node.mapped()(decision);
    }

    std::uint64_t last_ = 0;
    std::map<std::uint64_t, BlockAnswer> blocks_;
    std::map<std::uint64_t, TransactionAnswer> transactions_;
};

}  // namespace starling::node
