#pragma once

#include "consensus/random.h"
#include "p2p/identity/record.h"
#include "p2p/netgroup.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace starling::sim {

// Where honest nodes are.
enum class Spread {
    // In /16s at random, of an Internet whose k-th largest AS has 3,000 / k of them (AS16509 had
    // addresses in 2,997): as if anybody ran a node.
    anywhere,
    // Where nodes of Bitcoin are: the k-th AS has a share in proportion to 1 / (k + 2), of 1,100.
    // A fit to "13 ASes host 30 % of the network, 50 host 50 %" (Apostolaki, Zohar, Vanbever:
    // Hijacking Bitcoin, 2017), which it meets within 0.3 %. Of an AS's /16s a tenth has nodes.
    hosted,
};

// What the attacker owns.
struct Arsenal {
    std::string name;           // "256 /16s"
    std::size_t addresses = 0;  // in all, evenly over
    std::size_t prefixes = 0;   // so many /16s at random;
    std::size_t systems = 0;    // if not 0, all /16s of so many ASes, the largest, instead
    bool neighbours = false;    // the addresses of a /16 are in one /24
};

// The addresses of an experiment: honest nodes that run, twice as many that ran once, and the
// attacker's. An index is an address; all but the attacker's come first.
//
// With a map an address's group is its AS. No map is loaded for it: the first two bytes of an
// address then are the number of its AS, so that "/16" and "AS" mean the same and every rule above
// sees what it would see with a map.
class Population {
public:
    using Index = std::uint32_t;
    struct Setting {
        std::size_t honest = 1'000;
        Spread spread = Spread::anywhere;
        Arsenal arsenal;
        bool map = false;
    };

    static constexpr std::size_t kStalePerHonest = 2;
    // Bound of all addresses: 100,000 honest nodes, those that ran once, and an attacker.
    static constexpr std::size_t kAddressesMax = 400'000;

    Population(const Setting& setting, std::uint64_t seed);

    [[nodiscard]] std::size_t size() const { return endpoints_.size(); }
    [[nodiscard]] std::size_t honest() const { return honest_; }  // that run: the first ones
    [[nodiscard]] std::size_t hostile() const { return size() - first_hostile_; }
    [[nodiscard]] Index first_hostile() const { return static_cast<Index>(first_hostile_); }
    [[nodiscard]] bool is_hostile(Index i) const { return i >= first_hostile_; }
    [[nodiscard]] bool is_stale(Index i) const { return i >= honest_ && i < first_hostile_; }
    [[nodiscard]] const p2p::Endpoint& endpoint(Index i) const { return endpoints_[i]; }
    [[nodiscard]] std::uint32_t group(Index i) const { return groups_[i]; }
    // Signed when it is first asked for, with a key of its own.
    [[nodiscard]] const Shared<p2p::Record>& record(Index i) const;
    [[nodiscard]] Index at(const p2p::Endpoint& endpoint) const;  // it must be one of these

private:
    void add(std::uint32_t prefix, std::uint32_t rest);

    std::size_t honest_;
    std::size_t first_hostile_;
    std::vector<p2p::Endpoint> endpoints_;
    std::vector<std::uint32_t> groups_;  // the first two bytes
    std::map<p2p::Endpoint, Index> indices_;
    mutable std::vector<Shared<p2p::Record>> records_;  // null: not asked for yet
};

}  // namespace starling::sim
