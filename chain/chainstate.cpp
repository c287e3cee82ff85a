#include "chain/chainstate.h"

#include "chain/chainstate_state.h"

#include <algorithm>
#include <utility>

namespace starling::chain {

namespace {

// Coins that are touched for one input before the next gets its turn: a few milliseconds. A block
// is connected in one piece, so a full one may exceed it.
constexpr std::size_t kOperationsMax = 4'000;
constexpr std::size_t kTidyOperationsMax = 4'000;

}  // namespace

void Chainstate::State::run(Time at, std::vector<Effect>& effects) {
    now = at;
    out = &effects;
    operations_left = kOperationsMax;
    advance();
    tidy_and_commit();
    out = nullptr;
}

void Chainstate::State::tidy_and_commit() {
    const std::size_t bodies_max = limits.memory_bytes_max / 4;
    // What is left when all is connected are losers, and bodies that came long before their
    // parents.
    bodies.shrink(settled() ? bodies_max / 8 : bodies_max);
    CoinTable& table = chain.table();
    table.clean_below(committer.first_uncommitted(chain.steps(), table.next_step()),
                      lookahead.next_read());
    table.tidy(kTidyOperationsMax, lookahead.oldest_read(), cache_bytes_max());
    // After tidying: only a commit is left to free memory if nothing is untidy any more.
    const bool full = memory_bytes() >= limits.memory_bytes_max && !untidy();
    // A commit frees what is verified; with little of it there would soon be the next, and each
    // rewrites pages all over the store.
    const bool worthwhile = chain.steps().settled() >= chain.unverified();
    // The later a commit, the fewer pages are rewritten: at 13/16 of the budget the benchmark's
    // import took some 3 % less time than at 5/8, and the rest is room for what arrives while the
    // writer works.
    const Committer::Situation situation{
        .tip = chain.tip(),
        .idle = settled(),
        .pressure = full || bodies.memory_bytes() > bodies_max ||
                    (worthwhile && uncommitted_bytes() >= limits.memory_bytes_max / 16 * 13)};
    committer.commit_if_due(situation, chain.steps(), tree, now, *out);
    if (blocked_by_memory && !must_wait_for_memory()) more_work = true;
}

std::size_t Chainstate::State::memory_bytes() const {
    return chain.table().memory_bytes() + chain.batch_bytes() + bodies.memory_bytes() +
           committer.store_bytes(chain.steps().changes());
}

std::size_t Chainstate::State::uncommitted_bytes() const {
    constexpr std::size_t kCoin = sizeof(std::pair<OutPoint, Coin>) + 56;
    return chain.steps().changes() * kCoin + bodies.memory_bytes() +
           committer.store_bytes(chain.steps().changes());
}

std::size_t Chainstate::State::cache_bytes_max() const {
    const std::size_t all = limits.memory_bytes_max / 4 * 3;
    const std::size_t others = memory_bytes() - chain.table().memory_bytes();
    return std::min(limits.cached_bytes_max, all - std::min(all, others));
}

bool Chainstate::State::settled() const {
    return chain.tip() == chain.end() && chain.end() == pick_target();
}

bool Chainstate::State::untidy() const {
    return chain.table().untidy(lookahead.oldest_read(), cache_bytes_max());
}

void Chainstate::State::decide(Ticket ticket, const BlockHash& hash, std::optional<Reject> reject) {
    if (ticket.value != 0) out->push_back(Decided{ticket, hash, std::move(reject)});
}

Chainstate::Chainstate(const Parameters& parameters,
                       const Limits& limits,
                       Random& random,
                       BlockConnector& connector)
    : state_(std::make_unique<State>(parameters, limits, random, connector)) {}

Chainstate::~Chainstate() = default;

void Chainstate::open(const Loaded& loaded, Time now, std::vector<Effect>& out) {
    state_->open(loaded);
    state_->run(now, out);
}

void Chainstate::handle(Input input, Time now, std::vector<Effect>& out) {
    state_->now = now;
    state_->out = &out;
    std::visit([&](auto&& one) { state_->take(std::move(one)); }, std::move(input));
    state_->run(now, out);
}

void Chainstate::handle_timer(Time now, std::vector<Effect>& out) {
    state_->run(now, out);
}

std::optional<Time> Chainstate::next_wakeup() const {
    if (state_->more_work || state_->untidy()) return state_->now;
    if (!state_->settled()) return std::nullopt;  // an answer to a job will come
    return state_->committer.deadline();
}

const BlockTree& Chainstate::tree() const {
    return state_->tree;
}

const HeaderNode* Chainstate::tip() const {
    return state_->chain.tip();
}

Chainstate::Known Chainstate::coin_at_tip(const OutPoint& point) const {
    const CoinTable::Found found = state_->chain.coin_at_tip(point);
    if (found.coin == nullptr) return {found.known, std::nullopt};
    return {true, *found.coin};
}

bool Chainstate::wants_more() const {
    if (state_->settled()) return true;
    return state_->memory_bytes() < state_->limits.memory_bytes_max &&
           state_->bodies.memory_bytes() <= state_->limits.memory_bytes_max / 4 &&
           !state_->window_full();
}

bool Chainstate::idle() const {
    return state_->settled() && !state_->committer.in_flight() &&
           !state_->committer.has_work(state_->chain.steps(), state_->tree);
}

std::size_t Chainstate::memory_bytes() const {
    return state_->memory_bytes() + state_->tree.memory_bytes();
}

const HeaderNode* Chainstate::committed_tip() const {
    return state_->committer.committed_tip();
}

std::uint64_t Chainstate::commits() const {
    return state_->committer.commits();
}

}  // namespace starling::chain
