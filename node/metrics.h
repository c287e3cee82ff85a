#pragma once

#include "node/machine.h"
#include "node/methods/overlay_view.h"
#include "node/network.h"

#include <array>
#include <cstdint>
#include <string>

namespace starling::node {

// Counts what the machines did, and shows it with their state as text for Prometheus.
class Metrics final : public Watcher {
public:
    Metrics(Machine& machine, const Network& network, const OverlayView& overlay, Time started);
    ~Metrics() override;

    void tip_changed(const chain::TipChanged& changed) override;
    void block_invalid(const chain::BlockInvalid& invalid) override;
    void gossip_event(const p2p::Event& event) override;

    [[nodiscard]] std::string render() const;

private:
    void render_chain(class MetricsText& out) const;
    void render_network(class MetricsText& out) const;
    void render_machine(class MetricsText& out) const;

    Machine& machine_;
    const Network& network_;
    const OverlayView& overlay_;
    const Time started_;
    std::uint64_t blocks_ = 0;
    std::uint64_t transactions_ = 0;
    std::uint64_t inputs_ = 0;
    std::uint64_t reorganisations_ = 0;
    std::uint64_t invalid_ = 0;
    std::array<std::uint64_t, p2p::Event::kKinds> events_{};  // by Event::Kind
};

}  // namespace starling::node
