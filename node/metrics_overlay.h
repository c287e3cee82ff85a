#pragma once

#include "node/methods/overlay_view.h"
#include "node/metrics_text.h"
#include "p2p/gossip.h"

namespace starling::node {

// How much looks like an eclipse, and each sign of it.
void render_eclipse(const p2p::EclipseReport& report, MetricsText& out);

// The nodes to dial, and how much of them the map of ASes has: there are such nodes without
// discovery too.
void render_candidates(const p2p::CandidateFigures& candidates, MetricsText& out);

// Discovery's figures as metrics: the table, lookups, packets, churn.
void render_overlay(const OverlayView& overlay, MetricsText& out);

}  // namespace starling::node
