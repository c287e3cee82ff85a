// What a Gossip machine costs where thousands share a process: memory, and processor time a
// message. Machines with 8 outbound and 8 inbound peers each are joined in memory, with links of 20
// to 60 ms, under a virtual clock; messages travel as values, ledgers accept everything.
//
//   gossip_bench [machines (200)] [virtual seconds measured (300)]
#include "p2p/gossip.h"
#include "support/identities.h"
#include "support/random_transaction.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <deque>
#include <malloc.h>
#include <memory>
#include <numeric>
#include <set>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace {

using namespace starling;
using namespace starling::p2p;
using namespace std::chrono_literals;

constexpr std::size_t kOutbound = 8;
// Between a transaction and the block that holds it, so that pools do not grow for ever.
constexpr Duration kMinedAfter = 60s;
constexpr std::size_t kPostedEvery = 588;  // ms: 1.7 a second

struct Node {
    Node(const Limits& limits, std::uint64_t seed)
        : random(seed), gossip(regtest(), limits, random) {}
    test::SeededRandom random;
    Gossip gossip;
    std::optional<Time> armed;
};

struct Link {
    std::size_t dialler = 0;
    std::size_t listener = 0;
    Duration delay{0};
};

struct Happening {
    Time when;
    std::uint64_t order = 0;
    std::size_t node = 0;
    std::unique_ptr<GossipInput> input;  // none: its timer

    bool operator<(const Happening& other) const {
        return std::pair(other.when, other.order) < std::pair(when, order);
    }
};

struct Count {
    std::uint64_t messages = 0, inputs = 0, wakeups = 0, bytes = 0;
    std::array<std::uint64_t, std::variant_size_v<Message>> kinds{};
};

