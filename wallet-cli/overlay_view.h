#pragma once

#include "node/rpc/json_value.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace starling::wallet {

// What the node says of its peers and its overlay, as texts for people: pure functions of an answer
// of the RPC. What an answer leaves out is shown as "-".

// Columns of a terminal that lines keep to; a node record is longer and stays in one piece, so that
// it can be copied.
constexpr std::size_t kColumns = 100;

// The table of getpeerinfo; `now` in seconds since 1970.
std::string peers_text(const rpc::JsonValue& peers, std::int64_t now);

// The eclipse alarm of getnetworkinfo: the gauge, then a line a term.
std::string eclipse_text(const rpc::JsonValue& network);

// getoverlayinfo: who we are, the buckets as bars, totals.
std::string overlay_text(const rpc::JsonValue& overlay, std::int64_t now);

// overlaylookup: each question of the lookup in the order of asking, then the nearest nodes.
std::string lookup_text(const rpc::JsonValue& report);

// exportoverlay as a digraph of Graphviz: solid edges are connections, from who dialled; dashed
// ones lead to the nodes of our table.
std::string dot_text(const rpc::JsonValue& graph);

// The bit length of the XOR of two node ids, 0 to 256; -1 where one is none.
int log_distance(const std::string& a, const std::string& b);

}  // namespace starling::wallet
