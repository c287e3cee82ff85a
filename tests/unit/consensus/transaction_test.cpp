#include "consensus/transaction.h"

#include "consensus/block.h"
#include "consensus/hash.h"
#include "consensus/hex.h"
#include "consensus/parameters.h"
#include "consensus/serialize.h"
#include "support/random_transaction.h"

#include <gtest/gtest.h>

namespace starling {
namespace {

std::string fault_of(const std::string& text) {
    const auto decoded = decode_transaction(*from_hex(text));
    return decoded ? "none" : decoded.error();
}

// One input with nothing in it, and one empty output.
const std::string kInput = std::string(64, '1') + "00000000" + "00" + "ffffffff";
const std::string kOutput =
    "0000000000000000"
    "00";

TEST(Transaction, HasItsHashesAndSizesFromItsBytesOrFromItsData) {
    test::SeededRandom random(1);
    for (int i = 0; i < 200; ++i) {
        const Transaction built(test::random_transaction(random));
        const Bytes bytes = serialized(built.data());
        const auto decoded = decode_transaction(bytes);
        ASSERT_TRUE(decoded);
        EXPECT_EQ((*decoded)->data(), built.data());
        EXPECT_EQ((*decoded)->txid(), built.txid());
        EXPECT_EQ((*decoded)->wtxid(), built.wtxid());
        EXPECT_EQ((*decoded)->size(), built.size());
        EXPECT_EQ((*decoded)->stripped_size(), built.stripped_size());
        EXPECT_EQ(built.size(), bytes.size());
        EXPECT_EQ(built.txid().bytes,
                  sha256d(serialized(built.data(), WitnessForm::without)).bytes);
        EXPECT_EQ(built.wtxid().bytes, sha256d(bytes).bytes);
    }
}

TEST(Transaction, CutAnywhereIsRefused) {
    test::SeededRandom random(2);
    const Bytes bytes = serialized(test::random_transaction(random));
    for (std::size_t size = 0; size < bytes.size(); ++size)
        EXPECT_FALSE(decode_transaction(ByteView(bytes).first(size)).ok()) << size;
}

TEST(Transaction, WithBytesBehindItIsRefusedAlone) {
    test::SeededRandom random(3);
    Bytes bytes = serialized(test::random_transaction(random));
    bytes.push_back(0);
    EXPECT_FALSE(decode_transaction(ByteView(bytes)).ok());
    Reader in(bytes);
    EXPECT_TRUE(decode_transaction(in).ok());
    EXPECT_EQ(in.remaining(), 1U);
}

TEST(Transaction, IsRefusedWithAMarkerButNoWitness) {
    const std::string tail = "01" + kInput + "01" + kOutput;
    EXPECT_EQ(fault_of("02000000" + tail + "00000000"), "none");
    EXPECT_EQ(fault_of("020000000001" + tail + "00" + "00000000"), "superfluous witness record");
    EXPECT_EQ(fault_of("020000000001" + tail + "0100" + "00000000"), "none");
}

TEST(Transaction, IsRefusedWithAnUnknownFlag) {
    const std::string tail = "01" + kInput + "01" + kOutput;
    EXPECT_EQ(fault_of("020000000002" + tail + "00000000"), "unknown transaction optional data");
    EXPECT_EQ(fault_of("020000000003" + tail + "0100" + "00000000"),
              "unknown transaction optional data");
}

TEST(Transaction, WithNeitherInputsNorOutputsCanBeRead) {
    EXPECT_EQ(fault_of("02000000"
                       "0000"
                       "00000000"),
              "none");
    EXPECT_NE(fault_of("02000000"
                       "0001"
                       "0000"
                       "00000000"),
              "none");
}

TEST(Transaction, ReservesMemoryByWhatIsThereNotByWhatACountClaims) {
    EXPECT_NE(fault_of("02000000"
                       "fe00000002" +
                       kInput),
              "none");
    EXPECT_NE(fault_of("02000000"
                       "fe01000002" +
                       kInput),
              "none");  // over the bound of any count
    EXPECT_NE(fault_of("02000000"
                       "01" +
                       kInput + "fe00000002" + kOutput),
              "none");
    EXPECT_NE(fault_of("020000000001"
                       "01" +
                       kInput + "01" + kOutput +
                       "fe00000002"
                       "00"),
              "none");
}

TEST(Transaction, WeighsItsStrippedBytesFourTimesAndItsWitnessOnce) {
    const auto tx =
        decode_transaction(*from_hex("020000000001"
                                     "01" +
                                     kInput + "01" + kOutput + "0102aabb" + "00000000"));
    ASSERT_TRUE(tx);
    EXPECT_EQ((*tx)->stripped_size(), 60U);
    EXPECT_EQ((*tx)->size(), 66U);
    EXPECT_EQ((*tx)->weight(), 246U);
    EXPECT_EQ((*tx)->virtual_size(), 62U);
}

TEST(Block, ReadsBackAsItWasWritten) {
    const Block& genesis = regtest().genesis;
    const Bytes bytes = serialized(genesis);
    const auto decoded = decode_block(bytes);
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->header, genesis.header);
    EXPECT_EQ(serialized(*decoded), bytes);
    for (std::size_t size = 0; size < bytes.size(); ++size)
        EXPECT_FALSE(decode_block(ByteView(bytes).first(size)).ok());
    Bytes longer = bytes;
    longer.push_back(0);
    EXPECT_FALSE(decode_block(longer).ok());
}

TEST(Block, ThatClaimsMoreTransactionsThanItHasIsRefused) {
    Bytes bytes = serialized(regtest().genesis);
    bytes[Header::kSize] = 2;
    EXPECT_FALSE(decode_block(bytes).ok());
    const Bytes count = *from_hex("fe00000002");
    bytes.resize(Header::kSize);
    bytes.insert(bytes.end(), count.begin(), count.end());
    EXPECT_FALSE(decode_block(bytes).ok());
}

}  // namespace
}  // namespace starling
