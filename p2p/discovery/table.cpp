#include "p2p/discovery/table.h"

#include "p2p/discovery/address_counts.h"
#include "p2p/discovery/bucket.h"
#include "p2p/discovery/revalidation.h"
#include "p2p/netgroup.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <cassert>
#include <utility>

namespace starling::p2p::discv5 {

namespace {

constexpr unsigned kDistances = 256;
constexpr std::uint32_t kFailureCost = 3;  // a failure divides the checks by it (geth)

bool names(const Record& record, const Endpoint& address) {
    return record.fields().udp == address || record.fields().udp6 == address;
}

Shared<Record> newest(const Shared<Record>& held, const Shared<Record>& given) {
    return given->sequence() > held->sequence() ? given : held;
}

// Of the first `most`.
std::vector<TableNode> copies_of(const std::vector<const TableNode*>& nodes, std::size_t most) {
    std::vector<TableNode> out;
    out.reserve(std::min(most, nodes.size()));
    for (std::size_t i = 0; i < nodes.size() && i < most; ++i)
        out.push_back(*nodes[i]);
    return out;
}

// The first `most` of the nodes in this order.
template <class Order>
std::vector<TableNode> first_of(std::vector<const TableNode*> nodes,
                                std::size_t most,
                                Order order) {
    const auto end = nodes.begin() + static_cast<std::ptrdiff_t>(std::min(most, nodes.size()));
    std::partial_sort(nodes.begin(), end, nodes.end(),
                      [&](const TableNode* a, const TableNode* b) { return order(*a, *b); });
    return copies_of(nodes, most);
}

}  // namespace

std::string_view name_of(Admission admission) {
    constexpr std::array<std::string_view, kAdmissions> kNames = {
        "added",           "updated",       "kept_as_replacement", "ourselves",
        "foreign_network", "no_endpoint",   "other_endpoint",      "subnet_full",
        "group_full",      "address_taken", "inbound_full"};
    return kNames.at(static_cast<std::size_t>(admission));
}

struct Table::State {
    State(const NodeId& own_id,
          const Parameters& parameters,
          const Limits& l,
          Random& r,
          Netgroups groups)
        : own(own_id),
          network(network_tag(parameters)),
          rules(parameters.overlay),
          limits(l),
          random(r),
          netgroups(std::move(groups)),
          replacement_life(pace_of(parameters).refresh),
          revalidation(pace_of(parameters), kCheckLife, r) {}

    NodeId own;
    NetworkTag network;
    OverlayRules rules;
    Limits limits;
    Random& random;
    Netgroups netgroups;
    Duration replacement_life;
    // By 256 less the distance, as many as were needed: half of all nodes are in the first.
    std::vector<Bucket> buckets;
    std::size_t size = 0;
    AddressCounts addresses;  // of the nodes, not the replacements
    Revalidation revalidation;

    // Makes it if there is none, which moves the others.
    Bucket& bucket_of(const NodeId& id);
    [[nodiscard]] Bucket* bucket_at(unsigned distance);  // null: empty
    [[nodiscard]] std::vector<const TableNode*> all() const;

