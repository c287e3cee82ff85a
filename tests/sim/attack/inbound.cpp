#include "p2p/limits.h"
#include "sim/attack/core_eviction.h"
#include "sim/attack/inbound_places.h"
#include "sim/attack/sieges.h"
#include "sim/engine/draw.h"
#include "sim/engine/stream.h"
#include "sim/environment.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <vector>

// A node whose inbound places are taken by somebody who calls again and again: what becomes of the
// honest peers that were there, and of those that come (Marcus and others 2018 filled all places of
// a node just so). A model of callers around the rules that decide who goes: ours, and Bitcoin
// Core's (core_eviction.h) with our places and with its own.

namespace starling::sim {

namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Span kBefore = hours{12};  // the node has honest peers alone
constexpr Span kAttacked = hours{24};
constexpr Span kTurn = seconds{10};  // the attacker calls once
constexpr Span kSession = hours{2};  // mean, of an honest peer that nobody evicts
constexpr Span kBlockInterval = minutes{10};
constexpr Span kTransactionInterval = minutes{1};  // that an inbound peer is the first to give
constexpr Span kStays = minutes{10};               // a newcomer that got so far has got in
// Of blocks a third come first from inbound peers: outbound ones are called by whom they know well.
constexpr Ppm kBlockFromInbound = 333'333;
constexpr std::size_t kTrialsMax = 20;
constexpr std::uint64_t kHonestGroups = 20'000;  // of which honest callers are
constexpr std::uint64_t kHonestCrowded = 8;      // if they crowd where nodes are hosted

struct Rules {
    std::string name;
    std::size_t places = 0;
    InboundPlaces::Rules eviction;
};

// An honest caller's; hostile ones stay for ever, and are looked at as a crowd.
struct Visit {
    Moment came{}, leaves{};
    bool present_at_start = false;
    bool newcomer = false;
    bool got_in = false;
};

struct Outcome {
    std::size_t present = 0, evicted = 0;  // honest, when the attack began; of them
    std::size_t newcomers = 0, let_in = 0;
    std::uint64_t hostile_turns = 0, all_turns = 0;  // places taken, summed over time
};

class Siege {
public:
    Siege(std::uint64_t seed, const Rules& rules, std::uint64_t groups, std::uint64_t honest)
        : random_(stream_of(seed, "inbound flood")),
          inbound_(rules.places, rules.eviction, random_),
          places_(rules.places),
          groups_(groups),
          honest_groups_(honest) {}

    Outcome run() {
        const Moment attack = Moment{} + kBefore;
        next_honest_ = Moment{};
        for (now_ = Moment{}; now_ < attack + kAttacked; now_ += kTurn) {
            leave();
            if (now_ == attack) begin_attack();
            while (next_honest_ <= now_)
                honest_calls();
            give();
            if (now_ < attack) continue;
            call(hostile());
            outcome_.hostile_turns += inbound_.hostile();
            outcome_.all_turns += inbound_.present().size();
        }
        return outcome_;
    }

private:
    // So many honest callers that half of the places are taken by them, were they alone.
    [[nodiscard]] Span arrival_interval() const {
        return kSession * 2 / static_cast<std::int64_t>(places_);
    }

    void begin_attack() {
        attacked_ = true;
        for (auto& [peer, visit] : visits_) {
            visit.present_at_start = true;
            ++outcome_.present;
        }
    }

    void honest_calls() {
        next_honest_ += exponential(random_, arrival_interval());
        InboundPlaces::Caller caller;
        caller.looks.ping_min = to_duration(uniform(random_, milliseconds{20}, milliseconds{300}));
        caller.netgroup = groups_ + random_.below(honest_groups_);
        caller.looks.relays_transactions = random_.below(3) != 0;
        caller.looks.serves_blocks = true;
        Visit visit{.came = now_, .leaves = now_ + exponential(random_, kSession)};
        // Who means to stay for so short a time tells nothing.
        visit.newcomer = attacked_ && visit.leaves >= now_ + kStays;
        outcome_.newcomers += visit.newcomer ? 1u : 0u;
        if (const auto peer = call(caller)) visits_.emplace(*peer, visit);
    }

    // Near, in as many netgroups as the attacker has, and of no use.
    InboundPlaces::Caller hostile() {
        InboundPlaces::Caller caller;
        caller.hostile = true;
        caller.looks.ping_min = to_duration(uniform(random_, milliseconds{5}, milliseconds{20}));
        caller.netgroup = random_.below(groups_);
        caller.looks.relays_transactions = random_.below(2) == 0;
        caller.looks.serves_blocks = true;
        return caller;
    }

