#pragma once

#include "p2p/crypto/keccak.h"
#include "p2p/identity/record.h"
#include "p2p/identity/rlp.h"
#include "support/identities.h"

#include <string>
#include <utility>
#include <vector>

namespace starling::test {

// A record with any pairs in any order, validly signed: what only a hostile node writes.
struct CraftedRecord {
    std::uint64_t sequence = 1;
    std::vector<std::pair<std::string, Bytes>> pairs;  // values encoded
    p2p::Identity owner = identity(1);

    // Those that every record has, and room for one more behind "secp256k1".
    static CraftedRecord usual() {
        CraftedRecord record;
        record.add("id", Bytes{'v', '4'});
        record.add("secp256k1", Bytes(record.owner.key.begin(), record.owner.key.end()));
        return record;
    }

    CraftedRecord& add(const std::string& key, const Bytes& value) {
        p2p::RlpWriter item;
        item.string(value);
        return add_item(key, item.take());
    }
    CraftedRecord& add_item(const std::string& key, const Bytes& item) {
        pairs.emplace_back(key, item);
        return *this;
    }
    // In its place among the keys, which rise.
    CraftedRecord& insert(const std::string& key, const Bytes& value) {
        add(key, value);
        std::ranges::sort(pairs, {}, &std::pair<std::string, Bytes>::first);
        return *this;
    }

    [[nodiscard]] Bytes items() const {
        p2p::RlpWriter writer;
        writer.number(sequence);
        for (const auto& [key, value] : pairs) {
            writer.string(Bytes(key.begin(), key.end()));
            writer.raw(value);
        }
        return writer.take();
    }
    [[nodiscard]] Bytes sealed() const { return sealed(items()); }
    // These items instead, with our signature.
    [[nodiscard]] Bytes sealed(const Bytes& items) const {
        p2p::RlpWriter list;
        list.list(items);
        const auto signature = p2p::sign_ecdsa(owner.secret, p2p::keccak256(list.take()));
        return with_signature(Bytes(signature.begin(), signature.end()), items);
    }
    static Bytes with_signature(const Bytes& signature, const Bytes& items) {
        p2p::RlpWriter all, record;
        all.string(signature);
        all.raw(items);
        record.list(all.take());
        return record.take();
    }
};

}  // namespace starling::test
