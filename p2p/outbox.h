#pragma once

#include "p2p/effects.h"
#include "p2p/misbehaviour.h"
#include "p2p/peers.h"
#include "p2p/refusals.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace starling::p2p {

class ChainMirror;

// Collects what the handling of one input causes. Effects go straight to the caller's list; drops
// are kept until the input is handled, so that no concern loses a peer under its hands.
class Outbox {
public:
    Outbox(std::vector<GossipEffect>& effects,
           std::uint64_t& last_ticket,
           Refusals& refusals,
           Time now)
        : effects_(effects), last_ticket_(last_ticket), refusals_(refusals), now_(now) {}

    void send(Peer& peer, Message message);
    void send_body(const Peer& peer, const BlockHash& hash) {
        effects_.push_back(SendBody{peer.id, hash});
    }
    void dial(Dial dial) { effects_.push_back(std::move(dial)); }
    // For the next submission.
    [[nodiscard]] chain::Ticket ticket() { return {++last_ticket_}; }
    void submit(mempool::LedgerInput input) { effects_.push_back(Submit{std::move(input)}); }
    void report(Event event) { effects_.push_back(std::move(event)); }
    void blame(Peer& peer, Offence offence, std::string_view detail = {});
    void tell_discovery(Sighting sighting) { effects_.push_back(RecordHeard{std::move(sighting)}); }
    void keep_anchors(std::vector<Anchor> anchors) {
        effects_.push_back(AnchorsChanged{std::move(anchors)});
    }
    void refuse(PeerId peer, Refusal refusal) {
        refusals_.count(refusal);
        drop(peer, std::string(describe(refusal)));
    }
    void drop(PeerId peer, std::string reason) { drops_.push_back({peer, std::move(reason)}); }

    [[nodiscard]] std::vector<Drop> take_drops() { return std::exchange(drops_, {}); }
    void carry_out(Drop drop) { effects_.push_back(std::move(drop)); }

private:
    std::vector<GossipEffect>& effects_;
    std::uint64_t& last_ticket_;
    Refusals& refusals_;
    const Time now_;
    std::vector<Drop> drops_;
};

// One input being handled: when, among which peers, on which chain, and where effects go.
struct Turn {
    Time now;
    Peers& peers;
    const ChainMirror& chain;
    Outbox& out;
    // False: nothing changed that decides which blocks are asked of whom.
    bool moves_blocks = true;
};

}  // namespace starling::p2p