    std::optional<p2p::PeerId> call(InboundPlaces::Caller caller) {
        caller.looks.connected = time_at(now_);
        const std::size_t before = inbound_.evicted();
        const auto peer = inbound_.call(caller);
        if (inbound_.evicted() == before) return peer;
        const auto gone = visits_.find(*inbound_.last_evicted());
        if (gone == visits_.end()) return peer;
        outcome_.evicted += gone->second.present_at_start ? 1u : 0u;
        visits_.erase(gone);
        return peer;
    }

    void leave() {
        std::erase_if(visits_, [&](const auto& entry) {
            if (entry.second.leaves > now_) return false;
            std::erase_if(inbound_.present(), [&](const InboundPlaces::Caller& caller) {
                return caller.looks.peer == entry.first;
            });
            return true;
        });
        for (auto& [peer, visit] : visits_) {
            if (!visit.newcomer || visit.got_in || now_ < visit.came + kStays) continue;
            visit.got_in = true;
            ++outcome_.let_in;
        }
    }

    // The honest are of use: one of them is the first with a transaction, or a block.
    void give() {
        std::vector<p2p::Evictable*> honest, relaying;
        for (InboundPlaces::Caller& caller : inbound_.present()) {
            if (caller.hostile) continue;
            honest.push_back(&caller.looks);
            if (caller.looks.relays_transactions) relaying.push_back(&caller.looks);
        }
        const auto turns = [](Span every) { return static_cast<Ppm>(kPpm * kTurn / every); };
        if (chance(random_, turns(kTransactionInterval)) && !relaying.empty())
            relaying[random_.below(relaying.size())]->gave_transaction = time_at(now_);
        if (chance(random_, turns(kBlockInterval)) && chance(random_, kBlockFromInbound) &&
            !honest.empty())
            honest[random_.below(honest.size())]->gave_block = time_at(now_);
    }

    static Duration to_duration(Span span) { return std::chrono::duration_cast<Duration>(span); }

    Stream random_;
    InboundPlaces inbound_;
    const std::size_t places_;
    const std::uint64_t groups_;  // 0 to here are the attacker's netgroups
    const std::uint64_t honest_groups_;
    std::map<p2p::PeerId, Visit> visits_;
    Outcome outcome_;
    Moment now_{}, next_honest_{};
    bool attacked_ = false;
};

AttackRow besieged(const AttackOptions& options,
                   const Rules& rules,
                   std::uint64_t groups,
                   std::uint64_t honest) {
    const std::size_t trials = std::min(options.tables, kTrialsMax);
    Outcome sum;
    for (std::size_t i = 0; i < trials; ++i) {
        const Outcome one = Siege(seed_of(options.seed, "inbound", i), rules, groups, honest).run();
        sum.present += one.present;
        sum.evicted += one.evicted;
        sum.newcomers += one.newcomers;
        sum.let_in += one.let_in;
        sum.hostile_turns += one.hostile_turns;
        sum.all_turns += one.all_turns;
    }
    std::string setting = groups == 1 ? "1 netgroup" : std::to_string(groups) + " netgroups";
    if (honest == kHonestCrowded) setting += ", honest of " + std::to_string(honest);
    return {.setting = setting,
            .rules = rules.name,
            .figures = {Figure::share("of inbound places", sum.hostile_turns, sum.all_turns),
                        Figure::share("honest peers evicted", sum.evicted, sum.present),
                        Figure::share("honest newcomers kept out", sum.newcomers - sum.let_in,
                                      sum.newcomers)}};
}

}  // namespace

void inbound_flood(const AttackOptions& options, const TellRow& tell) {
    const std::size_t ours = p2p::Limits{}.inbound_max;
    const std::string places = ", " + std::to_string(ours) + " places";
    const Rules all[] = {{"none evicted" + places, ours, InboundPlaces::none_evicted()},
                         {"Core's eviction" + places, ours, whom_core_evicts},
                         {"Core's eviction, 114 places", p2p::kCoreInboundMax, whom_core_evicts},
                         {"Starling" + places, ours, InboundPlaces::our_rules(ours)}};
    for (const std::uint64_t honest : {kHonestGroups, kHonestCrowded}) {
        for (const std::uint64_t groups : {1u, 256u}) {
            for (const Rules& rules : all)
                tell(besieged(options, rules, groups, honest));
        }
    }
}

}  // namespace starling::sim
