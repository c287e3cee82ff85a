#include "p2p/discovery/known_records.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace starling::p2p::discv5 {

KnownRecords::KnownRecords(std::size_t records_max, Random& random, std::uint8_t identity_bits)
    : records_max_(records_max),
      identity_bits_(identity_bits),
      key0_(random.next()),
      key1_(random.next()),
      young_(random),
      old_(random) {}

Shared<Record> KnownRecords::decode(ByteView rlp) {
    const Hash hash = hash_of(rlp);
    const auto is = [&](const Shared<Record>* record) {
        return record != nullptr && std::ranges::equal((*record)->bytes(), rlp);
    };
    if (const auto* known = young_.records.find(hash); is(known)) return *known;
    if (const auto* found = old_.records.find(hash); is(found)) {
        const Shared<Record> known = *found;  // add() may forget the generation it is in
        add(known);
        return known;
    }
    auto decoded = Record::decode(rlp, identity_bits_);
    if (!decoded.ok()) {
        cheap_identities_ += decoded.error() == RecordError::cheap_identity ? 1u : 0u;
        return nullptr;
    }
    add(*decoded);
    return *decoded;
}

void KnownRecords::add(const Shared<Record>& record) {
    if (young_.records.size() >= records_max_ / 2) {
        std::swap(old_, young_);
        young_.records.clear();
        young_.newest.clear();
    }
    if (!young_.records.try_emplace(hash_of(record->bytes()), record).second) return;
    Shared<Record>& newest = young_.newest[record->id()];
    if (!newest || newest->sequence() < record->sequence()) newest = record;
}

Shared<Record> KnownRecords::newest(const NodeId& id) const {
    const Shared<Record>* young = young_.newest.find(id);
    const Shared<Record>* old = old_.newest.find(id);
    if (young == nullptr) return old == nullptr ? nullptr : *old;
    if (old == nullptr) return *young;
    return (*old)->sequence() > (*young)->sequence() ? *old : *young;
}

KnownRecords::Hash KnownRecords::hash_of(ByteView bytes) const {
    std::uint64_t hash = mix(bytes.size() ^ key0_, key1_);
    for (std::size_t at = 0; at < bytes.size(); at += sizeof hash) {
        std::uint64_t word = 0;
        std::memcpy(&word, bytes.data() + at, std::min(sizeof word, bytes.size() - at));
        hash = mix(hash ^ word, key1_ ^ 0x9e37'79b9'7f4a'7c15);
    }
    return {hash};
}

}  // namespace starling::p2p::discv5
