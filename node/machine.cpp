#include "node/machine.h"

#include "node/clock.h"
#include "node/log.h"

#include <utility>

namespace starling::node {

namespace {

template <class... Fs>
struct Overloaded : Fs... {
    using Fs::operator()...;
};
template <class... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;

}  // namespace

Machine::Machine(const Parameters& parameters,
                 const Options& options,
                 chain::Store& store,
                 Loop& loop,
                 Random& random)
    : parameters_(parameters),
      store_(store),
      loop_(loop),
      ledger_(parameters, options.chain, options.pool, random),
      gossip_(parameters, options.p2p, random, options.netgroups),
      jobs_(options.threads, parameters, store, loop, [this](mempool::LedgerInput input) {
          submit(std::move(input));
      }) {}

void Machine::open(const chain::Loaded& loaded, std::function<void()> opened) {
    ledger_.open(loaded, now(), ledger_effects_);
    gossip_.open(chain().tree(), chain().tip(), now());
    opened_ = true;
    feed_tail(loaded, std::move(opened));
    carry();
}

void Machine::feed_tail(const chain::Loaded& loaded, std::function<void()> opened) {
    // Waits until each body is decided; then the chain is where it was when the process ended.
    struct Feeding {
        std::size_t left;
        std::function<void()> opened;
        void one_less() {
            if (--left == 0) opened();
        }
    };
    auto feeding = std::make_shared<Feeding>(Feeding{loaded.tail.size() + 1, std::move(opened)});
    for (const Shared<Bytes>& bytes : loaded.tail) {
        jobs_.on_worker([this, bytes, feeding] {
            auto checked = check_block(bytes, parameters_);
            loop_.post([this, checked = std::move(checked), feeding] {
                if (!checked.ok()) return feeding->one_less();
                submit(chain::BlockArrived{{}, checked.value(), true},
                       [feeding](const chain::Decided&) { feeding->one_less(); });
            });
        });
    }
    loop_.post([feeding] { feeding->one_less(); });
}

Result<p2p::RestoredAddresses, p2p::SavedAddressesError> Machine::restore_addresses(ByteView file) {
    return gossip_.restore_addresses(file, now());
}

void Machine::submit(mempool::LedgerInput input) {
    waiting_.emplace_back(std::move(input));
    carry();
}

void Machine::tell(p2p::GossipInput input) {
    waiting_.emplace_back(std::move(input));
    carry();
}

void Machine::submit(chain::Input input, Tickets::BlockAnswer answer) {
    const chain::Ticket ticket = tickets_.open(std::move(answer));
    std::visit(
        [&]<class One>(One& one) {
            if constexpr (requires { one.ticket; }) one.ticket = ticket;
        },
        input);
    submit(mempool::LedgerInput(std::move(input)));
}

void Machine::submit(mempool::TransactionArrived arrived, Tickets::TransactionAnswer answer) {
    arrived.ticket = tickets_.open(std::move(answer));
    submit(mempool::LedgerInput(std::move(arrived)));
}

void Machine::carry() {
    if (carrying_ || !opened_) return;
    carrying_ = true;
    for (;;) {
        // Effects first: what one input caused is carried out before the next is handled.
        for (auto& effect : std::exchange(ledger_effects_, {}))
            carry_out(std::move(effect));
        for (auto& effect : std::exchange(gossip_effects_, {}))
            carry_out(std::move(effect));
        if (waiting_.empty()) break;
        auto input = std::move(waiting_.front());
        waiting_.pop_front();
        std::visit([this](auto& one) { handle(std::move(one)); }, input);
    }
    carrying_ = false;
    settle();
}

void Machine::handle(mempool::LedgerInput input) {
    ledger_.handle(std::move(input), now(), ledger_effects_);
}

void Machine::handle(p2p::GossipInput input) {
    gossip_.handle(std::move(input), now(), gossip_effects_);
}

void Machine::timer_due() {
    const Time at = now();
    if (const auto due = ledger_.next_wakeup(); due && *due <= at)
        ledger_.handle_timer(at, ledger_effects_);
    if (const auto due = gossip_.next_wakeup(); due && *due <= at)
        gossip_.handle_timer(at, gossip_effects_);
    carry();
}

void Machine::settle() {
    gossip_.pause_download(!chain().wants_more());
    const auto ledger = ledger_.next_wakeup();
    const auto gossip = gossip_.next_wakeup();
    const auto first = !ledger ? gossip : !gossip ? ledger : std::min(*ledger, *gossip);
    loop_.arm(first, [this] { timer_due(); });
    each_watcher([](Watcher& watcher) { watcher.settled(); });
}

template <class Told>
void Machine::each_watcher(Told told) {
    const auto watchers = watchers_;  // one may remove itself
    for (Watcher* watcher : watchers)
        told(*watcher);
}

void Machine::decided(const chain::Decided& decision) {
    if (Tickets::ours(decision.ticket))
        tickets_.answer(decision);
    else
        waiting_.emplace_back(p2p::GossipInput(decision));
}

void Machine::decided(const mempool::TransactionDecided& decision) {
    if (Tickets::ours(decision.ticket))
        tickets_.answer(decision);
    else
        waiting_.emplace_back(p2p::GossipInput(decision));
}

void Machine::carry_out(mempool::LedgerEffect effect) {
    std::visit(Overloaded{
                   [this](chain::Effect& inner) { carry_out(std::move(inner)); },
                   [this](mempool::TransactionDecided& decision) { decided(decision); },
                   [this](mempool::PoolChanged& changed) {
                       each_watcher([&](Watcher& watcher) { watcher.pool_changed(changed); });
                       waiting_.emplace_back(p2p::GossipInput(std::move(changed)));
                   },
                   [this](auto& job) { jobs_.run(std::move(job)); },
               },
               effect);
}

void Machine::carry_out(chain::Effect effect) {
    std::visit(Overloaded{
                   [this](chain::Decided& decision) { decided(decision); },
                   [this](chain::TipChanged& changed) {
                       each_watcher([&](Watcher& watcher) { watcher.tip_changed(changed); });
                       waiting_.emplace_back(p2p::GossipInput(std::move(changed)));
                   },
                   [this](chain::BlockInvalid& invalid) {
                       each_watcher([&](Watcher& watcher) { watcher.block_invalid(invalid); });
                       waiting_.emplace_back(p2p::GossipInput(std::move(invalid)));
                   },
                   [this](chain::HeadersAdded& added) {
                       waiting_.emplace_back(p2p::GossipInput(std::move(added)));
                   },
                   [this](chain::BodyKept& kept) { waiting_.emplace_back(p2p::GossipInput(kept)); },
                   [this](auto& job) { jobs_.run(std::move(job)); },
               },
               effect);
}

void Machine::carry_out(p2p::GossipEffect effect) {
    std::visit(
        Overloaded{
            [this](p2p::Submit& submission) { waiting_.emplace_back(std::move(submission.input)); },
            [this](p2p::RecordHeard& heard) {
                each_watcher([&](Watcher& watcher) { watcher.record_heard(heard.sighting); });
            },
            [this](p2p::AnchorsChanged& changed) {
                each_watcher([&](Watcher& watcher) { watcher.anchors_changed(changed.anchors); });
            },
            [this](p2p::Event& event) {
                each_watcher([&](Watcher& watcher) { watcher.gossip_event(event); });
            },
            [this](p2p::Dial& dial) {
                if (wire_ != nullptr) wire_->dial(dial);
            },
            [this](p2p::Send& send) {
                if (wire_ != nullptr) wire_->send(send);
            },
            [this](p2p::SendBody& send) {
                if (wire_ != nullptr) wire_->send_body(send);
            },
            [this](p2p::Drop& drop) {
                if (wire_ != nullptr) wire_->drop(drop);
            },
        },
        effect);
}

}  // namespace starling::node
