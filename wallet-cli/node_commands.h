#pragma once

#include "wallet-cli/session.h"

#include <string>
#include <vector>

namespace starling::wallet {

// `starling rpc METHOD ...`: what bitcoin-cli prints and returns for the same words.
int rpc_command(const Session& session,
                const std::string& method,
                const std::vector<std::string>& words,
                bool named);
void chain_tips(const Session& session);
// Waits until the transaction has that many confirmations; says each change on its way.
void tx_watch(const Session& session, const std::string& txid, int confirmations);

}  // namespace starling::wallet
