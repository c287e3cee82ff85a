#include "node/block_file.h"

#include "consensus/check_block.h"
#include "consensus/serialize.h"
#include "node/import_order.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>

namespace starling::node {
namespace {

namespace fs = std::filesystem;

// Blocks of headers with work and a body of bytes that nobody looks into here.
struct FakeBlock {
    Header header;
    Bytes bytes;
    [[nodiscard]] BlockHash hash() const { return hash_of(header); }
};

FakeBlock block_after(const BlockHash& previous, std::uint32_t time, std::size_t body = 40) {
    FakeBlock out;
    out.header = {.version = 4, .previous = previous, .time = time, .bits = regtest().limit_bits};
    while (!check_header_work(out.header, regtest()).ok())
        ++out.header.nonce;
    Writer writer;
    encode(writer, out.header);
    writer.bytes(Bytes(body, 0xfa));  // the first byte of the magic, as often as possible
    out.bytes = writer.take();
    return out;
}

Bytes framed(const FakeBlock& block) {
    Writer out;
    out.bytes(regtest().magic);
    out.u32(static_cast<std::uint32_t>(block.bytes.size()));
    out.bytes(block.bytes);
    return out.take();
}

class BlockFileTest : public ::testing::Test {
protected:
    void SetUp() override {
        path_ = fs::path(::testing::TempDir()) /
                ("starling-blocks-" +
                 std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
        BlockHash previous = regtest().genesis_hash;
        for (std::uint32_t i = 0; i < 20; ++i) {
            chain_.push_back(block_after(previous, 1'300'000'000 + i, 1 + i * 1'000));
            previous = chain_.back().hash();
        }
    }
    void TearDown() override { fs::remove(path_); }

    void add(const Bytes& bytes) { content_.insert(content_.end(), bytes.begin(), bytes.end()); }
    Scan scan(std::size_t blocks_max = 1'000) {
        std::ofstream(path_, std::ios::binary)
            .write(reinterpret_cast<const char*>(content_.data()),
                   static_cast<std::streamsize>(content_.size()));
        return scan_blocks(BlockFile(path_), 3, regtest(), blocks_max);
    }

    fs::path path_;
    std::vector<FakeBlock> chain_;
    Bytes content_;
};

TEST_F(BlockFileTest, FindsBlocksWhereTheyStand) {
    for (const FakeBlock& block : chain_)
        add(framed(block));
    const Scan found = scan();
    ASSERT_EQ(found.blocks.size(), chain_.size());
    EXPECT_EQ(found.skipped_bytes, 0U);
    const BlockFile file(path_);
    for (std::size_t i = 0; i < chain_.size(); ++i) {
        EXPECT_EQ(found.blocks[i].hash, chain_[i].hash());
        EXPECT_EQ(found.blocks[i].file, 3U);
        Bytes bytes(found.blocks[i].length);
        EXPECT_EQ(file.read(found.blocks[i].offset, bytes), bytes.size());
        EXPECT_EQ(bytes, chain_[i].bytes);
    }
}

TEST_F(BlockFileTest, StepsOverGarbageOfEveryLength) {
    std::uint64_t garbage = 0;
    for (std::size_t i = 0; i < chain_.size(); ++i) {
        add(Bytes(i * i * 97, static_cast<std::uint8_t>(i % 2 == 0 ? 0xfa : 0)));
        garbage += i * i * 97;
        add(framed(chain_[i]));
    }
    const Scan found = scan();
    EXPECT_EQ(found.blocks.size(), chain_.size());
    EXPECT_EQ(found.skipped_bytes, garbage);
}

TEST_F(BlockFileTest, AFalseFrameCostsNoBlockBehindIt) {
    Bytes magic(regtest().magic.begin(), regtest().magic.end());
    add(magic);  // no length at all
    add(framed(chain_[0]));
    Bytes absurd = magic;
    absurd.insert(absurd.end(), {0xff, 0xff, 0xff, 0x7f});
    add(absurd);
    add(framed(chain_[1]));
    Bytes no_work = framed(chain_[2]);
    no_work[8 + 72] ^= 0xff;  // its bits are no target any more
    add(no_work);
    add(framed(chain_[3]));
    const Scan found = scan();
    ASSERT_EQ(found.blocks.size(), 3U);
    EXPECT_EQ(found.blocks[0].hash, chain_[0].hash());
    EXPECT_EQ(found.blocks[1].hash, chain_[1].hash());
    EXPECT_EQ(found.blocks[2].hash, chain_[3].hash());
}

TEST_F(BlockFileTest, LeavesATornEndOut) {
    add(framed(chain_[5]));
    const std::size_t whole = content_.size();
    const Bytes torn = framed(chain_[6]);
    for (const std::size_t kept : {torn.size() - 1, torn.size() / 2, std::size_t{8 + 80},
                                   std::size_t{7}, std::size_t{3}, std::size_t{1}}) {
        content_.resize(whole);
        content_.insert(content_.end(), torn.begin(), torn.begin() + static_cast<long>(kept));
        const Scan found = scan();
        EXPECT_EQ(found.blocks.size(), 1U) << kept;
        EXPECT_EQ(found.skipped_bytes, kept);
    }
}

TEST_F(BlockFileTest, StopsAtItsBound) {
    for (const FakeBlock& block : chain_)
        add(framed(block));
    const Scan found = scan(7);
    EXPECT_EQ(found.blocks.size(), 7U);
    EXPECT_TRUE(found.full);
    EXPECT_FALSE(scan(20).full);
}

TEST_F(BlockFileTest, AnEmptyFileHasNoBlocksAndAMissingOneIsAnError) {
    EXPECT_TRUE(scan().blocks.empty());
    EXPECT_THROW(BlockFile("/nosuch/file"), std::runtime_error);
    EXPECT_THROW(BlockFile(fs::path(::testing::TempDir())), std::runtime_error);
}

std::vector<FoundBlock> found_in_order(const std::vector<FakeBlock>& blocks) {
    std::vector<FoundBlock> out;
    for (const FakeBlock& block : blocks)
        out.push_back({.header = block.header, .hash = block.hash()});
    return out;
}

TEST_F(BlockFileTest, OrdersEachBlockBehindItsParent) {
    std::vector<FakeBlock> blocks = chain_;
    std::ranges::reverse(blocks);
    std::ranges::rotate(blocks, blocks.begin() + 7);
    blocks.push_back(blocks[4]);  // a second copy
    const auto found = found_in_order(blocks);
    const auto order = import_order(found);
    ASSERT_EQ(order.size(), found.size());
    std::vector<bool> seen(found.size());
    for (const std::uint32_t i : order) {
        EXPECT_FALSE(seen[i]);
        seen[i] = true;
        const auto parent = std::ranges::find(found, found[i].header.previous, &FoundBlock::hash);
        if (parent == found.end()) continue;
        const auto copies = [&](std::size_t at) {
            return found[at].hash == parent->hash && seen[at];
        };
        bool parent_seen = false;
        for (std::size_t at = 0; at < found.size(); ++at)
            parent_seen |= copies(at);
        EXPECT_TRUE(parent_seen);
    }
}

TEST_F(BlockFileTest, KeepsTheOrderOfTheFileBetweenBranches) {
    const FakeBlock rival = block_after(chain_[0].hash(), 1'400'000'000);
    const auto found = found_in_order({chain_[0], rival, chain_[1], chain_[2]});
    EXPECT_EQ(import_order(found), (std::vector<std::uint32_t>{0, 1, 2, 3}));
}

}  // namespace
}  // namespace starling::node
