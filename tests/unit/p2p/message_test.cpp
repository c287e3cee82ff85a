#include "p2p/message.h"

#include "consensus/hex.h"
#include "support/chain_builder.h"
#include "support/identities.h"
#include "support/seeded_random.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace starling::p2p {
namespace {

Shared<Bytes> share(Bytes bytes) {
    return std::make_shared<const Bytes>(std::move(bytes));
}

Message read(std::string_view command, Bytes payload) {
    return decode(command, share(std::move(payload)), regtest());
}

template <class M>
M there_and_back(const M& message) {
    const Message sent = message;
    const Message received = read(command_of(sent), encode(sent));
    EXPECT_EQ(command_of(received), M::kCommand);
    EXPECT_TRUE(std::holds_alternative<M>(received));
    EXPECT_EQ(encode(received), encode(sent));
    return std::get<M>(received);
}

template <class M>
void expect_there_and_back(const M& message) {
    EXPECT_EQ(there_and_back(message), message);
}

std::vector<InventoryItem> some_items(test::SeededRandom& random) {
    std::vector<InventoryItem> items(random.below(300));
    for (InventoryItem& item : items) {
        item.type = static_cast<std::uint32_t>(random.next());
        for (std::uint8_t& byte : item.hash)
            byte = static_cast<std::uint8_t>(random.next());
    }
    return items;
}

std::vector<Header> some_headers(test::SeededRandom& random) {
    std::vector<Header> headers(random.below(50));
    for (Header& header : headers) {
        header.version = static_cast<std::int32_t>(random.next());
        header.nonce = static_cast<std::uint32_t>(random.next());
        header.previous.bytes[7] = static_cast<std::uint8_t>(random.next());
    }
    return headers;
}

Shared<Record> a_record(std::uint64_t n) {
    return test::record_of(test::identity(n), *parse_endpoint("10.0.0.1:9", 0), n);
}

TEST(Message, IsTheSameAfterEncodingAndDecoding) {
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        test::SeededRandom random(seed);
        expect_there_and_back(Version{.version = static_cast<std::uint32_t>(random.next()),
                                      .services = random.next(),
                                      .time = static_cast<std::int64_t>(random.next()),
                                      .nonce = random.next(),
                                      .user_agent = std::string(random.below(257), 'x'),
                                      .start_height = static_cast<std::int32_t>(random.next()),
                                      .relay = random.below(2) == 0});
        expect_there_and_back(Ping{random.next()});
        expect_there_and_back(Pong{random.next()});
        expect_there_and_back(FeeFilter{static_cast<std::int64_t>(random.next())});
        expect_there_and_back(GetHeaders{std::vector<BlockHash>(random.below(102)), BlockHash{}});
        expect_there_and_back(Headers{some_headers(random)});
        expect_there_and_back(Inv{some_items(random)});
        expect_there_and_back(GetData{some_items(random)});
        expect_there_and_back(NotFound{some_items(random)});
        AddrV2 addresses;
        addresses.entries.push_back({7, random.next(), *parse_endpoint("1.2.3.4:5", 0)});
        addresses.entries.push_back({8, random.next(), *parse_endpoint("[2001:db8::1]:65535", 0)});
        expect_there_and_back(addresses);
    }
    expect_there_and_back(Verack{});
    expect_there_and_back(SendHeaders{});
    expect_there_and_back(WtxidRelay{});
    expect_there_and_back(SendAddrV2{});
    expect_there_and_back(GetAddr{});
}

TEST(Message, CarriesTransactionsAndBlocks) {
    test::ChainBuilder chain;
    const auto block = chain.mine(chain.genesis());
    const auto tx = there_and_back(Tx{block->block.transactions[0]});
    EXPECT_EQ(tx.transaction->wtxid(), block->block.transactions[0]->wtxid());

    const BlockMessage sent{block->hash, block->block.header, block};
    const BlockMessage received = there_and_back(sent);
    EXPECT_EQ(received.hash, block->hash);
    ASSERT_TRUE(received.checked.ok());
    EXPECT_EQ(*received.checked.value()->bytes, *block->bytes);
}

TEST(Message, NamesTheHeaderOfABlockThatBreaksARule) {
    test::ChainBuilder chain;
    Bytes bytes = chain.mine_bytes(chain.genesis());
    const BlockHash hash{sha256d(ByteView(bytes).first(80)).bytes};
    bytes.back() ^= 1;
    const Message message = read("block", bytes);
    ASSERT_TRUE(std::holds_alternative<BlockMessage>(message));
    EXPECT_EQ(std::get<BlockMessage>(message).hash, hash);
    EXPECT_FALSE(std::get<BlockMessage>(message).checked.ok());
}

// It is malformed, or a record that fails its check, which comes later than decoding.
bool refused(const Message& message) {
    const auto* told = std::get_if<RecordMessage>(&message);
    return std::holds_alternative<Malformed>(message) ||
           (told != nullptr && !told->record.check().ok());
}

