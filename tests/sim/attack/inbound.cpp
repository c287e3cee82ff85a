#include "p2p/eviction.h"
#include "p2p/limits.h"
#include "sim/attack/sieges.h"
#include "sim/engine/draw.h"
#include "sim/engine/stream.h"
#include "sim/environment.h"

#include <algorithm>
#include <string>
#include <vector>

// A node whose inbound places are taken by somebody who calls again and again:
// what becomes of the honest peers that were there, and of those that come
// (Marcus and others 2018 filled all places of a node just so). A model of
// callers around the rules that decide who goes.

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
// Of blocks a third come first from inbound peers: outbound ones are called by
// whom they know well.
constexpr Ppm kBlockFromInbound = 333'333;
constexpr std::size_t kTrialsMax = 20;

struct Rules {
    std::string name;
    std::size_t places = 0;
    std::optional<p2p::Protections> protections;  // none: a full node lets nobody in
};

struct Caller {
    p2p::Evictable is;
    bool hostile = false;
    bool present_at_start = false;
    bool newcomer = false;
    bool got_in = false;
    Moment came{}, leaves{};
};

struct Outcome {
    std::size_t present = 0,
                evicted = 0;  // honest, when the attack began; of them
    std::size_t newcomers = 0, let_in = 0;
    std::uint64_t hostile_turns = 0,
                  all_turns = 0;  // places taken, summed over time
};

class Siege {
public:
    Siege(std::uint64_t seed, const Rules& rules, std::uint64_t groups)
        : random_(stream_of(seed, "inbound flood")), rules_(rules), groups_(groups) {}

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
            count();
        }
        return outcome_;
    }

private:
    // So many honest callers that half of the places are taken by them, were they
    // alone.
    [[nodiscard]] Span arrival_interval() const {
        return kSession * 2 / static_cast<std::int64_t>(rules_.places);
    }

    void begin_attack() {
        attacked_ = true;
        for (Caller& caller : callers_) {
            caller.present_at_start = true;
            ++outcome_.present;
        }
    }

    void honest_calls() {
        next_honest_ += exponential(random_, arrival_interval());
        Caller caller;
        caller.is.ping_min = to_duration(uniform(random_, milliseconds{20}, milliseconds{300}));
        caller.is.netgroup = random_.next();
        caller.is.relays_transactions = random_.below(3) != 0;
        caller.is.serves_blocks = true;
        caller.leaves = now_ + exponential(random_, kSession);
        // Who means to stay for so short a time tells nothing.
        caller.newcomer = attacked_ && caller.leaves >= now_ + kStays;
        outcome_.newcomers += caller.newcomer ? 1u : 0u;
        call(caller);
    }

    // Near, in as many netgroups as the attacker has, and of no use.
    Caller hostile() {
        Caller caller;
        caller.hostile = true;
        caller.is.ping_min = to_duration(uniform(random_, milliseconds{5}, milliseconds{20}));
        caller.is.netgroup = seed_of(groups_, "group", random_.below(groups_));
        caller.is.relays_transactions = random_.below(2) == 0;
        caller.is.serves_blocks = true;
        caller.leaves = Moment::max();
        return caller;
    }

    void call(Caller caller) {
        caller.is.peer = p2p::PeerId{++calls_};
        caller.is.connected = time_at(now_);
        caller.came = now_;
        if (callers_.size() >= rules_.places) {
            if (!rules_.protections) return;
            std::vector<p2p::Evictable> present;
            for (const Caller& one : callers_)
                present.push_back(one.is);
            const auto gone = whom_to_evict(std::move(present), *rules_.protections);
            if (!gone) return;
            evict(*gone);
        }
        callers_.push_back(caller);
    }

    void evict(p2p::PeerId peer) {
        const auto gone = std::ranges::find_if(
            callers_, [&](const Caller& caller) { return caller.is.peer == peer; });
        outcome_.evicted += gone->present_at_start ? 1u : 0u;
        callers_.erase(gone);
    }

    void leave() {
        std::erase_if(callers_, [&](const Caller& caller) { return caller.leaves <= now_; });
        for (Caller& caller : callers_) {
            if (!caller.newcomer || caller.got_in || now_ < caller.came + kStays) continue;
            caller.got_in = true;
            ++outcome_.let_in;
        }
    }

    // The honest are of use: one of them is the first with a transaction, or a
    // block.
    void give() {
        std::vector<Caller*> honest, relaying;
        for (Caller& caller : callers_) {
            if (caller.hostile) continue;
            honest.push_back(&caller);
            if (caller.is.relays_transactions) relaying.push_back(&caller);
        }
        const auto turns = [](Span every) { return static_cast<Ppm>(kPpm * kTurn / every); };
        if (chance(random_, turns(kTransactionInterval)) && !relaying.empty())
            relaying[random_.below(relaying.size())]->is.gave_transaction = time_at(now_);
        if (chance(random_, turns(kBlockInterval)) && chance(random_, kBlockFromInbound) &&
            !honest.empty())
            honest[random_.below(honest.size())]->is.gave_block = time_at(now_);
    }

    void count() {
        for (const Caller& caller : callers_)
            outcome_.hostile_turns += caller.hostile ? 1u : 0u;
        outcome_.all_turns += callers_.size();
    }

    static Duration to_duration(Span span) { return std::chrono::duration_cast<Duration>(span); }

    Stream random_;
    const Rules& rules_;
    const std::uint64_t groups_;
    std::vector<Caller> callers_;
    Outcome outcome_;
    Moment now_{}, next_honest_{};
    std::uint64_t calls_ = 0;
    bool attacked_ = false;
};

AttackRow besieged(const AttackOptions& options, const Rules& rules, std::uint64_t groups) {
    const std::size_t trials = std::min(options.tables, kTrialsMax);
    Outcome sum;
    for (std::size_t i = 0; i < trials; ++i) {
        const Outcome one = Siege(seed_of(options.seed, "inbound", i), rules, groups).run();
        sum.present += one.present;
        sum.evicted += one.evicted;
        sum.newcomers += one.newcomers;
        sum.let_in += one.let_in;
        sum.hostile_turns += one.hostile_turns;
        sum.all_turns += one.all_turns;
    }
    return {.setting = groups == 1 ? "1 netgroup" : std::to_string(groups) + " netgroups",
            .rules = rules.name,
            .figures = {Figure::share("of inbound places", sum.hostile_turns, sum.all_turns),
                        Figure::share("honest peers evicted", sum.evicted, sum.present),
                        Figure::share("honest newcomers kept out", sum.newcomers - sum.let_in,
                                      sum.newcomers)}};
}

}  // namespace

void inbound_flood(const AttackOptions& options, const TellRow& tell) {
    const std::size_t ours = p2p::Limits{}.inbound_max;
    const Rules all[] = {
        {.name = "none evicted, " + std::to_string(ours) + " places", .places = ours},
        {.name = "Core, " + std::to_string(ours) + " places",
         .places = ours,
         .protections = p2p::Protections{}},
        {.name = "Core, 114 places",
         .places = p2p::kCoreInboundMax,
         .protections = p2p::Protections{}},
        {.name = "Starling, " + std::to_string(ours) + " places",
         .places = ours,
         .protections = p2p::protections_of(ours)}};
    for (const std::uint64_t groups : {1u, 256u}) {
        for (const Rules& rules : all)
            tell(besieged(options, rules, groups));
    }
}

}  // namespace starling::sim
