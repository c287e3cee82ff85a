#pragma once

#include "consensus/time.h"
#include "sim/attack/population.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

namespace starling::sim {

// What a victim knows of addresses and how it chooses among them: Bitcoin Core's rules or ours,
// under the same verbs.
class AddressBook {
public:
    using Index = Population::Index;

    virtual ~AddressBook() = default;
    // As it is after a restart, with the same stream of chance.
    [[nodiscard]] virtual std::unique_ptr<AddressBook> copy() const = 0;

    // A peer, `source`, told of a node that was last seen then.
    virtual void add(Index node, Index source, Time seen, Time now) = 0;
    virtual void good(Index node, Time now) = 0;    // connected to, and it answered
    virtual void failed(Index node, Time now) = 0;  // dialled in vain
    // Whom to dial for this slot of the outbound connections beside those, for the first one past
    // them if it is an extra peer; none: not this time.
    virtual std::optional<Index> select(std::size_t slot,
                                        const std::vector<Index>& connected,
                                        Time now) = 0;
    // Whom to try whether it is there.
    virtual std::optional<Index> select_feeler(const std::vector<Index>& connected, Time now) = 0;
};

}  // namespace starling::sim