TEST(Message, IsMalformedWhenCutOrLonger) {
    test::SeededRandom random(1);
    AddrV2 addresses;
    addresses.entries.push_back({7, 1, *parse_endpoint("1.2.3.4:5", 0)});
    std::vector<Message> messages = {Version{.user_agent = "/x/"},
                                     Ping{1},
                                     FeeFilter{1},
                                     Headers{some_headers(random)},
                                     GetHeaders{std::vector<BlockHash>(3), BlockHash{}},
                                     Inv{some_items(random)},
                                     addresses};
    messages.emplace_back(RecordMessage{a_record(1)});
    messages.emplace_back(Records{{a_record(1), a_record(2)}});
    for (const Message& message : messages) {
        const Bytes whole = encode(message);
        for (std::size_t size = 0; size < whole.size(); ++size) {
            const Bytes cut(whole.begin(), whole.begin() + static_cast<long>(size));
            // A version without its last byte is one of before BIP 37.
            if (std::holds_alternative<Version>(message) && size + 1 == whole.size()) continue;
            EXPECT_TRUE(refused(read(command_of(message), cut)))
                << command_of(message) << " cut to " << size;
        }
        Bytes longer = whole;
        longer.push_back(0);
        const bool may_grow = std::holds_alternative<Version>(message);
        EXPECT_EQ(refused(read(command_of(message), longer)), !may_grow);
    }
}

TEST(Message, IsMalformedWhenItHasMoreThanItsBound) {
    const auto with_count = [](std::uint64_t count, std::size_t rest, std::size_t before) {
        Writer out;
        out.bytes(Bytes(before));
        out.compact_size(count);
        out.bytes(Bytes(rest));
        return out.take();
    };
    EXPECT_TRUE(std::holds_alternative<Malformed>(read("inv", with_count(50'001, 50'001 * 36, 0))));
    EXPECT_TRUE(
        std::holds_alternative<Malformed>(read("headers", with_count(2'001, 2'001 * 81, 0))));
    EXPECT_TRUE(
        std::holds_alternative<Malformed>(read("getheaders", with_count(102, 103 * 32, 4))));
    EXPECT_TRUE(std::holds_alternative<Malformed>(read("addrv2", with_count(1'001, 30'000, 0))));
    Version version{.user_agent = std::string(256, 'x')};
    Bytes bytes = encode(version);
    bytes[80] = 0xfd;  // the compact size 256 becomes 257
    bytes[81] = 0x01;
    bytes[82] = 0x01;
    EXPECT_TRUE(std::holds_alternative<Malformed>(read("version", bytes)));
}

TEST(Message, LeavesOutAddressesOfOtherNetworks) {
    // BIP 155: Tor v3 (4), then IPv4, then IPv4 hidden in IPv6.
    Writer out;
    out.compact_size(3);
    const auto entry = [&](std::uint8_t network, const Bytes& address) {
        out.u32(1);
        out.compact_size(9);
        out.u8(network);
        out.sized_bytes(address);
        out.u16(0x5c20);  // big-endian on the wire: port 8284
    };
    entry(4, Bytes(32, 7));
    entry(1, {10, 0, 0, 1});
    const auto mapped = parse_endpoint("1.2.3.4", 1)->address;
    entry(2, Bytes(mapped.begin(), mapped.end()));
    const Message message = read("addrv2", out.take());
    ASSERT_TRUE(std::holds_alternative<AddrV2>(message));
    const auto& entries = std::get<AddrV2>(message).entries;
    ASSERT_EQ(entries.size(), 1u);
    EXPECT_EQ(to_string(entries[0].endpoint), "10.0.0.1:8284");
}

bool all_signed(const Records& records) {
    return std::ranges::all_of(records.records,
                               [](const ToldRecord& told) { return told.check().ok(); });
}

TEST(Message, CarriesRecordsWithWholeSignatures) {
    expect_there_and_back(RecordMessage{a_record(1)});
    expect_there_and_back(GetRecords{});
    expect_there_and_back(Records{});
    const Records records{{a_record(1), a_record(2), a_record(3)}};
    expect_there_and_back(records);
    const Bytes whole = encode(records);
    for (std::size_t at = 1; at < whole.size(); ++at) {
        Bytes flipped = whole;
        flipped[at] ^= 0x10;
        const Message message = read("records", flipped);
        const auto* told = std::get_if<Records>(&message);
        EXPECT_TRUE(told == nullptr || !all_signed(*told)) << at;
    }
}

TEST(Message, HoldsNoMoreRecordsThanItsBound) {
    Writer out;
    out.compact_size(Records::kCountMax + 1);
    for (std::size_t i = 0; i <= Records::kCountMax; ++i)
        out.sized_bytes(a_record(1)->bytes());
    EXPECT_TRUE(std::holds_alternative<Malformed>(read("records", out.take())));
    EXPECT_TRUE(std::holds_alternative<Malformed>(read("record", Bytes(301))));
    EXPECT_TRUE(std::holds_alternative<Malformed>(read("record", {})));
}

TEST(Message, OfAnUnknownCommandIsNotAnError) {
    EXPECT_TRUE(std::holds_alternative<Unknown>(read("sendcmpct", Bytes(9))));
    EXPECT_TRUE(std::holds_alternative<Unknown>(read("", {})));
}

}  // namespace
}  // namespace starling::p2p
