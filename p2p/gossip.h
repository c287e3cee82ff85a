#pragma once

#include "p2p/address_manager.h"
#include "p2p/connection_kind.h"
#include "p2p/eclipse_alarm.h"
#include "p2p/effects.h"
#include "p2p/figures.h"
#include "p2p/limits.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace starling::p2p {

// What one peer looks like (getpeerinfo).
struct PeerView {
    PeerId id;
    Endpoint address;
    Direction direction = Direction::inbound;
    bool manual = false;
    ConnectionKind kind = ConnectionKind::full_relay;  // of those of our own accord
    bool ready = false;                                // verack seen
    std::string user_agent;
    std::uint32_t version = 0;
    std::uint64_t services = 0;
    Time connected;
    std::optional<Duration> ping, ping_min;
    std::optional<Duration> ping_wait;
    std::optional<Duration> clock_offset;  // its clock less ours when it connected; to the second
    std::int32_t start_height = 0;
    const HeaderNode* best_known = nullptr;   // the best header that it has shown us
    const HeaderNode* last_common = nullptr;  // the last block that both have
    std::vector<Height> in_flight;            // blocks asked of it
    std::uint64_t bytes_sent = 0, bytes_received = 0;
    std::optional<Time> last_sent, last_received;  // any message
    // When it last was the first to give us one that we accepted.
    std::optional<Time> last_block, last_transaction;
    bool relays_transactions = true;
    mempool::FeeRate fee_filter;
    std::string netgroup;
    std::uint32_t mapped_as = 0;  // by the loaded map; 0: none
    std::string found;  // "inbound", "manual", or how discovery found it: to_string(Origin)
    // Of a link that proved a key; none over `plain`.
    std::optional<CompressedKey> key;
    std::optional<NodeId> node;
    Shared<Record> record;  // its own, as it told us; null if it did not
};

// Decides whom we talk to and what we tell them. Mirrors the header tree and the pool from Ledger's
// effects (shared immutable values, so a mirror is an index, not a copy), owns orphans and download
// state, and calls neither chain nor mempool. One class a concern; this one only routes.
class Gossip {
public:
    // Tickets of ours are from here on, those of the shell below: they never meet.
    static constexpr std::uint64_t kFirstTicket = std::uint64_t{1} << 63;

    Gossip(const Parameters& parameters,
           const Limits& limits,
           Random& random,
           const Netgroups& netgroups = {});
    ~Gossip();

    // Once, before any input: the tree, tip and which bodies we have. `tree` outlives Gossip and is
    // only read.
    void open(const chain::BlockTree& tree, const HeaderNode* tip, Time now);
    // The nodes that an earlier run knew, in place of those known now: the contents of peers.dat.
    // Nothing changes if the file is refused. Checks a signature for each.
    Result<RestoredAddresses, SavedAddressesError> restore_addresses(ByteView file, Time now);
    [[nodiscard]] Bytes saved_addresses() const;
    void handle(GossipInput input, Time now, std::vector<GossipEffect>& out);
    [[nodiscard]] std::optional<Time> next_wakeup() const;
    void handle_timer(Time now, std::vector<GossipEffect>& out);
    // True while the chain wants no more blocks: block download pauses, nothing else.
    void pause_download(bool paused);

    [[nodiscard]] std::vector<PeerView> peers() const;  // by id
    // The peers that a person asked to keep (PeerAdded), whether connected or not.
    [[nodiscard]] std::set<Endpoint> given() const;
    [[nodiscard]] bool network_active() const;
    [[nodiscard]] std::set<NodeId> refused_nodes() const;
    // Connections that were not kept, by the reason (p2p/refusals.h), since the start.
    [[nodiscard]] std::map<std::string, std::uint64_t> refusals() const;
    [[nodiscard]] CandidateFigures candidates(Time now) const;
    [[nodiscard]] Figures figures(Time now) const;
    // For an EclipseAlarm; without the density, which discovery knows.
    [[nodiscard]] EclipseSigns eclipse_signs(Time now) const;
    // True until the tip came within a day of now once, or no peer has more work than we.
    [[nodiscard]] bool initial_download() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace starling::p2p