    // Why a node like this never enters; nothing if it may.
    [[nodiscard]] std::optional<Admission> refusal(const Record& record,
                                                   const Endpoint& address) const;
    // Why the bucket has no place for this node's address; nothing if it has.
    [[nodiscard]] std::optional<Admission> crowded(const Bucket& bucket,
                                                   const TableNode& node) const;
    void enter(Bucket& bucket, TableNode node, Time now);
    TableNode leave(Bucket& bucket, const NodeId& id);
    std::optional<NodeId> promote(Bucket& bucket, Time now);
    Admission meet(Bucket& bucket, TableNode node, Time now);
    Admission meet_again(Bucket& bucket, const TableNode& seen, Time now);
};

Bucket& Table::State::bucket_of(const NodeId& id) {
    const std::size_t at = kDistances - log_distance(own, id);
    assert(at < kDistances);
    if (at >= buckets.size()) buckets.resize(at + 1);
    return buckets[at];
}

Bucket* Table::State::bucket_at(unsigned distance) {
    const std::size_t at = kDistances - distance;
    return at < buckets.size() ? &buckets[at] : nullptr;
}

std::vector<const TableNode*> Table::State::all() const {
    std::vector<const TableNode*> out;
    out.reserve(size);
    for (const Bucket& bucket : buckets)
        for (const TableNode& node : bucket.nodes.all())
            out.push_back(&node);
    return out;
}

std::optional<Admission> Table::State::refusal(const Record& record,
                                               const Endpoint& address) const {
    if (record.id() == own) return Admission::ourselves;
    if (!record.of_network(network)) return Admission::foreign_network;
    if (!record.udp()) return Admission::no_endpoint;
    if (!names(record, address)) return Admission::other_endpoint;
    if (!rules.loopback && is_local_only(address)) return Admission::no_endpoint;
    return std::nullopt;
}

std::optional<Admission> Table::State::crowded(const Bucket& bucket, const TableNode& node) const {
    if (addresses.of_address(node.address) >= rules.ids_per_address_max)
        return Admission::address_taken;
    if (addresses.of_subnet(node.address) >= rules.subnet_table_max ||
        bucket.of_subnet(node.address) >= rules.subnet_bucket_max)
        return Admission::subnet_full;
    if (addresses.of_group(node.netgroup) >= rules.group_table_max ||
        bucket.of_group(node.netgroup) >= rules.group_bucket_max)
        return Admission::group_full;
    if (node.origin == Origin::inbound && bucket.inbound() >= limits.bucket_inbound_max)
        return Admission::inbound_full;
    return std::nullopt;
}

void Table::State::enter(Bucket& bucket, TableNode node, Time now) {
    assert(bucket.nodes.size() < limits.bucket_nodes);
    addresses.add(node.address, node.netgroup);
    revalidation.place(node.record->id(), Revalidation::List::fast, now);
    bucket.insert(std::move(node));
    ++size;
}

TableNode Table::State::leave(Bucket& bucket, const NodeId& id) {
    TableNode node = bucket.take(id);
    addresses.remove(node.address, node.netgroup);
    revalidation.remove(id);
    --size;
    return node;
}

// The most recently seen replacement for which there is room.
std::optional<NodeId> Table::State::promote(Bucket& bucket, Time now) {
    const auto& waiting = bucket.replacements.all();
    const auto chosen = std::find_if(waiting.rbegin(), waiting.rend(),
                                     [&](const TableNode& one) { return !crowded(bucket, one); });
    if (chosen == waiting.rend()) return std::nullopt;
    TableNode node = bucket.replacements.take(bucket.replacements.place_of(*chosen));
    node.added = now;
    node.live = false;
    const NodeId id = node.record->id();
    enter(bucket, std::move(node), now);
    return id;
}

Admission Table::State::meet(Bucket& bucket, TableNode node, Time now) {
    const TableNode* waiting = bucket.replacements.find(node.record->id());
    if (waiting != nullptr) {
        node.record = newest(waiting->record, node.record);
        if (!names(*node.record, node.address)) return Admission::other_endpoint;
        if (waiting->origin != Origin::inbound) node.origin = waiting->origin;
    }
    if (const auto why = crowded(bucket, node)) {
        // It would come in where nobody is, and be asked whenever its newer record is heard of.
        if (waiting != nullptr && !names(*node.record, waiting->address))
            bucket.forget_replacement(node.record->id());
        return *why;
    }
    if (bucket.nodes.size() >= limits.bucket_nodes)
        return bucket.keep(std::move(node), limits, rules);
    bucket.forget_replacement(node.record->id());
    enter(bucket, std::move(node), now);
    return Admission::added;
}

Admission Table::State::meet_again(Bucket& bucket, const TableNode& seen, Time now) {
    const NodeId& id = seen.record->id();
    TableNode node = *bucket.nodes.find(id);
    const Endpoint before = node.address;
    node.record = newest(node.record, seen.record);
    node.address = seen.address;
    node.netgroup = seen.netgroup;
    if (!names(*node.record, node.address)) return Admission::other_endpoint;
    const bool check = revalidation.asked(id);
    if (check) ++node.checks;
    if (!check && node.origin == Origin::inbound) node.origin = seen.origin;
    node.last_seen = now;
    node.live = true;

    if (node.address == before) {
        bucket.take(id);
        bucket.insert(std::move(node));
        if (check) revalidation.place(id, Revalidation::List::slow, now);
    } else {
        // At another address it is as new: it has to find room, and is checked soon.
        TableNode held = leave(bucket, id);
        const auto why = crowded(bucket, node);
        enter(bucket, why ? std::move(held) : std::move(node), now);
        if (why) return *why;
    }
    if (check) bucket.revalidated = now;
    return Admission::updated;
}

Table::Table(const NodeId& own,
             const Parameters& parameters,
             const Limits& limits,
             Random& random,
             Netgroups netgroups)
    : state_(std::make_unique<State>(own, parameters, limits, random, std::move(netgroups))) {}
Table::~Table() = default;

Admission Table::proven(const Shared<Record>& record,
                        const Endpoint& address,
                        Origin origin,
                        Time now) {
    if (const auto why = state_->refusal(*record, address)) return *why;
    TableNode node{.record = record,
                   .address = address,
                   .netgroup = state_->netgroups.of(address),
                   .origin = origin,
                   .added = now,
                   .last_seen = now,
                   .live = true};
    Bucket& bucket = state_->bucket_of(record->id());
    return bucket.nodes.find(record->id()) != nullptr ? state_->meet_again(bucket, node, now)
                                                      : state_->meet(bucket, std::move(node), now);
}

std::optional<Departure> Table::failed(const NodeId& id, Time now) {
    if (find(id) == nullptr) return std::nullopt;
    Bucket& bucket = state_->bucket_of(id);
    TableNode& node = *bucket.nodes.find(id);
    bucket.revalidated = now;
    node.checks /= kFailureCost;
    if (node.checks > 0) {
        state_->revalidation.place(id, Revalidation::List::fast, now);
        return std::nullopt;
    }
    Departure departure{.node = state_->leave(bucket, id), .successor = {}};
    departure.successor = state_->promote(bucket, now);
    if (state_->size > 0) return departure;
    // The last one: whom else could we ask?
    departure.node.live = false;
    state_->enter(bucket, std::move(departure.node), now);
    return std::nullopt;
}

void Table::refreshed(const Shared<Record>& record) {
    if (record->id() == state_->own || !record->of_network(state_->network)) return;
    Bucket* bucket = state_->bucket_at(log_distance(state_->own, record->id()));
    if (bucket == nullptr) return;
    TableNode* node = bucket->nodes.find(record->id());
    if (node == nullptr) node = bucket->replacements.find(record->id());
    if (node == nullptr || !names(*record, node->address)) return;
    node->record = newest(node->record, record);
}

bool Table::has_room_for(const Record& record, Origin origin, Time now) const {
    const auto address = record.udp();
    if (!address || record.id() == state_->own) return false;
    Bucket* bucket = state_->bucket_at(log_distance(state_->own, record.id()));
    if (bucket == nullptr) return true;
    // An address that was taken may be free when it answers: that is not foreseen here.
    if (bucket->nodes.size() < state_->limits.bucket_nodes) return true;
    if (bucket->replacements.size() < state_->limits.bucket_replacements) return true;
    const TableNode* held = bucket->replacements.find(record.id());
    if (held != nullptr && held->record->sequence() < record.sequence()) return true;
    const auto yields = [&](const TableNode& replacement) {
        return replacement.last_seen + state_->replacement_life <= now ||
               (origin != Origin::inbound && replacement.origin == Origin::inbound);
    };
    return std::ranges::any_of(bucket->replacements.all(), yields);
}

std::optional<TableNode> Table::due(Time now) {
    const auto id = state_->revalidation.due(now);
    if (!id) return std::nullopt;
    const TableNode* node = find(*id);
    assert(node != nullptr);
    return *node;
}

std::optional<Time> Table::next_wakeup() const {
    return state_->revalidation.next_wakeup();
}

const TableNode* Table::find(const NodeId& id) const {
    if (id == state_->own) return nullptr;
    Bucket* bucket = state_->bucket_at(log_distance(state_->own, id));
    return bucket == nullptr ? nullptr : bucket->nodes.find(id);
}

std::vector<TableNode> Table::at(std::span<const unsigned> distances, std::size_t most) {
    std::vector<const TableNode*> found;
    std::bitset<kDistances + 1> done;
    for (const unsigned distance : distances) {
        if (distance == 0 || distance > kDistances || done.test(distance)) continue;
        done.set(distance);
        const std::size_t begin = found.size();
        const Bucket* bucket = state_->bucket_at(distance);
        if (bucket == nullptr) continue;
        for (const TableNode& node : bucket->nodes.all())
            if (node.live) found.push_back(&node);
        for (std::size_t end = found.size(); end > begin + 1; --end)  // Fisher and Yates
            std::swap(found[end - 1], found[begin + state_->random.below(end - begin)]);
        if (found.size() >= most) break;
    }
    return copies_of(found, most);
}

std::vector<TableNode> Table::closest(const NodeId& target, std::size_t most) const {
    return first_of(state_->all(), most, [&](const TableNode& a, const TableNode& b) {
        return nearer(target, a.record->id(), b.record->id());
    });
}

std::vector<NodeId> Table::nearest(std::size_t most) const {
    std::vector<NodeId> out;
    for (auto bucket = state_->buckets.rbegin(); bucket != state_->buckets.rend(); ++bucket) {
        const auto begin = static_cast<std::ptrdiff_t>(out.size());
        for (const TableNode& node : bucket->nodes.all())
            out.push_back(node.record->id());
        std::sort(out.begin() + begin, out.end(),
                  [this](const NodeId& a, const NodeId& b) { return nearer(state_->own, a, b); });
        if (out.size() >= most) break;
    }
    if (out.size() > most) out.resize(most);
    return out;
}

std::size_t Table::size() const {
    return state_->size;
}

bool Table::has_live() const {
    return std::ranges::any_of(state_->buckets, [](const Bucket& bucket) {
        return std::ranges::any_of(bucket.nodes.all(), &TableNode::live);
    });
}

std::vector<BucketView> Table::buckets() const {
    std::vector<BucketView> out;
    for (unsigned distance = 1; distance <= kDistances; ++distance) {
        const Bucket* bucket = state_->bucket_at(distance);
        if (bucket == nullptr || bucket->nodes.size() == 0) continue;
        out.push_back({.distance = distance,
                       .nodes = bucket->nodes.all(),
                       .replacements = bucket->replacements.size(),
                       .revalidated = bucket->revalidated});
    }
    return out;
}

std::vector<TableNode> Table::best(std::size_t most) const {
    return first_of(state_->all(), most, [](const TableNode& a, const TableNode& b) {
        if (a.checks != b.checks) return a.checks > b.checks;
        if (a.last_seen != b.last_seen) return a.last_seen > b.last_seen;
        return a.record->id() < b.record->id();
    });
}

}  // namespace starling::p2p::discv5
