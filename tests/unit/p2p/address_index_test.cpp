// What the index finds, against a search of everything.

#include "p2p/address_index.h"

#include "support/known_addresses.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <vector>

namespace starling::p2p {
namespace {

using test::address_in;
using test::identity;

// Some twenty nodes of five netgroups, two at each IP address.
class Comparison {
public:
    explicit Comparison(std::uint64_t seed) : random_(seed) {}

    void step() {
        const std::uint64_t n = random_.below(kNodes);
        const auto id = index_.find(identity(n).id);
        if (!id) {
            AddressEntry entry;
            entry.address = at(n);
            entry.record = test::signed_once(n, entry.address);
            entry.group = Netgroups().of(entry.address);
            entry.tried = random_.below(2) == 0;
            const bool made = model_.emplace(index_.add(entry), entry).second;
            ASSERT_TRUE(made);
        } else if (random_.below(2) == 0) {
            index_.set_tried(*id, model_.at(*id).tried = random_.below(2) == 0);
        } else {
            index_.remove(*id);
            model_.erase(*id);
        }
        for (std::uint64_t of = 0; of < kNodes; ++of)
            compare(of);
        ASSERT_EQ(index_.size(), model_.size());
    }

private:
    static constexpr std::uint64_t kNodes = 20;

    static Endpoint at(std::uint64_t n) {
        Endpoint address = address_in(n % 5, n % 10);
        address.port = static_cast<std::uint16_t>(n + 1);
        return address;
    }
    template <class Condition>
    [[nodiscard]] std::set<AddressId> those(Condition condition) const {
        std::set<AddressId> out;
        for (const auto& [id, entry] : model_)
            if (condition(entry)) out.insert(id);
        return out;
    }
    static std::set<AddressId> set_of(const std::vector<AddressId>& ids) {
        const std::set<AddressId> out(ids.begin(), ids.end());
        EXPECT_EQ(out.size(), ids.size());
        return out;
    }
    void compare(std::uint64_t n) const {
        const Endpoint address = at(n);
        const Netgroup group = Netgroups().of(address);
        const auto of_group = those([&](const auto& entry) { return entry.group == group; });
        const auto at_ip =
            those([&](const auto& entry) { return entry.address.address == address.address; });
        const auto tried =
            those([&](const auto& entry) { return entry.group == group && entry.tried; });
        EXPECT_EQ(set_of(index_.of_group(group)), of_group);
        EXPECT_EQ(set_of(index_.at_ip(address)), at_ip);
        const AddressIndex::GroupCount count = index_.count_of_group(group);
        EXPECT_EQ(count.all(), of_group.size());
        EXPECT_EQ(count.in_tried, tried.size());
        compare_beside(n);
    }
    // All nodes up to this one are left out.
    void compare_beside(std::uint64_t n) const {
        std::set<NodeId> nodes;
        for (std::uint64_t i = 0; i <= n; ++i)
            nodes.insert(identity(i).id);
        std::set<Netgroup> groups;
        for (const auto& [id, entry] : model_)
            if (!nodes.contains(entry.node())) groups.insert(entry.group);
        std::vector<NodeId> twice(nodes.begin(), nodes.end());
        twice.insert(twice.end(), nodes.begin(), nodes.end());
        EXPECT_EQ(index_.groups_beside(twice), groups.size());
    }

    test::SeededRandom random_;
    AddressIndex index_{random_};
    std::map<AddressId, AddressEntry> model_;
};

TEST(AddressIndex, FindsWhatASearchOfAllWouldFind) {
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        Comparison comparison(seed);
        for (int i = 0; i < 400; ++i)
            comparison.step();
        ASSERT_FALSE(HasFailure()) << seed;
    }
}

}  // namespace
}  // namespace starling::p2p
