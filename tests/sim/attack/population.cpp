#include "sim/attack/population.h"

#include "sim/engine/draw.h"
#include "sim/engine/stream.h"

#include <algorithm>
#include <cassert>
#include <set>
#include <utility>

namespace starling::sim {

namespace {

constexpr std::size_t kSystems = 3'000;
constexpr std::size_t kLargestSystem = 3'000;  // /16s
constexpr std::size_t kHostingSystems = 1'100;
constexpr std::size_t kHostedPart = 10;  // one in so many of its /16s has nodes
constexpr std::uint16_t kPort = 8'333;

p2p::Endpoint endpoint_of(std::uint32_t prefix, std::uint32_t rest) {
    const std::uint32_t address = prefix << 16 | rest;
    const auto byte = [&](unsigned shift) { return static_cast<std::uint8_t>(address >> shift); };
    return p2p::Endpoint::ipv4({byte(24), byte(16), byte(8), byte(0)}, kPort);
}

// All that are of the Internet, in random order.
std::vector<std::uint32_t> public_prefixes(Random& random) {
    std::vector<std::uint32_t> prefixes;
    for (std::uint32_t prefix = 0; prefix < 0x10000; ++prefix) {
        if (!p2p::is_local_only(endpoint_of(prefix, 0))) prefixes.push_back(prefix);
    }
    for (std::size_t i = 0; i + 1 < prefixes.size(); ++i)
        std::swap(prefixes[i], prefixes[i + random.below(prefixes.size() - i)]);
    return prefixes;
}

// Who has which /16s: those of one AS follow each other in `prefixes`.
struct Internet {
    std::vector<std::uint32_t> prefixes;
    std::vector<std::size_t> begins;  // of an AS's /16s; one more than there are ASes
    std::vector<std::uint64_t> hosting;

    explicit Internet(Random& random) : prefixes(public_prefixes(random)) {
        begins.push_back(0);
        for (std::size_t k = 1; k <= kSystems; ++k)
            begins.push_back(begins.back() + std::max<std::size_t>(1, kLargestSystem / k));
        assert(begins.back() <= prefixes.size());
        for (std::size_t k = 1; k <= kHostingSystems; ++k)
            hosting.push_back(1'000'000'000 / (k + 2));
    }
    [[nodiscard]] std::size_t owned() const { return begins.back(); }
    [[nodiscard]] std::size_t system_of(std::size_t place) const {
        const auto after = std::upper_bound(begins.begin(), begins.end(), place);
        return static_cast<std::size_t>(after - begins.begin()) - 1;
    }
    [[nodiscard]] std::size_t place_in(std::size_t system, std::size_t part, Random& random) const {
        const std::size_t count = begins[system + 1] - begins[system];
        return begins[system] + random.below(std::max<std::size_t>(1, count / part));
    }
    [[nodiscard]] std::size_t honest_place(Spread spread, Random& random) const {
        if (spread == Spread::anywhere) return random.below(owned());
        const std::size_t system = weighted(random, hosting);
        return place_in(system, kHostedPart, random);
    }
};

// /16s of an arsenal that names so many of them, as places.
std::vector<std::size_t> drawn_places(const Internet& internet, std::size_t count, Random& random) {
    std::set<std::size_t> places;
    while (places.size() < count)
        places.insert(random.below(internet.owned()));
    return {places.begin(), places.end()};
}

}  // namespace

Population::Population(const Setting& setting, std::uint64_t seed)
    : honest_(setting.honest), first_hostile_(setting.honest * (1 + kStalePerHonest)) {
    const Arsenal& arsenal = setting.arsenal;
    assert(first_hostile_ + arsenal.addresses <= kAddressesMax);
    Stream random = stream_of(seed, "population");
    const Internet internet(random);
    std::set<std::uint32_t> taken;
    const auto add_at = [&](std::size_t place, std::uint32_t rest) {
        const std::uint32_t group =
            internet.prefixes[setting.map ? internet.system_of(place) : place];
        if (!taken.insert(group << 16 | rest).second) return false;
        add(group, rest);
        return true;
    };
    const auto any_rest = [&] { return static_cast<std::uint32_t>(random.below(0x10000)); };
    while (size() < first_hostile_) {
        const std::size_t place = internet.honest_place(setting.spread, random);
        add_at(place, any_rest());
    }
    const std::vector<std::size_t> places = drawn_places(internet, arsenal.prefixes, random);
    for (std::size_t i = 0; hostile() < arsenal.addresses;) {
        if (arsenal.systems != 0) {
            const std::size_t place = internet.place_in(i % arsenal.systems, 1, random);
            i += add_at(place, any_rest()) ? 1u : 0u;
            continue;
        }
        const std::uint32_t rest =
            arsenal.neighbours ? static_cast<std::uint32_t>(i / arsenal.prefixes) : any_rest();
        // A neighbour's address may be an honest node's: then the attacker has one fewer there.
        const bool added = add_at(places[i % places.size()], rest);
        i += added || arsenal.neighbours ? 1u : 0u;
    }
}

void Population::add(std::uint32_t prefix, std::uint32_t rest) {
    const p2p::Endpoint endpoint = endpoint_of(prefix, rest);
    indices_.emplace(endpoint, static_cast<Index>(size()));
    endpoints_.push_back(endpoint);
    groups_.push_back(prefix);
    records_.emplace_back();
}

const Shared<p2p::Record>& Population::record(Index i) const {
    Shared<p2p::Record>& record = records_[i];
    if (record == nullptr) {
        // Any number below the curve's order but 0 is a key.
        SecretKey secret{};
        for (unsigned byte = 0; byte < sizeof i; ++byte)
            secret[secret.size() - 1 - byte] = static_cast<std::uint8_t>((i + 1) >> 8 * byte);
        const std::optional<p2p::Identity> identity = p2p::Identity::from(secret);
        assert(identity);
        p2p::RecordFields fields;
        fields.tcp = fields.udp = endpoints_[i];
        record = p2p::Record::sign(fields, *identity);
    }
    return record;
}

Population::Index Population::at(const p2p::Endpoint& endpoint) const {
    const auto found = indices_.find(endpoint);
    assert(found != indices_.end());
    return found->second;
}

}  // namespace starling::sim
