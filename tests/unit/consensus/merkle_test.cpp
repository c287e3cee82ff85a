#include "consensus/merkle.h"

#include "consensus/hash.h"
#include "consensus/hex.h"
#include "support/random_transaction.h"

#include <gtest/gtest.h>

namespace starling {
namespace {

// By the definition: the root of the left half and the root of the right, where the right half is
// the left's size and an odd row ends with its last hash again.
Hash256 naive_root(std::vector<Hash256> row) {
    if (row.size() == 1) return row[0];
    if (row.size() % 2 != 0) row.push_back(row.back());
    std::vector<Hash256> above;
    for (std::size_t i = 0; i < row.size(); i += 2) {
        Bytes both(row[i].bytes.begin(), row[i].bytes.end());
        both.insert(both.end(), row[i + 1].bytes.begin(), row[i + 1].bytes.end());
        above.push_back(sha256d(both));
    }
    return naive_root(above);
}

std::vector<Hash256> leaves(std::size_t count, std::uint64_t seed = 1) {
    test::SeededRandom random(seed);
    std::vector<Hash256> made(count);
    for (Hash256& leaf : made)
        leaf = test::random_digest<Hash256>(random);
    return made;
}

TEST(Merkle, RootIsThatOfTheNaiveTree) {
    for (std::size_t count = 1; count < 70; ++count) {
        const auto made = leaves(count, count);
        EXPECT_EQ(merkle(made).root, naive_root(made)) << count;
        EXPECT_FALSE(merkle(made).mutated) << count;
    }
}

TEST(Merkle, RootOfNothingIsZero) {
    EXPECT_TRUE(merkle({}).root.is_zero());
}

TEST(Merkle, TellsARepeatedEndFromTheListWithTheSameRoot) {
    for (const std::size_t count : {3UL, 5UL, 6UL, 7UL, 11UL, 12UL, 20UL}) {
        const auto honest = leaves(count);
        // Repeat the last hashes of the lowest row that is odd: CVE-2012-2459.
        std::size_t width = 1;
        while (count / width % 2 == 0)
            width *= 2;
        auto forged = honest;
        for (std::size_t i = 0; i < width; ++i)
            forged.push_back(honest[count - width + i]);
        EXPECT_EQ(merkle(forged).root, merkle(honest).root) << count;
        EXPECT_TRUE(merkle(forged).mutated) << count;
        EXPECT_FALSE(merkle(honest).mutated) << count;
    }
}

TEST(Merkle, EqualHashesOfDifferentPairsAreNoMutation) {
    auto made = leaves(4);
    made[2] = made[1];
    EXPECT_FALSE(merkle(made).mutated);
    made[3] = made[2];
    EXPECT_TRUE(merkle(made).mutated);
}

TEST(Merkle, WitnessRootTakesTheCoinbaseAsZero) {
    test::SeededRandom random(5);
    Block block;
    for (int i = 0; i < 3; ++i) {
        block.transactions.push_back(
            std::make_shared<const Transaction>(test::random_transaction(random)));
    }
    const Hash256 root = naive_root({Hash256{}, Hash256{block.transactions[1]->wtxid().bytes},
                                     Hash256{block.transactions[2]->wtxid().bytes}});
    EXPECT_EQ(witness_merkle_root(block), root);
}

}  // namespace
}  // namespace starling
