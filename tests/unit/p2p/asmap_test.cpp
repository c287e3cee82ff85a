#include "p2p/asmap.h"

#include "consensus/hex.h"
#include "p2p/address.h"
#include "support/asmap_file.h"
#include "support/seeded_random.h"

#include <gtest/gtest.h>

#include <set>
#include <string_view>

namespace starling::p2p {
namespace {

using Address = std::array<std::uint8_t, 16>;

Address address(std::string_view host) {
    const auto endpoint = parse_endpoint(host, 1);
    EXPECT_TRUE(endpoint) << host;
    return endpoint.value_or(Endpoint{}).address;
}

// A file from its bits as one writes them down; blanks do not count.
Bytes file_of(std::string_view bits) {
    Bytes out;
    std::size_t count = 0;
    for (const char c : bits) {
        if (c == ' ') continue;
        if (count % 8 == 0) out.push_back(0);
        if (c == '1') out.back() = static_cast<std::uint8_t>(out.back() | 1u << count % 8);
        ++count;
    }
    return out;
}
Asmap map_of(const Bytes& bytes) {
    auto map = Asmap::decode(bytes);
    EXPECT_TRUE(map.ok()) << (map.ok() ? "" : describe(map.error()));
    return map.ok() ? *map : *Asmap::decode(file_of("0 0 000000000000000"));
}
std::optional<AsmapError> error_of(const Bytes& bytes) {
    const auto map = Asmap::decode(bytes);
    if (map) return std::nullopt;
    return map.error();
}

// Bitcoin Core's asmap_test_vectors (src/test/netbase_tests.cpp): a random map of 128 ranges and
// what it says of some addresses.
constexpr std::string_view kCoreMap =
    "fd38d50f7d5d665357f64bba6bfc190d6078a7e68e5d3ac032edf47f8b5755f87881bfd3633d9aa7c1fa279b3"
    "6fe26c63bbc9de44e0f04e5a382d8e1cddbe1c26653bc939d4327f287e8b4d1f8aff33176787cb0ff7cb28e3f"
    "daef0f8f47357f801c9f7ff7a99f7f9c9f99de7f3156ae00f23eb27a303bc486aa3ccc31ec19394c2f8a53ddd"
    "ea3cc56257f3b7e9b1f488be9c1137db823759aa4e071eef2e984aaf97b52d5f88d0f373dd190fe45e06efef1"
    "df7278be680a73a74c76db4dd910f1d30752c57fe2bc9f079f1a1e1b036c2a69219f11c5e11980a3fa51f4f82"
    "d36373de73b1863a8c27e36ae0e4f705be3d76ecff038a75bc0f92ba7e7f6f4080f1c47c34d095367ecf4406c"
    "1e3bbc17ba4d6f79ea3f031b876799ac268b1e0ea9babf0f9a8e5f6c55e363c6363df46afc696d7afceaf49b6"
    "e62df9e9dc27e70664cafe5c53df66dd0b8237678ada90e73f05ec60e6f6e96c3cbb1ea2f9dece115d5bdba10"
    "33e53662a7d72a29477b5beb35710591d3e23e5f0379baea62ffdee535bcdf879cbf69b88d7ea37c8015381cf"
    "63dc33d28f757a4a5e15d6a08";

TEST(Asmap, AgreesWithBitcoinCore) {
    const Asmap map = map_of(*from_hex(kCoreMap));
    const struct {
        const char* host;
        std::uint32_t system;
    } kCases[] = {
        {"0:1559:183:3728:224c:65a5:62e6:e991", 961'340},
        {"d0:d493:faa0:8609:e927:8b75:293c:f5a4", 961'340},
        {"2a0:26f:8b2c:2ee7:c7d1:3b24:4705:3f7f", 693'761},
        {"a77:7cd4:4be5:a449:89f2:3212:78c6:ee38", 0},
        {"1336:1ad6:2f26:4fe3:d809:7321:6e0d:4615", 672'176},
        {"1d56:abd0:a52f:a8d5:d5a7:a610:581d:d792", 499'880},
        {"378e:7290:54e5:bd36:4760:971c:e9b9:570d", 0},
        {"406c:820b:272a:c045:b74e:fc0a:9ef2:cecc", 248'495},
        {"46c2:ae07:9d08:2d56:d473:2bc7:57e3:20ac", 248'495},
        {"50d2:3db6:52fa:2e7:12ec:5bc4:1bd1:49f9", 124'471},
        {"53e1:1812:ffa:dccf:f9f2:64be:75fa:795", 539'993},
        {"544d:eeba:3990:35d1:ad66:f9a3:576d:8617", 374'443},
        {"6a53:40dc:8f1d:3ffa:efeb:3aa3:df88:b94b", 435'070},
        {"87aa:d1c9:9edb:91e7:aab1:9eb9:baa0:de18", 244'121},
        {"9f00:48fa:88e3:4b67:a6f3:e6d2:5cc1:5be2", 862'116},
        {"c49f:9cc6:86ad:ba08:4580:315e:dbd1:8a62", 969'411},
        {"dff5:8021:61d:b17d:406d:7888:fdac:4a20", 969'411},
        {"e888:6791:2960:d723:bcfd:47e1:2d8c:599f", 824'019},
    };
    for (const auto& [host, system] : kCases)
        EXPECT_EQ(map.lookup(address("[" + std::string(host) + "]")), system) << host;
}

// By hand: JUMP over 17 bits; RETURN 1 where the first bit is 0; else MATCH 01, RETURN 32,769.
TEST(Asmap, FollowsTheInstructions) {
    const Bytes file = file_of(
        "10 0 00000"
        "0 0 000000000000000"
        "110 10 01"
        "0 10 0000000000000000");
    const Asmap map = map_of(file);
    EXPECT_EQ(map.lookup(address("[7f00::1]")), 1u);
    EXPECT_EQ(map.lookup(address("80.1.2.3")), 1u);
    EXPECT_EQ(map.lookup(address("[a000::1]")), 32'769u);
    EXPECT_EQ(map.lookup(address("[8000::1]")), 0u);
    EXPECT_EQ(map.lookup(address("[c000::1]")), 0u);
    EXPECT_EQ(map.systems(), 2u);
    EXPECT_EQ(map.size(), file.size());
}

TEST(Asmap, AnswersWithTheDefaultWhereAMatchEnds) {
    const Asmap map = map_of(file_of("111 0 000000000000110  110 0 1  0 0 000000000000001"));
    EXPECT_EQ(map.lookup(address("[8000::]")), 2u);
    EXPECT_EQ(map.lookup(address("80.1.2.3")), 7u);
}

TEST(Asmap, SaysWhatIsWrongWithAFile) {
    constexpr std::string_view kReturn = "0 0 000000000000000";
    const auto file = [&](std::initializer_list<std::string_view> parts) {
        std::string bits;
        for (const std::string_view part : parts)
            bits += part;
        return file_of(bits);
    };
    const auto repeated = [](std::size_t count, std::string_view bits) {
        std::string out;
        while (count-- > 0)
            out += bits;
        return out;
    };
    EXPECT_EQ(error_of({}), AsmapError::cut_short);
    EXPECT_EQ(error_of(Bytes(Asmap::kBytesMax + 1)), AsmapError::too_large);
    EXPECT_EQ(error_of(file({"0 0 0000"})), AsmapError::cut_short);
    EXPECT_EQ(error_of(file({kReturn})), std::nullopt);
    EXPECT_EQ(error_of(file({kReturn, "00000001"})), AsmapError::bad_padding);
    EXPECT_EQ(error_of(file({kReturn, "0000000 00000000"})), AsmapError::bad_padding);
    EXPECT_EQ(error_of(file({"10 0 00001", kReturn, kReturn})), AsmapError::superfluous);
    EXPECT_EQ(error_of(file({"10 0 11111", kReturn, kReturn})), AsmapError::bad_jump);
    EXPECT_EQ(error_of(file({"10 0 00000 10 0 00000", kReturn, kReturn, kReturn})),
              AsmapError::bad_jump);
    EXPECT_EQ(error_of(file({"111 0 000000000000000", kReturn})), AsmapError::superfluous);
    EXPECT_EQ(error_of(file({"111 0 000000000000000 111 0 000000000000001 110 0 1", kReturn})),
              AsmapError::superfluous);
    EXPECT_EQ(error_of(file({"110 0 1 110 0 1", kReturn})), AsmapError::superfluous);
    const std::string whole = repeated(16, "110 1111111 00000000");
    EXPECT_EQ(error_of(file({whole, kReturn})), std::nullopt);
    EXPECT_EQ(error_of(file({whole, "110 0 1", kReturn})), AsmapError::too_deep);
    EXPECT_EQ(error_of(file({whole, "10 0 00000", kReturn, kReturn})), AsmapError::too_deep);
    std::set<std::string_view> texts;
    for (const auto error :
         {AsmapError::too_large, AsmapError::cut_short, AsmapError::bad_jump, AsmapError::too_deep,
          AsmapError::superfluous, AsmapError::bad_padding})
        EXPECT_TRUE(texts.insert(describe(error)).second);
}

struct RandomMap {
    explicit RandomMap(std::uint64_t seed, std::size_t prefixes_max = 60) : random(seed) {
        const std::size_t count = 1 + random.below(prefixes_max);
        for (std::size_t i = 0; i < count; ++i) {
            test::AnnouncedPrefix prefix{
                .address = any_address(), .bits = random.below(129), .system = any_system()};
            if (random.below(20) == 0) prefix.bits = random.below(3);
            prefixes.push_back(prefix);
        }
        if (const auto written = test::AsmapWriter::file(prefixes, &random)) file = *written;
    }
    // Near the ones that are there, so that prefixes lie within each other.
    Address any_address() {
        Address out{};
        if (!prefixes.empty() && random.below(3) > 0) {
            out = prefixes[random.below(prefixes.size())].address;
            const std::uint64_t bit = random.below(128);
            out[bit / 8] = static_cast<std::uint8_t>(out[bit / 8] ^ 1u << bit % 8);
            return out;
        }
        for (std::uint8_t& byte : out)
            byte = static_cast<std::uint8_t>(random.next());
        return out;
    }
    std::uint32_t any_system() {
        if (random.below(8) == 0) return 0;
        const std::uint64_t bits = 1 + random.below(25);
        return static_cast<std::uint32_t>(1 + random.below((std::uint64_t{1} << bits) - 1));
    }

    test::SeededRandom random;
    std::vector<test::AnnouncedPrefix> prefixes;
    Bytes file;  // empty: no address has a system
};

TEST(Asmap, MeansWhatALongestPrefixMatchMeans) {
    int tried = 0;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        RandomMap world(seed);
        if (world.file.empty()) continue;
        const Asmap map = map_of(world.file);
        for (int i = 0; i < 60; ++i) {
            const Address address = world.any_address();
            ASSERT_EQ(map.lookup(address), test::naive_system(world.prefixes, address)) << seed;
        }
        ++tried;
    }
    EXPECT_GT(tried, 150);
}

// Whatever is taken in can be asked about any address; assertions and sanitizers see the rest.
TEST(Asmap, SurvivesDamageAnywhere) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        RandomMap world(seed, 8);
        if (world.file.empty()) continue;
        for (std::size_t size = 0; size < world.file.size(); ++size)
            EXPECT_FALSE(
                Asmap::decode(Bytes(world.file.begin(),
                                    world.file.begin() + static_cast<std::ptrdiff_t>(size)))
                    .ok());
        for (std::size_t bit = 0; bit < 8 * world.file.size(); ++bit) {
            Bytes damaged = world.file;
            damaged[bit / 8] = static_cast<std::uint8_t>(damaged[bit / 8] ^ 1u << bit % 8);
            const auto map = Asmap::decode(damaged);
            if (!map) continue;
            for (int i = 0; i < 4; ++i)
                static_cast<void>(map.value().lookup(world.any_address()));
        }
    }
}

TEST(Asmap, SurvivesNoise) {
    test::SeededRandom random(5);
    for (int i = 0; i < 20'000; ++i) {
        Bytes noise(random.below(40));
        for (std::uint8_t& byte : noise)
            byte = static_cast<std::uint8_t>(random.next());
        const auto map = Asmap::decode(noise);
        if (map) static_cast<void>(map.value().lookup(address("80.1.2.3")));
    }
}

}  // namespace
}  // namespace starling::p2p
