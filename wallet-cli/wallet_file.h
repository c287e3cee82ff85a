#pragma once

#include "consensus/amount.h"
#include "consensus/transaction.h"
#include "wallet-cli/secrets.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace starling::wallet {

// One transaction of ours that a block holds.
struct HistoryEntry {
    std::string txid;
    std::int64_t height = 0;
    std::int64_t time = 0;  // of the block, seconds since 1970
    bool coinbase = false;
    Amount received;            // to our outputs
    Amount spent;               // of our outputs
    std::optional<Amount> fee;  // where all inputs are ours
};

// A transaction that this wallet made, kept until a block holds it.
struct SentEntry {
    std::string txid;
    std::string raw;      // hexadecimal, to offer it again
    std::string address;  // whom it pays
    Amount paid;
    Amount fee;
    std::int64_t time = 0;
};

// What a wallet keeps on disk. Only the seed is a secret; all else can be found again from it.
struct WalletFile {
    std::string network;
    Sealed seed;
    bool passphrase = true;  // false: sealed under the empty passphrase
    std::string xpub;
    std::uint32_t next_receive = 0;
    std::uint32_t next_change = 0;

    std::vector<SentEntry> sent;
    std::vector<HistoryEntry> history;  // by height
    std::map<OutPoint, Amount> owned;   // every output that was ever ours, spent or not
    std::int64_t scanned_height = 0;    // history is complete up to this block
    std::string scanned_hash;
};

// Throws CommandFailure with a line for the person if the file cannot be read or is no wallet.
WalletFile load_wallet(const std::filesystem::path& file);
// Writes a new file beside the old one and moves it over it, so that at every instant there is one
// whole wallet. Readable by its owner only.
void save_wallet(const std::filesystem::path& file, const WalletFile& wallet);

}  // namespace starling::wallet
