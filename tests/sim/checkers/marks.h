#pragma once

#include "sim/observer.h"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace starling::sim {

// Things that must happen sometimes, lest the tests test nothing: counted over a run, and added up
// over a sweep, whose nightly form fails when one was never reached.
//
// Bounds: a few dozen bytes a host; kPairsMax lost connections; the transactions of one
// reorganisation a host.
class Marks final : public Observer {
public:
    // Every mark there is, reached or not.
    static const std::vector<std::string_view>& names();
    [[nodiscard]] const std::map<std::string, std::uint64_t>& counts() const { return counts_; }

    void host_started(HostIndex host) override;
    void host_stopped(HostIndex host, bool crashed) override;
    void tip_changed(HostIndex host, const chain::TipChanged& change) override;
    void block_invalid(HostIndex host, const chain::BlockInvalid& invalid) override;
    void pool_changed(HostIndex host, const mempool::PoolChanged& change) override;
    void connected(HostIndex dialler, HostIndex listener) override;
    void disconnected(HostIndex dialler, HostIndex listener) override;
    void dropped(HostIndex host, HostIndex other, std::string_view reason) override;
    void received(HostIndex, HostIndex, const p2p::Message& message, std::size_t) override;
    void gossip_event(HostIndex host, const p2p::Event& event) override;
    void alarm_rang(HostIndex) override { reach("eclipse_alarm_rang"); }
    void lookup_finished(HostIndex host, const p2p::discv5::LookupReport& report) override;
    void node_joined(HostIndex host, const p2p::discv5::NodeJoined& joined) override;
    void node_left(HostIndex host, const p2p::discv5::NodeLeft& left) override;
    void fault(const Fault& fault, bool begins) override;
    void look(const World& world) override;

private:
    static constexpr std::size_t kPairsMax = 10'000;
    struct HostState {
        Height height;
        BlockHash tip;
        bool crashed = false;             // and not yet where it was
        bool lost_commits = false;        // it began below there
        bool heard_block = false;         // since it last started
        std::optional<Height> behind_to;  // it was paused and has to come up to there
        std::set<Txid> disconnected;      // by its last reorganisation, not yet back
        bool node_left = false;           // a node of its table, since the last look
    };
    struct Node {
        HostIndex host = 0;
        bool honest = true, dialable = true;
    };
    using Pair = std::pair<HostIndex, HostIndex>;

    void reach(std::string_view mark);
    void came_back(HostState& state, const chain::TipChanged& change);
    void know_nodes(const Plan& plan);

    std::map<std::string, std::uint64_t> counts_;
    std::map<HostIndex, HostState> hosts_;
    // Of the plan, from the first look on.
    std::map<p2p::NodeId, Node> nodes_;
    std::set<HostIndex> hostile_;
    std::set<Pair> lost_;       // by dialler and listener
    std::vector<Pair> parted_;  // had different tips when a partition ended
};

}  // namespace starling::sim
