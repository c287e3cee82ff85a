#pragma once

#include "chain/block_tree.h"
#include "chain/effects.h"

#include <map>
#include <vector>

namespace starling::chain {

// The tickets of blocks of which it is not known yet whether they are good: they have more work
// than the tip, so they will be connected if nothing better comes.
//
// Bounded by the blocks above the tip that have bodies: a block that is submitted again while it
// waits is a duplicate at once.
class Undecided {
public:
    void wait(const BlockTree::Entry& entry, Ticket ticket) {
        if (ticket.value != 0) tickets_.emplace(key(entry), Waiting{ticket, &entry});
    }
    void reject(const BlockTree::Entry& entry, const Reject& reject, std::vector<Effect>& out) {
        const auto found = tickets_.find(key(entry));
        if (found == tickets_.end()) return;
        out.push_back(Decided{found->second.ticket, entry.node.hash, reject});
        tickets_.erase(found);
    }
    // The tip has that work: what has no more is verified, or a branch with less work.
    void accept_up_to(const Work& work, std::vector<Effect>& out) {
        while (!tickets_.empty() && tickets_.begin()->first.work <= work)
            accept(tickets_.begin(), out);
    }
    // A body below was lost, so it will not be connected soon.
    void accept_unlinked(std::vector<Effect>& out) {
        for (auto at = tickets_.begin(); at != tickets_.end();) {
            const auto here = at++;
            if (!here->second.entry->linked) accept(here, out);
        }
    }

private:
    struct Key {
        Work work;
        std::uint64_t position = 0;
        friend auto operator<=>(const Key&, const Key&) = default;
    };
    struct Waiting {
        Ticket ticket;
        const BlockTree::Entry* entry = nullptr;
    };
    static Key key(const BlockTree::Entry& entry) { return {entry.node.work, entry.position}; }
    void accept(std::map<Key, Waiting>::iterator at, std::vector<Effect>& out) {
        out.push_back(Decided{at->second.ticket, at->second.entry->node.hash, std::nullopt});
        tickets_.erase(at);
    }

    std::map<Key, Waiting> tickets_;
};

}  // namespace starling::chain