class World {
public:
    explicit World(std::size_t nodes)
        : random_(1), tree_(regtest(), random_), now_(std::chrono::seconds{1'296'692'202}) {
        limits_.pace = Pace{};  // that of the public networks
        for (std::size_t i = 0; i < nodes; ++i) {
            nodes_.push_back(std::make_unique<Node>(limits_, i));
            identities_.push_back(test::identity(i));
            nodes_[i]->gossip.open(tree_, tree_.genesis(), now_);
        }
    }

    void tell_records() {
        for (std::size_t i = 0; i < nodes_.size(); ++i)
            feed(i, OwnRecordChanged{test::record_of(identities_[i], address_of(i))});
    }

    // Each dials eight others and is dialled by eight.
    void join() {
        std::vector<std::size_t> others(nodes_.size());
        for (std::size_t round = 0; round < kOutbound; ++round) {
            std::iota(others.begin(), others.end(), 0u);
            for (std::size_t i = others.size(); i > 1; --i)
                std::swap(others[i - 1], others[random_.below(i)]);
            for (std::size_t i = 0; i < others.size(); ++i) {
                if (others[i] != i && joined_.insert(std::minmax(i, others[i])).second)
                    connect(i, others[i]);
            }
        }
    }

    // Posts transactions, if it is wanted, and mines those that are a minute old.
    void run(Duration duration, bool posting) {
        const Time end = now_ + duration;
        for (Time next = now_; next < end; next += std::chrono::milliseconds{kPostedEvery}) {
            run_until(next);
            mine();
            if (posting) post();
        }
        run_until(end);
    }

    [[nodiscard]] const Count& count() const { return count_; }
    [[nodiscard]] std::size_t peers() const {
        std::size_t all = 0;
        for (const auto& node : nodes_)
            all += node->gossip.peers().size();
        return all;
    }

private:
    static Endpoint address_of(std::size_t i) {
        return Endpoint::ipv4({static_cast<std::uint8_t>(1 + i % 200),
                               static_cast<std::uint8_t>(i / 200 % 250), 1, 1},
                              9'000);
    }

    void connect(std::size_t from, std::size_t to) {
        links_.push_back({from, to, 20ms + Duration{static_cast<std::int64_t>(random_.below(41))}});
        const PeerId id{links_.size()};
        feed(to,
             PeerConnected{id, Direction::inbound, address_of(from), false, identities_[from].key});
        feed(from,
             PeerConnected{id, Direction::outbound, address_of(to), false, identities_[to].key});
    }

    void later(Time when, std::size_t node, std::unique_ptr<GossipInput> input) {
        heap_.push_back({when, ++order_, node, std::move(input)});
        std::push_heap(heap_.begin(), heap_.end());
    }

    void run_until(Time end) {
        while (!heap_.empty() && heap_.front().when <= end) {
            std::pop_heap(heap_.begin(), heap_.end());
            Happening next = std::move(heap_.back());
            heap_.pop_back();
            now_ = next.when;
            Node& node = *nodes_[next.node];
            if (next.input != nullptr) {
                if (const auto* message = std::get_if<MessageReceived>(next.input.get())) {
                    ++count_.messages;
                    ++count_.kinds[message->message.index()];
                }
                feed(next.node, std::move(*next.input));
            } else if (node.armed == next.when) {
                node.armed.reset();
                ++count_.wakeups;
                node.gossip.handle_timer(now_, effects_);
                carry_out(next.node);
            }
        }
        now_ = end;
    }

    void feed(std::size_t i, GossipInput input) {
        ++count_.inputs;
        nodes_[i]->gossip.handle(std::move(input), now_, effects_);
        carry_out(i);
    }

    void carry_out(std::size_t i) {
        while (!effects_.empty()) {
            std::vector<GossipEffect> effects = std::exchange(effects_, {});
            for (GossipEffect& effect : effects) {
                if (auto* send = std::get_if<Send>(&effect)) carry(i, *send);
                if (auto* submission = std::get_if<Submit>(&effect)) accept(i, submission->input);
                if (const auto* drop = std::get_if<Drop>(&effect)) {
                    std::printf("dropped: %s\n", drop->reason.c_str());
                    std::abort();
                }
            }
        }
        Node& node = *nodes_[i];
        const auto wakeup = node.gossip.next_wakeup();
        if (!wakeup || (node.armed && *node.armed <= *wakeup)) return;
        node.armed = std::max(*wakeup, now_);
        later(*node.armed, i, nullptr);
    }

    void carry(std::size_t from, Send& send) {
        const Link& link = links_[send.peer.value - 1];
        const std::size_t to = link.dialler == from ? link.listener : link.dialler;
        const std::size_t bytes = wire_bytes(send.message);
        count_.bytes += bytes;
        later(now_ + link.delay, to,
              std::make_unique<GossipInput>(
                  MessageReceived{send.peer, std::move(send.message), bytes}));
        // Written at once.
        later(now_ + 1ms, from, std::make_unique<GossipInput>(SendBudget{send.peer, 0}));
    }

    void accept(std::size_t i, const mempool::LedgerInput& input) {
        const auto* arrived = std::get_if<mempool::TransactionArrived>(&input);
        if (arrived == nullptr) return;
        enter(i, arrived->transaction);
        ++count_.inputs;
        nodes_[i]->gossip.handle(mempool::TransactionDecided{.ticket = arrived->ticket,
                                                             .transaction = arrived->transaction},
                                 now_, effects_);
    }

    void enter(std::size_t i, const Shared<Transaction>& transaction) {
        const auto entry =
            std::ranges::find(pool_, transaction, [](const auto& one) { return one->transaction; });
        if (entry == pool_.end()) return;  // mined meanwhile
        ++count_.inputs;
        nodes_[i]->gossip.handle(mempool::PoolChanged{{*entry}, {}}, now_, effects_);
    }

    void post() {
        auto entry = std::make_shared<mempool::PoolEntry>();
        entry->transaction = std::make_shared<const Transaction>(test::random_transaction(random_));
        entry->fee = Amount{100'000};
        entry->entered = now_;
        pool_.push_back(entry);
        const std::size_t i = random_.below(nodes_.size());
        enter(i, entry->transaction);
        feed(i, TransactionPosted{entry->transaction->wtxid()});
    }

    void mine() {
        while (!pool_.empty() && pool_.front()->entered + kMinedAfter < now_) {
            const auto gone = pool_.front();
            pool_.pop_front();
            for (std::size_t i = 0; i < nodes_.size(); ++i)
                feed(i, mempool::PoolChanged{{}, {{gone->transaction, mempool::Departure::mined}}});
        }
    }

    test::SeededRandom random_;
    Limits limits_;
    chain::BlockTree tree_;  // all have the same chain
    Time now_;
    std::vector<std::unique_ptr<Node>> nodes_;
    std::vector<Identity> identities_;
    std::vector<Link> links_;
    std::set<std::pair<std::size_t, std::size_t>> joined_;
    std::vector<Happening> heap_;
    std::uint64_t order_ = 0;
    std::vector<GossipEffect> effects_;
    std::deque<Shared<mempool::PoolEntry>> pool_;
    Count count_;
};

double cpu_seconds() {
    return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

double allocated() {
    return static_cast<double>(mallinfo2().uordblks);
}

void print(const char* what, std::size_t nodes, double bytes, double cpu, Count before, Count now) {
    const auto messages = static_cast<double>(now.messages - before.messages);
    std::printf(
        "%-8s %8.1f KiB a machine  %9.0f messages a CPU second  %6.2f us a message  "
        "%.0f messages, %.0f inputs, %.0f wakeups, %.1f MB\n",
        what, bytes / static_cast<double>(nodes) / 1024, messages / cpu, cpu / messages * 1e6,
        messages, static_cast<double>(now.inputs - before.inputs),
        static_cast<double>(now.wakeups - before.wakeups),
        static_cast<double>(now.bytes - before.bytes) / 1e6);
}

}  // namespace

int main(int argc, char** argv) {
    const auto nodes = argc > 1 ? static_cast<std::size_t>(std::atol(argv[1])) : 200u;
    const std::chrono::seconds seconds{argc > 2 ? std::atol(argv[2]) : 300};
    const double empty = allocated();
    World world(nodes);
    std::printf("alone    %8.1f KiB a machine\n",
                (allocated() - empty) / static_cast<double>(nodes) / 1024);
    world.tell_records();
    world.join();
    world.run(60s, false);
    std::printf("%zu machines, %.1f peers each\n", nodes,
                static_cast<double>(world.peers()) / static_cast<double>(nodes));
    for (const bool posting : {false, true}) {
        if (posting) world.run(120s, true);  // until pools have their size
        const Count before = world.count();
        const double cpu = cpu_seconds();
        world.run(seconds, posting);
        print(posting ? "relaying" : "idle", nodes, allocated() - empty, cpu_seconds() - cpu,
              before, world.count());
    }
    return 0;
}
