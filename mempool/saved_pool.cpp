#include "mempool/saved_pool.h"

#include "consensus/serialize.h"

#include <algorithm>
#include <map>
#include <string_view>

namespace starling::mempool {

namespace {

constexpr std::string_view kMark = "starpool";
constexpr std::uint32_t kVersion = 1;

}  // namespace

Bytes encode_pool(const std::vector<SavedTransaction>& transactions) {
    Writer out;
    for (const char c : kMark)
        out.u8(static_cast<std::uint8_t>(c));
    out.u32(kVersion);
    for (const SavedTransaction& one : transactions) {
        out.i64(one.entered.time_since_epoch().count());
        encode(out, one.transaction->data());
    }
    return out.take();
}

std::vector<SavedTransaction> decode_pool(ByteView bytes) {
    std::vector<SavedTransaction> out;
    Reader in(bytes);
    const ByteView mark = in.view(kMark.size());
    if (!std::ranges::equal(mark, kMark) || in.u32() != kVersion) return out;
    while (!in.failed() && in.remaining() > 0) {
        const Time entered{Duration{in.i64()}};
        auto transaction = decode_transaction(in);
        if (!transaction) break;
        out.push_back({*transaction, entered});
    }
    return out;
}

std::vector<SavedTransaction> parents_first(const std::vector<Shared<PoolEntry>>& entries) {
    std::map<Txid, const PoolEntry*> waiting;
    for (const auto& entry : entries)
        waiting.emplace(entry->transaction->txid(), entry.get());
    std::vector<SavedTransaction> out;
    out.reserve(entries.size());
    std::vector<const PoolEntry*> path;  // no deeper than a cluster
    for (const auto& entry : entries) {
        if (waiting.contains(entry->transaction->txid())) path.push_back(entry.get());
        while (!path.empty()) {
            const PoolEntry* top = path.back();
            const std::size_t depth = path.size();
            for (const TxIn& input : top->transaction->inputs()) {
                const auto parent = waiting.find(input.previous.txid);
                if (parent == waiting.end()) continue;
                path.push_back(parent->second);
                break;
            }
            if (path.size() > depth) continue;
            path.pop_back();
            if (waiting.erase(top->transaction->txid()) != 0)
                out.push_back({top->transaction, top->entered});
        }
    }
    return out;
}

}  // namespace starling::mempool
