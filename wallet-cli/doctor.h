#pragma once

#include "node/rpc/json_value.h"
#include "wallet-cli/session.h"

#include <string>
#include <vector>

namespace starling::wallet {

// One check of `starling doctor`.
struct Finding {
    bool ok = true;
    std::string subject;  // "clock"
    std::string says;     // what was seen, and where it is not ok, what to do
};

// Judges what getdoctor tells: figures are the node's, thresholds are here. What the node does not
// tell gives no finding.
std::vector<Finding> diagnosis(const rpc::JsonValue& report);

// "ok    clock      0.2 s from the median of 7 peers", a line each.
std::string findings_text(const std::vector<Finding>& findings);

// Exit code: 0 where all is well, 1 where something needs attention. With --json the findings.
int doctor(const Session& session);

}  // namespace starling::wallet
