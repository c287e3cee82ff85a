// Addresses by the vectors of BIP 173 and BIP 350, and as Bitcoin Core writes legacy ones.

#include "consensus/address.h"

#include "consensus/base58.h"
#include "consensus/hex.h"
#include "consensus/script.h"
#include "support/seeded_random.h"

#include <gtest/gtest.h>

#include <cctype>

namespace starling {
namespace {

std::string message_of(std::string_view address, std::string_view prefix = "bcrt") {
    const auto script = script_of_address(address, prefix);
    return script ? "script " + hex(*script) : script.error().message;
}

TEST(Address, IsTheScriptOfBip350AndBack) {
    struct Case {
        std::string address, script;
    };
    // BIP 350, "Test vectors for v0-v16 native segregated witness addresses".
    for (const auto& [address, script] : {
             Case{"BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
                  "0014751e76e8199196d454941c45d1b3a323f1433bd6"},
             Case{"tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7",
                  "00201863143c14c5166804bd19203356da136c985678cd4d27a1b8c6329604903262"},
             Case{"bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y",
                  "5128751e76e8199196d454941c45d1b3a323f1433bd6751e76e8199196d454941c45d1b3a323f1"
                  "433bd6"},
             Case{"BC1SW50QGDZ25J", "6002751e"},
             Case{"bc1zw508d6qejxtdg4y5r3zarvaryvaxxpcs", "5210751e76e8199196d454941c45d1b3a323"},
             Case{"tb1qqqqqp399et2xygdj5xreqhjjvcmzhxw4aywxecjdzew6hylgvsesrxh6hy",
                  "0020000000c4a5cad46221b2a187905e5266362b99d5e91c6ce24d165dab93e86433"},
             Case{"tb1pqqqqp399et2xygdj5xreqhjjvcmzhxw4aywxecjdzew6hylgvsesf3hn0c",
                  "5120000000c4a5cad46221b2a187905e5266362b99d5e91c6ce24d165dab93e86433"},
             Case{"bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
                  "512079be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798"},
         }) {
        std::string lower = address;
        for (char& c : lower)
            c = static_cast<char>(std::tolower(c));
        const std::string prefix = lower.substr(0, 2);
        EXPECT_EQ(message_of(address, prefix), "script " + script);
        EXPECT_EQ(address_of_script(*from_hex(script), prefix), lower);
    }
}

TEST(Address, RefusesWhatBip350Refuses) {
    const std::string checksum = "Invalid checksum";
    const std::string padding = "Invalid padding in Bech32 data section";
    struct Case {
        std::string address, message;
    };
    // BIP 350, "invalid segwit addresses", and BIP 173.
    for (const auto& [address, message] : {
             Case{"bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd",
                  "Version 1+ witness address must use Bech32m checksum"},
             Case{"tb1z0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqglt7rf",
                  "Version 1+ witness address must use Bech32m checksum"},
             Case{"BC1S0XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ54WELL",
                  "Version 1+ witness address must use Bech32m checksum"},
             Case{"bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kemeawh",
                  "Version 0 witness address must use Bech32 checksum"},
             Case{"bc1p38j9r5y49hruaue7wxjce0updqjuyyx0kh56v8s25huc6995vvpql3jow4",
                  "Invalid Base 32 character"},
             Case{"BC130XLXVLHEMJA6C4DQV22UAPCTQUPFHLXM9H8Z3K2E72Q4K9HCZ7VQ7ZWS8R",
                  "Invalid Bech32 address witness version"},
             Case{"bc1pw5dgrnzv", "Invalid Bech32 address program size (1 byte)"},
             Case{"bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v8n0nx0muaewav253zgeav",
                  "Invalid Bech32 address program size (41 bytes)"},
             Case{"BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P",
                  "Invalid Bech32 v0 address program size (16 bytes), per BIP141"},
             Case{"bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vq47Zagq",
                  "Invalid character or mixed case"},
             Case{"bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7v07qwwzcrf", padding},
             Case{"bc1gmk9yu", "Empty Bech32 data section"},
             Case{"bc1pqqqqp399et2xygdj5xreqhjjvcmzhxw4aywxecjdzew6hylgvsesf3hn0c", checksum},
             Case{"bcqqqqqqqqqqqq", "Missing separator"},
             Case{"bc" + std::string(100, 'q'), "Bech32 string too long"},
         }) {
        const std::string prefix = address.starts_with("tb") ? "tb" : "bc";
        EXPECT_EQ(message_of(address, prefix), message) << address;
    }
    EXPECT_EQ(message_of("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0"),
              "Invalid or unsupported prefix for Segwit (Bech32) address (expected bcrt, got bc).");
}

TEST(Address, PointsAtTheCharacterThatIsWrong) {
    const auto mixed = script_of_address("bcrt1Pqqq", "bcrt");
    ASSERT_FALSE(mixed);
    EXPECT_EQ(mixed.error().where, (std::vector<std::size_t>{5}));
    const auto foreign = script_of_address("bcrt1qqqqqqbqqqqqq", "bcrt");
    ASSERT_FALSE(foreign);
    EXPECT_EQ(foreign.error().where, (std::vector<std::size_t>{11}));
}

TEST(Address, TellsTheLegacyForms) {
    const std::string key_hash = "76a914751e76e8199196d454941c45d1b3a323f1433bd688ac";
    EXPECT_EQ(message_of("mrCDrCybB6J1vRfbwM5hemdJz73FwDBC8r"), "script " + key_hash);
    EXPECT_EQ(address_of_script(*from_hex(key_hash), "bcrt"), "mrCDrCybB6J1vRfbwM5hemdJz73FwDBC8r");
    const std::string script_hash = "a914751e76e8199196d454941c45d1b3a323f1433bd687";
    const auto address = address_of_script(*from_hex(script_hash), "bcrt");
    ASSERT_TRUE(address);
    EXPECT_TRUE(address->starts_with('2'));
    EXPECT_EQ(message_of(*address), "script " + script_hash);

    EXPECT_EQ(message_of("1BgGZ9tcN4rm9KBzDn7KprQz87SZ26SAMH"),  // of Bitcoin's main network
              "Invalid or unsupported Base58-encoded address.");
    EXPECT_EQ(message_of("mrCDrCybB6J1vRfbwM5hemdJz73FwDBC8s"),
              "Invalid or unsupported Segwit (Bech32) or Base58 encoding.");
    EXPECT_EQ(message_of(base58check(Bytes(20, 111))),
              "Invalid length for Base58 address (P2PKH or P2SH)");
    EXPECT_EQ(message_of(""), "Invalid or unsupported Segwit (Bech32) or Base58 encoding.");
}

TEST(Address, OfEveryWitnessProgramLeadsBack) {
    test::SeededRandom random(1);
    for (int version = 0; version <= 16; ++version) {
        for (std::size_t size = 2; size <= 40; ++size) {
            if (version == 0 && size != 20 && size != 32) continue;
            Bytes program(size);
            for (std::uint8_t& byte : program)
                byte = static_cast<std::uint8_t>(random.next());
            const Bytes script = witness_script(version, program);
            const auto address = address_of_script(script, "lstl");
            ASSERT_TRUE(address);
            EXPECT_EQ(message_of(*address, "lstl"), "script " + hex(script));
        }
    }
}

TEST(Address, IsNotThereForScriptsWithoutOne) {
    for (const char* script : {"", "6a", "51", "0003010203", "512101", "00"})
        EXPECT_FALSE(address_of_script(*from_hex(script), "bcrt")) << script;
}

TEST(Base58Check, KeepsLeadingZerosAndBoundsItsWork) {
    // The vectors of Bitcoin Core's base58_tests carry no checksum; these are of the same bytes.
    for (const char* bytes : {"", "00", "0000000000", "61",
                              "00eb15231dfceb60925886b67d065299925915"
                              "aeb172c06647"}) {
        const Bytes given = *from_hex(bytes);
        EXPECT_EQ(from_base58check(base58check(given), given.size()), given);
        if (!given.empty()) {
            EXPECT_FALSE(from_base58check(base58check(given), given.size() - 1));
        }
    }
    EXPECT_FALSE(from_base58check(std::string(1'000'000, 'z'), 100));
    EXPECT_FALSE(from_base58check("0OIl", 100));
}

TEST(ScriptType, HasTheNamesOfBitcoinCore) {
    const std::string key = "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
    const std::string twenty(40, '1');
    const std::string thirty_two(64, '1');
    struct Case {
        std::string script, type;
    };
    for (const auto& [script, type] : {
             Case{"", "nonstandard"},
             Case{"51024e73", "anchor"},
             Case{"52024e73", "witness_unknown"},
             Case{"5120" + thirty_two, "witness_v1_taproot"},
             Case{"5114" + twenty, "witness_unknown"},
             Case{"0014" + twenty, "witness_v0_keyhash"},
             Case{"0020" + thirty_two, "witness_v0_scripthash"},
             Case{"0015" + twenty + "11", "nonstandard"},
             Case{"a914" + twenty + "87", "scripthash"},
             Case{"76a914" + twenty + "88ac", "pubkeyhash"},
             Case{"21" + key + "ac", "pubkey"},
             Case{"21" + key + "ad", "nonstandard"},
             Case{"5121" + key + "51ae", "multisig"},
             Case{"5221" + key + "51ae", "nonstandard"},
             Case{"6a", "nulldata"},
             Case{"6a0401020304", "nulldata"},
             Case{"6a04010203", "nonstandard"},
             Case{"6aac", "nonstandard"},
         }) {
        EXPECT_EQ(script_type(*from_hex(script)), type) << script;
    }
}

}  // namespace
}  // namespace starling
