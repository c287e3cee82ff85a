#include "p2p/discovery/known_records.h"

#include <utility>

namespace starling::p2p::discv5 {

Shared<Record> KnownRecords::decode(ByteView rlp) {
    if (const auto it = young_.records.find(rlp); it != young_.records.end()) return *it;
    if (const auto it = old_.records.find(rlp); it != old_.records.end()) {
        const Shared<Record> known = *it;  // add() may forget the generation it is in
        add(known);
        return known;
    }
    auto decoded = Record::decode(rlp);
    if (!decoded.ok()) return nullptr;
    add(*decoded);
    return *decoded;
}

void KnownRecords::add(const Shared<Record>& record) {
    if (young_.records.size() >= records_max_ / 2) old_ = std::exchange(young_, {});
    if (!young_.records.insert(record).second) return;
    Shared<Record>& newest = young_.newest[record->id()];
    if (!newest || newest->sequence() < record->sequence()) newest = record;
}

Shared<Record> KnownRecords::newest(const NodeId& id) const {
    const auto young = young_.newest.find(id);
    const auto old = old_.newest.find(id);
    if (young == young_.newest.end()) return old == old_.newest.end() ? nullptr : old->second;
    if (old == old_.newest.end()) return young->second;
    return old->second->sequence() > young->second->sequence() ? old->second : young->second;
}

}  // namespace starling::p2p::discv5
