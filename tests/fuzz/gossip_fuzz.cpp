// Arbitrary messages from three peers, in any order and at any time: Gossip stays within its
// bounds and never stops. Ids are drawn from a small pool so that messages refer to each other.

#include "consensus/serialize.h"
#include "support/lone_gossip.h"

#include <array>
#include <cassert>
#include <chrono>
#include <set>

using namespace starling;

namespace {

// Blocks and transactions that the messages may speak of, mined once.
struct Pool {
    std::vector<Shared<CheckedBlock>> blocks;
    std::vector<Shared<Transaction>> transactions;
    std::vector<p2p::Identity> identities;
    std::vector<Shared<p2p::Record>> records;

    Pool() {
        make_records();
        test::ChainBuilder builder;
        blocks = builder.mine_many(builder.genesis(), 6);
        for (const auto& block : builder.mine_many(blocks[2]->hash, 5))
            blocks.push_back(block);
        for (const auto& block : blocks) {
            const OutPoint coin{block->block.transactions[0]->txid(), 0};
            transactions.push_back(test::shared(test::spend({coin}, {Amount{9}})));
            const OutPoint next{transactions.back()->txid(), 0};
            transactions.push_back(test::shared(test::spend({next}, {Amount{8}})));
        }
    }
    void make_records() {
        for (std::uint64_t n = 0; n < 5; ++n) {
            identities.push_back(test::identity(1 + n));
            for (std::uint16_t port = 1; port <= 4; ++port) {
                const auto address = p2p::Endpoint::ipv4({10, 0, 0, 2}, port);
                const Parameters& network = port == 4 ? local() : regtest();
                records.push_back(test::record_of(identities[n], address, port, network));
            }
        }
    }
    [[nodiscard]] const p2p::Identity& identity(Reader& in) const {
        return identities[in.u8() % identities.size()];
    }
    [[nodiscard]] const Shared<p2p::Record>& record(Reader& in) const {
        return records[in.u8() % records.size()];
    }
    [[nodiscard]] const Shared<CheckedBlock>& block(Reader& in) const {
        return blocks[in.u8() % blocks.size()];
    }
    [[nodiscard]] const Shared<Transaction>& transaction(Reader& in) const {
        return transactions[in.u8() % transactions.size()];
    }
};

const Pool& pool() {
    static const Pool made;
    return made;
}

p2p::InventoryItem item(Reader& in) {
    switch (in.u8() % 5) {
        case 0:
            return p2p::InventoryItem::wtxid(pool().transaction(in)->wtxid());
        case 1:
            return p2p::InventoryItem::txid(pool().transaction(in)->txid());
        case 2:
            return p2p::InventoryItem::witness_block(pool().block(in)->hash);
        case 3:
            return p2p::InventoryItem::block(pool().block(in)->hash);
        default:
            return {in.u32(), {in.u8()}};
    }
}

std::vector<p2p::InventoryItem> items(Reader& in) {
    std::vector<p2p::InventoryItem> out(in.u8() % 8u);
    for (auto& one : out)
        one = item(in);
    return out;
}

p2p::Headers headers(Reader& in) {
    p2p::Headers out;
    const std::size_t from = in.u8() % pool().blocks.size();
    const std::size_t end = std::min(pool().blocks.size(), from + in.u8() % 8u);
    for (std::size_t i = from; i < end; ++i)
        out.headers.push_back(pool().blocks[i]->block.header);
    return out;
}

p2p::BlockMessage block(Reader& in) {
    const auto& honest = pool().block(in);
    p2p::BlockMessage message{honest->hash, honest->block.header, honest};
    const std::uint8_t kind = in.u8();
    if (kind < 32) message.checked = Failure{Reject{RejectKind::mutated, "bad-txnmrklroot", {}}};
    if (kind > 248) message.checked = Failure{Reject{RejectKind::invalid, "bad-cb-missing", {}}};
    return message;
}

p2p::Message message(Reader& in) {
    switch (in.u8() % 22) {
        case 0:
            return test::LoneGossip::honest_version();
        case 1:
            return p2p::Verack{};
        case 2:
            return p2p::Ping{in.u64()};
        case 3:
            return p2p::Pong{in.u64()};
        case 4:
            return p2p::SendHeaders{};
        case 5:
            return p2p::WtxidRelay{};
        case 6:
            return p2p::SendAddrV2{};
        case 7:
            return p2p::FeeFilter{in.i64()};
        case 8:
            return p2p::GetHeaders{{pool().block(in)->hash}, pool().block(in)->hash};
        case 9:
        case 10:
            return headers(in);
        case 11:
            return p2p::Inv{items(in)};
        case 12:
            return p2p::GetData{items(in)};
        case 13:
            return p2p::NotFound{items(in)};
        case 14:
            return p2p::Tx{pool().transaction(in)};
        case 15:
        case 16:
            return block(in);
        case 17:
            return p2p::GetAddr{};
        case 18:
            return p2p::RecordMessage{pool().record(in)};
        case 19:
            return p2p::GetRecords{};
        case 20:
            return p2p::Records{{pool().record(in), pool().record(in)}};
        default:
            return p2p::Unknown{"x"};
    }
}

// What discovery and a person do.
void overlay(test::LoneGossip& node, Reader& in) {
    const Shared<p2p::Record>& record = pool().record(in);
    switch (in.u8() % 5) {
        case 0:
        case 1:
            node.feed(p2p::CandidatesFound{{{record, p2p::Origin::overlay, *record->tcp()}}});
            break;
        case 2:
            node.feed(p2p::OwnRecordChanged{pool().records[0]});
            break;
        case 3:
            node.feed(p2p::NodeRefused{record->id(), in.u8() % 2 == 0});
            break;
        default:
            node.feed(p2p::DialFailed{*record->tcp()});
    }
}

void check(test::LoneGossip& node) {
    const p2p::Limits limits;
    for (const p2p::PeerView& peer : node.gossip().peers())
        assert(peer.in_flight.size() <= limits.blocks_in_flight_per_peer);
    std::set<p2p::NodeId> nodes;
    std::size_t keyed = 0;
    for (const p2p::PeerView& peer : node.gossip().peers()) {
        if (!peer.node) continue;
        nodes.insert(*peer.node);
        ++keyed;
    }
    assert(nodes.size() == keyed);  // one connection a node
    const auto wakeup = node.gossip().next_wakeup();
    // A timer that stays due would spin the shell.
    assert(!wakeup || *wakeup > node.now());
}

// Draws would be nearly all of the time that a run takes: hardly anybody answers, so they go on.
p2p::Limits with_few_draws() {
    p2p::Pace pace = p2p::pace_of(regtest());
    pace.draw_interval = pace.draw_interval_empty = std::chrono::seconds{10};
    return {.pace = pace};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Reader in(ByteView(data, size));
    test::LoneGossip node(regtest(), with_few_draws());
    std::array<p2p::PeerId, 3> peers{};
    for (int step = 0; step < 500 && in.remaining() > 0; ++step) {
        p2p::PeerId& peer = peers[in.u8() % peers.size()];
        if (!node.connected(peer)) {
            const std::uint8_t kind = in.u8();
            const auto direction =
                kind % 2 == 0 ? p2p::Direction::inbound : p2p::Direction::outbound;
            peer = kind < 128 ? node.join(direction) : node.join(direction, pool().identity(in));
            if (!node.connected(peer)) continue;  // another connection with the node stays
        }
        switch (in.u8() % 8) {
            case 0:
                node.wait(Duration{in.u16()});
                break;
            case 1:
                node.feed(p2p::SendBudget{peer, in.u16() * 64u});
                break;
            case 2:
                node.feed(p2p::PeerLost{peer});
                break;
            case 3:
                overlay(node, in);
                break;
            default: {
                const auto caused = node.say(peer, message(in));
                assert(caused.submissions_max <= p2p::Limits{}.orphans_resolving_max);
                assert(caused.bytes_sent < 100'000);
            }
        }
        node.wait(Duration{0});
        check(node);
    }
    return 0;
}
