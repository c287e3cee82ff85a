#include "p2p/message.h"
#include "p2p/plain_transport.h"
#include "support/chain_builder.h"
#include "support/identities.h"
#include "support/random_transaction.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace starling::p2p {
namespace {

// Around the sizes at which a compact size grows.
constexpr std::array<std::size_t, 6> kCounts{0, 1, 252, 253, 1'000, 2'000};

AddrV2 addresses(std::size_t count) {
    AddrV2 message;
    for (std::size_t i = 0; i < count; ++i) {
        const auto endpoint = parse_endpoint(i % 3 == 0 ? "[2001:db8::1]:9" : "1.2.3.4:5", 0);
        message.entries.push_back({7, std::uint64_t{1} << (i * 7 % 64), *endpoint});
    }
    return message;
}

Records records(std::size_t count) {
    Records message;
    for (std::size_t i = 0; i < count; ++i) {
        const auto endpoint = *parse_endpoint(i % 2 == 0 ? "10.0.0.1:9" : "[2001:db8::1]:9", 0);
        message.records.push_back(test::record_of(test::identity(i), endpoint, i * 1'000));
    }
    return message;
}

std::vector<Message> messages_of_count(std::size_t count) {
    const std::vector<InventoryItem> items(count);
    std::vector<Message> messages{Headers{std::vector<Header>(count)}, Inv{items}, GetData{items},
                                  NotFound{items}};
    if (count <= AddrV2::kEntriesMax) messages.emplace_back(addresses(count));
    if (count <= Version::kUserAgentBytesMax)
        messages.emplace_back(Version{.user_agent = std::string(count, 'x')});
    if (count <= GetHeaders::kLocatorHashesMax)
        messages.emplace_back(GetHeaders{std::vector<BlockHash>(count), BlockHash{}});
    return messages;
}

std::vector<Message> some_of_every_kind() {
    std::vector<Message> all{Verack{},     Ping{1},
                             Pong{2},      SendHeaders{},
                             WtxidRelay{}, SendAddrV2{},
                             GetAddr{},    GetRecords{},
                             FeeFilter{3}, GetHeaders{std::vector<BlockHash>(101), BlockHash{}}};
    for (const std::size_t count : kCounts)
        std::ranges::move(messages_of_count(count), std::back_inserter(all));
    for (const std::size_t count : {0u, 1u, 64u})
        all.emplace_back(records(count));
    all.emplace_back(RecordMessage{records(1).records[0]});
    test::SeededRandom random(1);
    for (int i = 0; i < 50; ++i)
        all.emplace_back(Tx{std::make_shared<const Transaction>(test::random_transaction(random))});
    test::ChainBuilder chain;
    const auto block = chain.mine(chain.genesis());
    all.emplace_back(BlockMessage{block->hash, block->block.header, block});
    return all;
}

TEST(WireBytes, AreThoseOfTheEncodedMessage) {
    std::set<std::size_t> kinds;
    for (const Message& message : some_of_every_kind()) {
        kinds.insert(message.index());
        EXPECT_EQ(wire_bytes(message), encode_plain(regtest().magic, message).size())
            << command_of(message);
        EXPECT_EQ(wire_bytes(message, 3), encode(message).size() + 3) << command_of(message);
    }
    // All but Unknown and Malformed, which are never encoded.
    EXPECT_EQ(kinds.size(), std::variant_size_v<Message> - 2);
}

TEST(WireBytes, OfWhatHasNoPayloadAreTheHeader) {
    EXPECT_EQ(wire_bytes(Unknown{"sendcmpct"}), 24u);
    EXPECT_EQ(wire_bytes(Malformed{"inv", "trailing bytes"}), 24u);
    const BlockMessage refused{{}, {}, Failure{Reject{RejectKind::invalid, "bad-txnmrklroot", {}}}};
    EXPECT_EQ(wire_bytes(refused), 24u + Header::kSize);
}

}  // namespace
}  // namespace starling::p2p
