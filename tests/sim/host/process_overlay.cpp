#include "p2p/identity/network_tag.h"
#include "sim/host/process.h"

#include <cassert>
#include <utility>

// What node/overlay.cpp does between discovery and Gossip; and what stands for discovery where it
// is off.

namespace starling::sim {

namespace discv5 = p2p::discv5;

void Process::begin_discovery() {
    // What a host behind a NAT does not know of itself others tell it.
    const bool open = on_.plan.nat == Nat::open;
    const bool told = open || on_.plan.nat == Nat::full_cone;
    const p2p::Endpoint own =
        told ? on_.plan.address : p2p::Endpoint::ipv4({}, on_.plan.address.port);
    if (discovery_) {
        discv5::Start start;
        start.udp = own;
        start.tcp = own;
        p2p::BootstrapNodes& given = start.bootstrap.emplace_back();
        given.source = "plan";
        for (const Shared<p2p::Record>& bootnode : on_.environment.bootnodes) {
            if (bootnode->id() != on_.plan.identity.id) given.nodes.push_back(bootnode);
        }
        start.saved = on_.disk.peers;
        if (!on_.disk.addresses.empty()) {
            const auto restored = gossip_.restore_addresses(on_.disk.addresses, clock());
            assert(restored.ok());
        }
        discovery_->open(start, clock(), overlay_effects_);
        use(discovery_->record());
        return carry_overlay();
    }
    p2p::RecordFields fields;
    fields.sequence = static_cast<std::uint64_t>(clock().time_since_epoch().count());
    fields.network = p2p::network_tag(on_.environment.parameters);
    if (open) fields.tcp = own;
    use(p2p::Record::sign(fields, on_.plan.identity));
    add_drawn_peers();
}

// The same ones each time that the host starts.
void Process::add_drawn_peers() {
    const Plan& plan = on_.environment.plan;
    std::vector<const HostPlan*> others;
    for (const HostPlan& other : plan.hosts) {
        if (other.nat == Nat::open && other.index != on_.plan.index) others.push_back(&other);
    }
    Stream stream = stream_of(plan.settings.seed, "drawn peers", on_.plan.index);
    for (std::size_t i = 0; i < plan.settings.overlay.outbound && i < others.size(); ++i) {
        std::swap(others[i], others[i + stream.below(others.size() - i)]);
        tell(p2p::PeerAdded{
            .address = others[i]->address, .keep = true, .key = others[i]->identity.key});
    }
}

void Process::carry_overlay() {
    if (std::exchange(carrying_overlay_, true)) return;
    // An effect may have Gossip tell of a record, whose effects come behind.
    while (!overlay_effects_.empty()) {
        of_overlay_.swap(overlay_effects_);
        for (discv5::Effect& effect : of_overlay_)
            std::visit([this](auto& one) { done(one); }, effect);
        of_overlay_.clear();
        if (!waiting_.empty()) carry();
    }
    carrying_overlay_ = false;
    overlay_due_ = discovery_->next_wakeup();
    arm();
}

void Process::use(const Shared<p2p::Record>& record) {
    if (record == record_) return;
    record_ = record;
    tell(p2p::OwnRecordChanged{record});
}

void Process::done(discv5::Datagram& datagram) {
    if (on_.behaviour != nullptr && !on_.behaviour->lets_out(on_.host, datagram)) return;
    send(std::move(datagram));
}

void Process::done(discv5::NodesFound& found) {
    if (on_.environment.plan.settings.overlay.outbound > 0)
        waiting_.emplace_back(p2p::GossipInput(p2p::CandidatesFound{std::move(found.sightings)}));
}

void Process::done(discv5::RecordChanged& changed) {
    use(changed.record);
}

void Process::done(discv5::LookupFinished& finished) {
    observers().tell([&](Observer& one) { one.lookup_finished(on_.plan.index, finished.report); });
}

void Process::done(discv5::SavePeers&) {
    saves_peers_ = true;
}

void Process::done(discv5::NodeJoined& joined) {
    observers().tell([&](Observer& one) { one.node_joined(on_.plan.index, joined); });
}

void Process::done(discv5::NodeLeft& left) {
    observers().tell([&](Observer& one) { one.node_left(on_.plan.index, left); });
}

void Process::send(discv5::Datagram datagram) {
    let_out(
        [&internet = on_.internet, from = on_.plan.index,
         datagram = std::move(datagram)]() mutable { internet.send(from, std::move(datagram)); });
}

}  // namespace starling::sim
