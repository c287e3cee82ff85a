#pragma once

#include "consensus/parameters.h"
#include "p2p/discovery/lookup.h"
#include "support/overlay_nodes.h"
#include "support/seeded_random.h"

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace starling::test {

// A network of many nodes that answer lookups at once, from tables of 16 random nodes of every
// distance: what Kademlia promises and no more.
class LookupNetwork {
public:
    static constexpr std::size_t kTold = 16;
    enum class Conduct { honest, colluding, silent };
    struct Node {
        Shared<p2p::Record> record;
        Conduct conduct = Conduct::honest;
    };
    struct Outcome {
        p2p::discv5::LookupReport report;
        std::size_t questions = 0;
    };

    // Every node in a subnet of its own, or `per_subnet` in one.
    LookupNetwork(std::size_t size, std::uint64_t seed, std::size_t per_subnet = 1)
        : seed_(seed), random_(seed) {
        for (std::size_t n = 0; n < size; ++n) {
            const std::size_t subnet = n / per_subnet;
            const auto address = p2p::Endpoint::ipv4(
                {81, static_cast<std::uint8_t>(subnet >> 8), static_cast<std::uint8_t>(subnet),
                 static_cast<std::uint8_t>(1 + n % per_subnet)},
                9'000);
            const auto identity = numbered_identity(static_cast<std::uint32_t>(n + 1));
            nodes_.push_back({.record = node_record(identity, address, testnet())});
        }
        std::ranges::sort(nodes_, {}, [](const Node& node) { return node.record->id(); });
    }

    [[nodiscard]] const std::vector<Node>& nodes() const { return nodes_; }
    void set(Conduct conduct, double share) {
        for (Node& node : nodes_)
            if (static_cast<double>(random_.below(1'000'000)) < share * 1e6) node.conduct = conduct;
    }
    // A node at random that conducts itself so.
    const Node& any(Conduct conduct) {
        for (;;) {
            const Node& node = nodes_[random_.below(nodes_.size())];
            if (node.conduct == conduct) return node;
        }
    }

    // Nodes nearest to the target that answer, without the one who asks.
    [[nodiscard]] std::vector<p2p::NodeId> nearest(const p2p::NodeId& target,
                                                   const p2p::NodeId& but,
                                                   std::size_t count) const {
        std::vector<p2p::NodeId> out;
        for (const Node& node : nodes_)
            if (node.record->id() != but && node.conduct != Conduct::silent)
                out.push_back(node.record->id());
        const auto nearer_to_target = [&](const auto& a, const auto& b) {
            return nearer(target, a, b);
        };
        std::ranges::sort(out, nearer_to_target);
        out.resize(std::min(count, out.size()));
        return out;
    }

    // What this node's table says of the distance.
    [[nodiscard]] std::vector<Shared<p2p::Record>> table_at(const p2p::NodeId& of,
                                                            unsigned distance) const {
        const auto [first, last] = p2p::ids_at(of, distance);
        const auto id_of = [](const Node& node) { return node.record->id(); };
        const auto begin = std::ranges::lower_bound(nodes_, first, {}, id_of);
        const auto end = std::ranges::upper_bound(nodes_, last, {}, id_of);
        std::vector<Shared<p2p::Record>> out;
        for (auto it = begin; it != end; ++it)
            out.push_back(it->record);
        SeededRandom own(seed_ ^ of.bytes[0] ^ (std::uint64_t{of.bytes[1]} << 8) ^
                         (std::uint64_t{of.bytes[2]} << 16) ^ (std::uint64_t{distance} << 32));
        for (std::size_t i = 0; i < out.size(); ++i)
            std::swap(out[i], out[i + own.below(out.size() - i)]);
        if (out.size() > kTold) out.resize(kTold);
        return out;
    }
    [[nodiscard]] std::vector<Shared<p2p::Record>> seeds(const p2p::NodeId& of,
                                                         const p2p::NodeId& target) const {
        std::vector<Shared<p2p::Record>> out;
        for (unsigned distance = 256; distance > 230; --distance)
            for (const auto& record : table_at(of, distance))
                out.push_back(record);
        std::ranges::sort(
            out, [&](const auto& a, const auto& b) { return nearer(target, a->id(), b->id()); });
        out.resize(std::min(out.size(), kTold));
        return out;
    }

    // From now on the liars tell of these, who all answer and tell of each other.
    void invent(const std::vector<Shared<p2p::Record>>& invented) {
        invented_.clear();
        for (const auto& record : invented)
            invented_.emplace(record->id(), record);
    }

    // Nothing for a node that stays silent.
    [[nodiscard]] std::optional<std::vector<Shared<p2p::Record>>> answer(
        const p2p::discv5::Lookup::Question& question, const p2p::NodeId& target) {
        const p2p::NodeId& asked = question.node->id();
        if (invented_.contains(asked)) return lies(target);
        const auto it = std::ranges::lower_bound(
            nodes_, asked, {}, [](const Node& node) { return node.record->id(); });
        if (it->conduct == Conduct::silent) return std::nullopt;
        if (it->conduct == Conduct::colluding) return lies(target);
        std::vector<Shared<p2p::Record>> out;
        for (const unsigned distance : question.distances)
            for (const auto& record : table_at(asked, distance))
                if (out.size() < kTold) out.push_back(record);
        return out;
    }

    [[nodiscard]] Outcome look_up(const p2p::NodeId& from,
                                  const p2p::NodeId& target,
                                  const p2p::discv5::Limits& limits = {}) {
        Time now{std::chrono::hours{1}};
        p2p::discv5::Lookup lookup(from, target, seeds(from, target), testnet(), limits, now);
        std::deque<p2p::discv5::Lookup::Question> asked;
        std::size_t questions = 0;
        for (;;) {
            for (auto& question : lookup.next(now)) {
                asked.push_back(std::move(question));
                ++questions;
            }
            if (asked.empty()) break;
            now += Duration{1};
            if (const auto found = answer(asked.front(), target))
                lookup.answered(asked.front().node->id(), *found, now);
            else
                lookup.failed(asked.front().node->id(), now);
            asked.pop_front();
        }
        return {.report = lookup.report(now), .questions = questions};
    }

private:
    // Of what was invented any, else those of the liars that lie nearest to the target.
    [[nodiscard]] std::vector<Shared<p2p::Record>> lies(const p2p::NodeId& target) {
        std::vector<Shared<p2p::Record>> out;
        for (const auto& [id, record] : invented_)
            out.push_back(record);
        if (!out.empty()) {
            for (std::size_t i = 0; i < out.size(); ++i)
                std::swap(out[i], out[i + random_.below(out.size() - i)]);
            out.resize(std::min(out.size(), kTold));
            return out;
        }
        for (const Node& node : nodes_)
            if (node.conduct == Conduct::colluding) out.push_back(node.record);
        std::ranges::sort(
            out, [&](const auto& a, const auto& b) { return nearer(target, a->id(), b->id()); });
        out.resize(std::min(out.size(), kTold));
        return out;
    }

    std::uint64_t seed_;
    SeededRandom random_;
    std::vector<Node> nodes_;
    std::map<p2p::NodeId, Shared<p2p::Record>> invented_;
};

}  // namespace starling::test
