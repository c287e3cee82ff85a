#pragma once

#include "node/methods/overlay_view.h"
#include "node/metrics_text.h"
#include "p2p/gossip.h"

namespace starling::node {

// How much looks like an eclipse, and each sign of it.
void render_eclipse(const p2p::EclipseReport& report, MetricsText& out);

// Discovery's figures as metrics: the table, lookups, packets, churn, and the nodes to dial.
void render_overlay(const OverlayView& overlay,
                    const p2p::CandidateFigures& candidates,
                    MetricsText& out);

}  // namespace starling::node
