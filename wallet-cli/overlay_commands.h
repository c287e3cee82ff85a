#pragma once

#include "wallet-cli/session.h"

#include <string>

namespace starling::wallet {

// What the node knows of others; each prints a view of overlay_view.h, or with --json the node's
// answer on one line.
void peers(const Session& session);
void overlay(const Session& session);
// `node` is a whole node id or the first digits of one that the node has in its table.
void overlay_lookup(const Session& session, const std::string& node);
void overlay_export(const Session& session, bool dot);

}  // namespace starling::wallet
