#include "p2p/gossip.h"

#include "p2p/gossip_state.h"

#include <cassert>
#include <utility>

namespace starling::p2p {

Gossip::Gossip(const Parameters& parameters,
               const Limits& limits,
               Random& random,
               const Netgroups& netgroups)
    : state_(std::make_unique<State>(parameters, limits, random, netgroups)) {}

Gossip::~Gossip() = default;

void Gossip::open(const chain::BlockTree& tree, const HeaderNode* tip, Time now) {
    state_->opened = state_->active_since = now;
    state_->chain.open(tree, tip, now);
    state_->chain.watch(state_->peers, now);
    state_->outbound.open(now);
}

Result<RestoredAddresses, SavedAddressesError> Gossip::restore_addresses(ByteView file, Time now) {
    const auto admits = [this](const Record& record) { return state_->is_candidate(record); };
    return state_->outbound.addresses().restore(file, admits, now);
}

Bytes Gossip::saved_addresses() const {
    return state_->outbound.addresses().saved();
}

void Gossip::handle(GossipInput input, Time now, std::vector<GossipEffect>& out) {
    assert(state_->chain.tip() != nullptr);
    state_->in_turn(now, out, [&](Turn& turn) {
        std::visit([&](const auto& value) { state_->on(value, turn); }, input);
    });
}

std::optional<Time> Gossip::next_wakeup() const {
    return state_->next_wakeup();
}

void Gossip::handle_timer(Time now, std::vector<GossipEffect>& out) {
    state_->in_turn(now, out, [&](Turn& turn) { state_->handle_timers(turn); });
}

void Gossip::pause_download(bool paused) {
    state_->download.pause(paused);
}

std::vector<PeerView> Gossip::peers() const {
    std::vector<PeerView> views;
    for (const auto& [id, peer] : state_->peers.all())
        views.push_back(state_->view_of(peer));
    return views;
}

std::set<Endpoint> Gossip::given() const {
    return state_->dialler.given();
}

bool Gossip::network_active() const {
    return state_->dialler.active();
}

std::set<NodeId> Gossip::refused_nodes() const {
    return state_->admission.refused_nodes();
}

std::map<std::string, std::uint64_t> Gossip::refusals() const {
    return state_->refusals.counts();
}

CandidateFigures Gossip::candidates(Time now) const {
    return state_->outbound.figures(state_->peers, now);
}

Figures Gossip::figures(Time now) const {
    return state_->figures(now);
}

EclipseSigns Gossip::eclipse_signs(Time now) const {
    return state_->eclipse_signs(now);
}

bool Gossip::initial_download() const {
    return state_->chain.initial_download();
}

}  // namespace starling::p2p
