#pragma once

#include "consensus/bytes.h"
#include "consensus/random.h"
#include "p2p/address.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace starling::test {

// A prefix of addresses and who announces it.
struct AnnouncedPrefix {
    std::array<std::uint8_t, 16> address{};  // IPv4 mapped, as in Endpoint
    std::size_t bits = 0;                    // of the 128; IPv4's prefix length and 96
    std::uint32_t system = 0;                // 0: nobody, within a longer one's range
};
inline AnnouncedPrefix announced_ipv4(const std::array<std::uint8_t, 4>& address,
                                      std::size_t bits,
                                      std::uint32_t system) {
    return {p2p::Endpoint::ipv4(address, 0).address, 96 + bits, system};
}
inline bool address_bit(const std::array<std::uint8_t, 16>& address, std::size_t at) {
    return (address[at / 8] >> (7 - at % 8) & 1) != 0;
}

// What a map means: the longest prefix decides, of equal ones the last. 0: nobody.
inline std::uint32_t naive_system(const std::vector<AnnouncedPrefix>& prefixes,
                                  const std::array<std::uint8_t, 16>& address) {
    const AnnouncedPrefix* best = nullptr;
    for (const AnnouncedPrefix& prefix : prefixes) {
        bool within = true;
        for (std::size_t bit = 0; bit < prefix.bits && within; ++bit)
            within = address_bit(prefix.address, bit) == address_bit(address, bit);
        if (within && (best == nullptr || prefix.bits >= best->bits)) best = &prefix;
    }
    return best == nullptr ? 0 : best->system;
}

// Writes prefixes as an asmap file (p2p/asmap.h). With chance it chooses between the ways of saying
// the same; without, it never uses DEFAULT. Nothing if no address has a system.
class AsmapWriter {
public:
    static std::optional<Bytes> file(std::vector<AnnouncedPrefix> prefixes,
                                     Random* random = nullptr) {
        std::ranges::stable_sort(prefixes, {}, &AnnouncedPrefix::bits);
        Node root;
        for (const AnnouncedPrefix& prefix : prefixes)
            announce(root, prefix, 0);
        if (root.is_leaf() && root.system == 0) return std::nullopt;
        const Bits bits = AsmapWriter(random).program(root, 0, true);
        Bytes out((bits.size() + 7) / 8);
        for (std::size_t i = 0; i < bits.size(); ++i)
            if (bits[i]) out[i / 8] = static_cast<std::uint8_t>(out[i / 8] | 1u << i % 8);
        return out;
    }

private:
    using Bits = std::vector<bool>;
    struct Node {
        std::uint32_t system = 0;  // of a leaf
        std::unique_ptr<Node> children[2];
        [[nodiscard]] bool is_leaf() const { return children[0] == nullptr; }
    };

    explicit AsmapWriter(Random* random) : random_(random) {}

    static void announce(Node& node, const AnnouncedPrefix& prefix, std::size_t depth) {
        if (depth == prefix.bits) {
            node = Node{};
            node.system = prefix.system;
            return;
        }
        if (node.is_leaf()) {
            for (auto& child : node.children) {
                child = std::make_unique<Node>();
                child->system = node.system;
            }
        }
        announce(*node.children[address_bit(prefix.address, depth)], prefix, depth + 1);
        const Node &low = *node.children[0], &high = *node.children[1];
        if (!low.is_leaf() || !high.is_leaf() || low.system != high.system) return;
        const std::uint32_t system = low.system;
        node = Node{};
        node.system = system;
    }
    static void collect(const Node& node, std::vector<std::uint32_t>& systems) {
        if (node.is_leaf()) return systems.push_back(node.system);
        for (const auto& child : node.children)
            collect(*child, systems);
    }
    static void append(Bits& out, const Bits& more) {
        out.insert(out.end(), more.begin(), more.end());
    }
    // The 1-bits of classes passed over, then the place in the class.
    static void number(
        Bits& out, std::uint32_t value, std::uint32_t least, unsigned first, unsigned last) {
        value -= least;
        unsigned bits = first;
        for (; bits < last && value >> bits != 0; ++bits) {
            value -= std::uint32_t{1} << bits;
            out.push_back(true);
        }
        assert(value >> bits == 0);
        if (bits < last) out.push_back(false);
        while (bits-- > 0)
            out.push_back((value >> bits & 1) != 0);
    }

    // `fallback` answers where a match ends; it need not be written.
    Bits program(const Node& node, std::uint32_t fallback, bool may_change) {
        Bits out;
        if (node.is_leaf()) {
            out = {false};
            number(out, node.system, 1, 15, 24);
            return out;
        }
        if (may_change && change_fallback(node, fallback)) {
            out = {true, true, true};
            number(out, fallback, 1, 15, 24);
            append(out, program(node, fallback, false));
            return out;
        }
        const auto is_fallback = [&](const Node& child) {
            return child.is_leaf() && child.system == fallback;
        };
        if (is_fallback(*node.children[0]) || is_fallback(*node.children[1]))
            return matches(node, fallback);
        const Bits low = program(*node.children[0], fallback, true);
        out = {true, false};
        number(out, static_cast<std::uint32_t>(low.size()), 17, 5, 30);
        append(out, low);
        append(out, program(*node.children[1], fallback, true));
        return out;
    }
    // All bits that must be as they are: an incomplete pattern first, then such of 8 bits.
    Bits matches(const Node& from, std::uint32_t fallback) {
        std::vector<bool> run;
        const Node* node = &from;
        while (!node->is_leaf()) {
            const auto ends = [&](std::size_t side) {
                const Node& child = *node->children[side];
                return child.is_leaf() && child.system == fallback;
            };
            if (!ends(0) && !ends(1)) break;
            run.push_back(ends(0));
            node = node->children[ends(0) ? 1 : 0].get();
        }
        Bits out;
        for (std::size_t at = 0; at < run.size();) {
            const std::size_t rest = (run.size() - at) % 8, count = rest == 0 ? 8 : rest;
            std::uint32_t pattern = 1;
            for (const std::size_t end = at + count; at < end; ++at)
                pattern = pattern << 1 | (run[at] ? 1u : 0u);
            append(out, {true, true, false});
            number(out, pattern, 2, 1, 8);
        }
        append(out, program(*node, fallback, true));
        return out;
    }
    // Nobody's addresses cannot be written below a DEFAULT: there is no AS 0.
    bool change_fallback(const Node& node, std::uint32_t& fallback) {
        if (random_ == nullptr || random_->below(2) == 0) return false;
        std::vector<std::uint32_t> systems;
        collect(node, systems);
        if (std::ranges::find(systems, 0u) != systems.end()) return false;
        const std::uint32_t chosen = systems[random_->below(systems.size())];
        if (chosen == fallback) return false;
        fallback = chosen;
        return true;
    }

    Random* random_;
};

}  // namespace starling::test
