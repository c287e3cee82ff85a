#pragma once

#include "consensus/header_node.h"
#include "consensus/parameters.h"
#include "p2p/limits.h"

#include <cstddef>
#include <vector>

namespace starling::p2p {

// Follows a chain of headers from one peer that forks off so far below our tip that it may be an
// attack, and keeps none of it until it has shown as much work as our own.
//
// The peer sends the chain twice. The first time only its work is added up, and the hash of the
// last header of each message is kept, which commits to all before it: 32 bytes for 2,000 headers,
// each of which cost its maker real work. The second time each message must reach the same hash,
// and then its headers are worth handing on. A bare count could not tell whether the second chain
// is the first one; without the second pass, an honest branch of more than 2,000 blocks that starts
// with little work could never win.
class HeadersPresync {
public:
    enum class Verdict {
        ask_on,       // send getheaders after last()
        ask_again,    // enough work: send getheaders from start()
        hand_on,      // these headers are part of a chain with enough work
        hand_on_end,  // the same, and they were the last that were promised
        give_up,      // too little work, not the chain of the first pass, or an invalid header
    };

    HeadersPresync(const HeaderNode* start, const Parameters& parameters, const Limits& limits)
        : parameters_(&parameters),
          limits_(&limits),
          start_(start),
          last_(start->hash),
          work_(start->work) {}

    // True if a message that starts after `previous` carries this chain on.
    [[nodiscard]] bool continues(const BlockHash& previous) const { return previous == last_; }
    // Headers that follow each other, with their hashes; `full` if the message may not be the last.
    Verdict received(const std::vector<Header>& headers,
                     const std::vector<BlockHash>& hashes,
                     const Work& enough,
                     bool full);

    [[nodiscard]] const HeaderNode* start() const { return start_; }
    [[nodiscard]] const BlockHash& last() const { return last_; }

private:
    Verdict count(const std::vector<Header>& headers, const Work& enough, bool full);
    Verdict compare(const std::vector<BlockHash>& hashes);

    const Parameters* parameters_;
    const Limits* limits_;
    const HeaderNode* start_;  // the last block of theirs that we know
    BlockHash last_;           // of the last message of this pass
    Work work_;                // of their chain up to last_, in the first pass
    std::vector<BlockHash> checkpoints_;
    bool second_pass_ = false;
    std::size_t compared_ = 0;
};

}  // namespace starling::p2p
