// A recorded session with Bitcoin Core 31.1, in both directions.

#include "p2p/plain_transport.h"
#include "support/lone_gossip.h"
#include "support/read_file.h"
#include "support/shared_data.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace starling::p2p {
namespace {

struct Recorded {
    std::string connection, from, command;
    Bytes payload;
    Duration at{0};
};

Bytes bytes_of(const boost::json::object& entry, const char* name) {
    return *from_hex(std::string_view(entry.at(name).as_string()));
}

std::vector<Recorded> recorded(const boost::json::value& session, const std::string& connection) {
    std::vector<Recorded> messages;
    for (const auto& entry : session.at("messages").as_array()) {
        const auto& object = entry.as_object();
        if (!object.contains("payload") ||
            object.at("connection").as_string() != connection.c_str())
            continue;
        messages.push_back({connection, object.at("from").as_string().c_str(),
                            object.at("command").as_string().c_str(), bytes_of(object, "payload"),
                            Duration{object.at("ms").as_int64()}});
    }
    return messages;
}

struct CoreSession : testing::Test {
    void SetUp() override {
        const Bytes text = test::read_file(test::shared_data("captures/core-v1.json"));
        if (text.empty()) GTEST_SKIP() << "no captures/core-v1.json";
        session = boost::json::parse(std::string(text.begin(), text.end()));
    }

    // Feeds what Core sent, through the framing, and collects what we answer.
    void play(test::LoneGossip& node, PeerId core, const std::string& connection) {
        PlainDecoder decoder(regtest().magic);
        for (const Recorded& message : recorded(session, connection)) {
            if (message.from != "core") continue;
            std::vector<RawMessage> frames;
            const Bytes wire = encode_plain(regtest().magic, message.command, message.payload);
            ASSERT_FALSE(decoder.feed(wire, frames));
            ASSERT_EQ(frames.size(), 1u);
            const Message decoded = decode(frames[0], regtest());
            ASSERT_FALSE(std::holds_alternative<Malformed>(decoded)) << message.command;
            const auto caused = node.say(core, decoded);
            EXPECT_TRUE(caused.dropped.empty()) << message.command;
            answers.insert(answers.end(), caused.sent.begin(), caused.sent.end());
            const auto later = node.wait(std::chrono::milliseconds(10));
            answers.insert(answers.end(), later.sent.begin(), later.sent.end());
        }
    }
    [[nodiscard]] std::size_t answered(std::string_view command) const {
        return static_cast<std::size_t>(std::ranges::count_if(
            answers, [&](const auto& sent) { return command_of(sent.second) == command; }));
    }

    boost::json::value session;
    std::vector<std::pair<PeerId, Message>> answers;
};

TEST_F(CoreSession, EveryMessageDecodesAndEncodesToTheSameBytes) {
    for (const auto& entry : session.at("messages").as_array()) {
        const auto& object = entry.as_object();
        if (!object.contains("payload")) continue;
        const std::string command = object.at("command").as_string().c_str();
        const Bytes payload = bytes_of(object, "payload");
        const Message message = decode(command, std::make_shared<const Bytes>(payload), regtest());
        ASSERT_FALSE(std::holds_alternative<Malformed>(message)) << command;
        if (std::holds_alternative<Unknown>(message)) continue;
        // We leave the addresses in a version empty.
        if (command == "version") continue;
        EXPECT_EQ(encode(message), payload) << command;
    }
}

TEST_F(CoreSession, ItsEncryptedFirstTryIsForeignFromTheFirstByte) {
    const auto& first = session.at("messages").as_array().at(0).as_object();
    const Bytes key = bytes_of(first, "raw_prefix");
    PlainDecoder decoder(regtest().magic);
    std::vector<RawMessage> frames;
    EXPECT_EQ(decoder.feed(ByteView(key).first(1), frames), TransportError::foreign_magic);
}

TEST_F(CoreSession, CoreThatDialsUsIsAnswered) {
    test::LoneGossip node;
    const PeerId core = node.connect(Direction::inbound);
    play(node, core, "core dials us, second try (v1)");
    EXPECT_TRUE(node.view(core)->ready);
    for (const char* command :
         {"version", "wtxidrelay", "sendaddrv2", "verack", "sendheaders", "feefilter", "headers"})
        EXPECT_EQ(answered(command), 1u) << command;
    EXPECT_EQ(answered("pong"), 1u);
    EXPECT_TRUE(node.view(core)->user_agent.starts_with("/Satoshi:31."));
}

TEST_F(CoreSession, CoreThatWeDialGivesUsItsChain) {
    test::LoneGossip node;
    node.wait(std::chrono::years{20});  // its blocks are not in our future
    const PeerId core = node.connect(Direction::outbound);
    play(node, core, "we dial core (v1)");
    EXPECT_TRUE(node.view(core)->ready);
    EXPECT_EQ(node.ledger().tip()->height, Height{2});  // the two blocks that were recorded
    ASSERT_NE(node.view(core)->best_known, nullptr);
    EXPECT_EQ(node.view(core)->best_known->height, Height{110});
    EXPECT_EQ(node.view(core)->in_flight.size(), 16u);
    EXPECT_GE(answered("getdata"), 1u);
    EXPECT_EQ(answered("notfound"), 1u);  // of the blocks that only the recorder had
    EXPECT_EQ(node.view(core)->fee_filter, (mempool::FeeRate{Amount{100}, 1'000}));
}

}  // namespace
}  // namespace starling::p2p
