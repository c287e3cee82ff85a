#pragma once

#include "sim/observer.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace starling::sim {

// Things that must happen sometimes, lest the tests test nothing: counted over a run, and added up
// over a sweep, whose nightly form fails when one was never reached.
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
    void dropped(HostIndex host, HostIndex other, std::string_view reason) override;
    void received(HostIndex, HostIndex, const p2p::Message& message, std::size_t) override;
    void gossip_event(HostIndex host, const p2p::Event& event) override;

private:
    void reach(std::string_view mark);
    std::map<std::string, std::uint64_t> counts_;
};

}  // namespace starling::sim
