#pragma once

#include "consensus/random.h"
#include "p2p/address_manager.h"
#include "p2p/limits.h"
#include "sim/attack/address_book.h"

#include <memory>
#include <optional>
#include <vector>

namespace starling::sim {

struct VictimRules;

// p2p::AddressManager as it runs in the node, behind the verbs of the experiment.
class OurAddressBook final : public AddressBook {
public:
    // Both outlive it. Of the outbound slots so many percent are drawn by netgroup first; feelers
    // and extra peers as the connection after those.
    OurAddressBook(const Population& population, Random& random, unsigned group_first_percent);
    // VictimRules::make.
    static std::unique_ptr<AddressBook> make(const VictimRules& rules,
                                             const Population& population,
                                             Random& random);

    [[nodiscard]] std::unique_ptr<AddressBook> copy() const override;
    // Our records have no time: `seen` is not looked at.
    void add(Index node, Index source, Time seen, Time now) override;
    void good(Index node, Time now) override;
    void failed(Index node, Time now) override;
    std::optional<Index> select(std::size_t slot,
                                const std::vector<Index>& connected,
                                Time now) override;
    std::optional<Index> select_feeler(const std::vector<Index>& connected, Time now) override;

private:
    [[nodiscard]] p2p::AddressManager::Excluded nodes_of(const std::vector<Index>& connected) const;
    [[nodiscard]] p2p::Selection selection(std::size_t taken) const;

    const Population& population_;
    unsigned group_first_percent_;
    p2p::AddressManager manager_;
};

}  // namespace starling::sim
