#pragma once

#include "wallet-cli/session.h"

#include <string>
#include <vector>

namespace starling::wallet {

struct UpOrder {
    int nodes = 5;
    std::string miner;  // empty: as before, or interval=10s
    bool detach = false;
    bool fresh = false;
};
// In the foreground until Ctrl-C, then all daemons are stopped; with `detach` returns when ready.
void testnet_up(const Session& session, const UpOrder& order);
void testnet_status(const Session& session);
void testnet_down(const Session& session);
void testnet_logs(const Session& session, int number, int lines, bool follow);
void testnet_stop(const Session& session, int number);
void testnet_start(const Session& session, int number);
void testnet_mine(const Session& session, int number, int blocks);
void testnet_fund(const Session& session, const std::string& address, const std::string& amount);
void testnet_partition(const Session& session, const std::vector<std::string>& sides);
void testnet_heal(const Session& session);

}  // namespace starling::wallet
