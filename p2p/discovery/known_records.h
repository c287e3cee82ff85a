#pragma once

#include "consensus/bytes.h"
#include "p2p/identity/record.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>

namespace starling::p2p::discv5 {

// Records whose signatures were checked. Every lookup is told the same records by many nodes, and
// a check costs more than all else that is done with an answer.
//
// Kept in two generations of half the bound each; what is asked for moves to the young one.
class KnownRecords {
public:
    explicit KnownRecords(std::size_t records_max) : records_max_(records_max) {}

    // Null if these bytes are no record.
    Shared<Record> decode(ByteView rlp);
    void add(const Shared<Record>& record);
    // The newest that we know of this node, or null.
    [[nodiscard]] Shared<Record> newest(const NodeId& id) const;

private:
    struct ByBytes {
        using is_transparent = void;
        static bool less(ByteView a, ByteView b) {
            return std::ranges::lexicographical_compare(a, b);
        }
        bool operator()(const Shared<Record>& a, const Shared<Record>& b) const {
            return less(a->bytes(), b->bytes());
        }
        bool operator()(const Shared<Record>& a, ByteView b) const { return less(a->bytes(), b); }
        bool operator()(ByteView a, const Shared<Record>& b) const { return less(a, b->bytes()); }
    };
    struct Generation {
        std::set<Shared<Record>, ByBytes> records;
        std::map<NodeId, Shared<Record>> newest;
    };

    std::size_t records_max_;
    Generation young_, old_;
};

}  // namespace starling::p2p::discv5
