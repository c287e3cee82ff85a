#include "sim/host/disk.h"

#include "sim/host/archive.h"

#include <algorithm>

namespace starling::sim {

Disk::Disk(const Environment& environment) : archive_(environment.archive) {
    if (own_state(environment.plan.settings))
        own_.emplace(environment.parameters.genesis_hash);
    else
        shared_.emplace(environment.archive);
}

chain::Store& Disk::store() {
    if (own_) return *own_;
    return *shared_;
}

const chain::Store& Disk::store() const {
    if (own_) return *own_;
    return *shared_;
}

chain::Loaded Disk::load() const {
    return own_ ? own_->load() : shared_->load();
}

Shared<CheckedBlock> Disk::block(const BlockHash& hash) const {
    if (shared_) return shared_->block(hash);
    const Shared<Bytes> bytes = own_->body(hash);
    if (bytes == nullptr) return nullptr;
    const auto checked = archive_.check(bytes);
    return checked.ok() ? checked.value() : nullptr;
}

void Disk::crash(std::size_t commits, Random& random) {
    const auto lose = [&](auto& store) {
        const std::size_t lost = std::min(commits, store.commits());
        const std::size_t bodies = store.bodies_since(lost);
        store.crash(lost, lost == 0 ? bodies : random.below(bodies + 1));
    };
    if (own_)
        lose(*own_);
    else
        lose(*shared_);
}

}  // namespace starling::sim
