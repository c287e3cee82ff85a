#include "sim/host/shared_store.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace starling::sim {

namespace {

void set(std::vector<bool>& bits, std::size_t index) {
    if (bits.size() <= index) bits.resize(index + 1);
    bits[index] = true;
}

}  // namespace

std::optional<Coin> SharedStore::coin(const OutPoint& point) const {
    const Coin* coin = archive_.coin_at(point, tip_);
    return coin == nullptr ? std::nullopt : std::optional(*coin);
}

std::vector<std::optional<Coin>> SharedStore::coins(const std::vector<OutPoint>& points) const {
    std::vector<std::optional<Coin>> out;
    out.reserve(points.size());
    for (const OutPoint& point : points)
        out.push_back(coin(point));
    return out;
}

Shared<CheckedBlock> SharedStore::block(const BlockHash& hash) const {
    const auto number = archive_.find(hash);
    return number && has_body(*number) ? archive_.block(*number) : nullptr;
}

Shared<Bytes> SharedStore::body(const BlockHash& hash) const {
    const Shared<CheckedBlock> kept = block(hash);
    return kept == nullptr ? nullptr : kept->bytes;
}

Shared<BlockDelta> SharedStore::delta(const HeaderNode& node) const {
    const auto number = archive_.find(node.hash);
    const bool of_chain =
        number && archive_.is_placed(*number) && archive_.is_ancestor(*number, tip_);
    return of_chain ? archive_.delta(*number) : nullptr;
}

BlockHash SharedStore::each_coin(
    const std::function<bool(const OutPoint&, const Coin&)>& visit) const {
    archive_.each_coin_at(tip_, visit);
    return tip();
}

void SharedStore::append(const Shared<CheckedBlock>& block) {
    const Number number = archive_.keep(block);
    if (has_body(number)) return;
    set(has_body_, number);
    bodies_.push_back(number);
}

void SharedStore::commit(const chain::Batch& batch) {
    Committed committed{.tip_before = tip_,
                        .headers_before = static_cast<std::uint32_t>(headers_.size()),
                        .bodies_before = static_cast<std::uint32_t>(bodies_committed_),
                        .validity_before = {}};
    for (const chain::HeaderRecord& record : batch.headers)
        store_header(record, committed);
    for (const chain::Step& step : batch.steps) {
        if (step.kind == chain::Step::Kind::connected)
            archive_.learn(archive_.number_of(step.node->hash), step.delta);
    }
    tip_ = archive_.number_of(batch.tip);
    bodies_committed_ = bodies_.size();
    if (commits_.size() == kCommitsMax) commits_.erase(commits_.begin());
    commits_.push_back(std::move(committed));
}

void SharedStore::store_header(const chain::HeaderRecord& record, Committed& committed) {
    const Number number = archive_.place(record.node->header, record.node->hash);
    if (validity_.size() <= number) validity_.resize(number + 1);
    if (number < has_header_.size() && has_header_[number]) {
        const auto before = static_cast<chain::Validity>(validity_[number]);
        committed.validity_before.emplace_back(number, before);
    } else {
        set(has_header_, number);
        headers_.push_back(number);
    }
    validity_[number] = static_cast<std::uint8_t>(record.validity);
}

chain::Loaded SharedStore::load() const {
    chain::Loaded loaded;
    loaded.tip = tip();
    loaded.coins = archive_.coins_after(tip_);
    std::vector<bool> durable(has_body_.size());
    for (std::size_t i = 0; i < bodies_committed_; ++i)
        durable[bodies_[i]] = true;
    loaded.headers.reserve(headers_.size());
    for (const Number number : headers_) {
        loaded.headers.push_back({archive_.header(number),
                                  static_cast<chain::Validity>(validity_[number]),
                                  number < durable.size() && durable[number]});
    }
    for (std::size_t i = bodies_committed_; i < bodies_.size(); ++i)
        loaded.tail.push_back(archive_.block(bodies_[i])->bytes);
    return loaded;
}

std::size_t SharedStore::bodies_since(std::size_t commits) const {
    const std::size_t before =
        commits == 0 ? bodies_committed_ : commits_[commits_.size() - commits].bodies_before;
    return bodies_.size() - before;
}

void SharedStore::crash(std::size_t commits, std::size_t bodies) {
    assert(commits <= commits_.size());
    for (; commits > 0; --commits) {
        undo(commits_.back());
        commits_.pop_back();
    }
    for (; bodies_.size() > bodies_committed_ + bodies; bodies_.pop_back())
        has_body_[bodies_.back()] = false;
}

void SharedStore::undo(const Committed& committed) {
    for (const auto& [number, validity] : committed.validity_before)
        validity_[number] = static_cast<std::uint8_t>(validity);
    for (; headers_.size() > committed.headers_before; headers_.pop_back())
        has_header_[headers_.back()] = false;
    tip_ = committed.tip_before;
    bodies_committed_ = committed.bodies_before;
}

std::size_t SharedStore::memory_bytes() const {
    std::size_t bytes = sizeof *this + (headers_.capacity() + bodies_.capacity()) * sizeof(Number) +
                        validity_.capacity() + has_header_.capacity() / 8 +
                        has_body_.capacity() / 8 + commits_.capacity() * sizeof(Committed);
    for (const Committed& committed : commits_)
        bytes += committed.validity_before.capacity() * sizeof(std::pair<Number, chain::Validity>);
    return bytes;
}

}  // namespace starling::sim
