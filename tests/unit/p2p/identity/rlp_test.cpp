#include "p2p/identity/rlp.h"

#include "consensus/hex.h"
#include "support/seeded_random.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace starling::p2p {
namespace {

Bytes text(std::string_view s) {
    return {s.begin(), s.end()};
}

Bytes encoded_string(ByteView bytes) {
    RlpWriter writer;
    writer.string(bytes);
    return writer.take();
}

std::string encoded_number(std::uint64_t value) {
    RlpWriter writer;
    writer.number(value);
    return hex(writer.take());
}

// The examples of the Ethereum wiki's page on RLP.
TEST(Rlp, WritesThePublishedExamples) {
    EXPECT_EQ(hex(encoded_string(text("dog"))), "83646f67");
    EXPECT_EQ(hex(encoded_string({})), "80");
    EXPECT_EQ(hex(encoded_string(Bytes{0})), "00");
    EXPECT_EQ(hex(encoded_string(Bytes{0x7f})), "7f");
    EXPECT_EQ(hex(encoded_string(Bytes{0x80})), "8180");
    const auto lorem = text("Lorem ipsum dolor sit amet, consectetur adipisicing elit");
    EXPECT_EQ(hex(encoded_string(lorem)), "b838" + hex(lorem));
    EXPECT_EQ(encoded_number(0), "80");
    EXPECT_EQ(encoded_number(15), "0f");
    EXPECT_EQ(encoded_number(1'024), "820400");
    EXPECT_EQ(encoded_number(~0ull), "88ffffffffffffffff");
    RlpWriter animals, list;
    animals.string(text("cat"));
    animals.string(text("dog"));
    list.list(animals.take());
    EXPECT_EQ(hex(list.take()), "c88363617483646f67");
}

TEST(Rlp, ReadsNumbersWithoutLeadingZerosOnly) {
    const auto read = [](std::string_view digits) {
        const Bytes bytes = *from_hex(digits);
        RlpReader reader(bytes);
        const std::uint64_t value = reader.number();
        return reader.finished() ? std::optional(value) : std::nullopt;
    };
    EXPECT_EQ(read("80"), 0u);
    EXPECT_EQ(read("01"), 1u);
    EXPECT_EQ(read("88ffffffffffffffff"), ~0ull);
    EXPECT_EQ(read("00"), std::nullopt);
    EXPECT_EQ(read("820001"), std::nullopt);
    EXPECT_EQ(read("89010000000000000000"), std::nullopt);
    EXPECT_EQ(read("c0"), std::nullopt);
}

TEST(Rlp, RefusesWhatIsNotCanonical) {
    const std::pair<const char*, const char*> refused[] = {
        {"", "nothing"},
        {"8100", "a prefix before a byte that needs none"},
        {"817f", "a prefix before a byte that needs none"},
        {"b800", "a long size that is short"},
        {"b80161", "a long size that is short"},
        {"b90038", "a size with a leading zero"},
        {"f800", "a long size that is short"},
        {"f90038", "a size with a leading zero"},
        {"83646f", "a string past the end"},
        {"b8", "a size past the end"},
        {"bf", "a size past the end"},
        {"b838ff", "a string past the end"},
        {"bfffffffffffffffff", "a size near the end of its type"},
        {"bffffffffffffffff7ff", "a size near the end of its type"},
        {"c88363", "a list past the end"},
        {"ffffffffffffffffff", "a size near the end of its type"}};
    for (const auto& [digits, why] : refused) {
        const Bytes bytes = *from_hex(digits);
        RlpReader reader(bytes);
        EXPECT_TRUE(reader.item().empty()) << digits << ": " << why;
        EXPECT_TRUE(reader.failed()) << digits << ": " << why;
    }
}

TEST(Rlp, GivesNothingMoreAfterAFailure) {
    const Bytes bytes = *from_hex("c083646f6701");
    RlpReader reader(bytes);
    EXPECT_TRUE(reader.string().empty());  // a list
    EXPECT_TRUE(reader.failed());
    EXPECT_TRUE(reader.string().empty());
    EXPECT_EQ(reader.number(), 0u);
    EXPECT_TRUE(reader.list().failed());
    EXPECT_FALSE(reader.finished());
}

TEST(Rlp, TellsAListFromAString) {
    const Bytes bytes = *from_hex("c20102820304");
    RlpReader reader(bytes);
    ASSERT_TRUE(reader.at_list());
    RlpReader items = reader.list();
    EXPECT_EQ(items.number(), 1u);
    EXPECT_EQ(items.number(), 2u);
    EXPECT_TRUE(items.finished());
    EXPECT_FALSE(reader.at_list());
    EXPECT_EQ(hex(reader.string()), "0304");
    EXPECT_TRUE(reader.finished());
    EXPECT_FALSE(reader.at_list());
}

// ---- Against a naive decoder ----

// An item written out: strings as "(hex)", lists as "[...]"; "!" where the bytes are no item. As
// the Yellow Paper defines it, by recursion and by encoding again: canonical is what encodes to
// the same bytes.
struct Naive {
    ByteView bytes;
    std::size_t at = 0;
    bool good = true;

    std::size_t take(std::size_t count) {
        if (count > bytes.size() - at) good = false;
        const std::size_t from = at;
        if (good) at += count;
        return from;
    }
    std::size_t size_of(std::size_t digits) {
        const std::size_t from = take(digits);
        std::size_t size = 0;
        for (std::size_t i = 0; good && i < digits; ++i)
            size = size << 8 | bytes[from + i];
        return size;
    }
    std::string items_of(ByteView contents) {
        Naive inside{contents};
        std::string out = "[";
        while (inside.good && inside.at < contents.size())
            out += inside.item();
        good = inside.good;
        return good ? out + "]" : "!";
    }
    std::string item() {
        const std::size_t first = at;
        const std::size_t prefix = take(1);
        if (!good) return "!";
        const std::size_t lead = bytes[prefix];
        if (lead < 0x80) return "(" + hex(bytes.subspan(prefix, 1)) + ")";
        const std::size_t base = lead < 0xc0 ? 0x80 : 0xc0;
        const std::size_t size = lead - base <= 55 ? lead - base : size_of(lead - base - 55);
        const std::size_t from = take(size);
        if (!good) return "!";
        const ByteView contents = bytes.subspan(from, size);
        RlpWriter again;
        if (base == 0x80) again.string(contents);
        if (base == 0xc0) again.list(contents);
        good = std::ranges::equal(again.take(), bytes.subspan(first, at - first));
        if (!good) return "!";
        return base == 0x80 ? "(" + hex(contents) + ")" : items_of(contents);
    }
};

std::string read_all(RlpReader& reader) {
    if (!reader.at_list()) {
        const ByteView string = reader.string();
        return reader.failed() ? "!" : "(" + hex(string) + ")";
    }
    RlpReader items = reader.list();
    std::string out = "[";
    while (!items.failed() && !items.empty())
        out += read_all(items);
    if (!items.finished()) reader.fail();
    return reader.failed() ? "!" : out + "]";
}

Bytes random_item(Random& random, unsigned depth) {
    RlpWriter writer;
    if (depth == 0 || random.below(3) > 0) {
        Bytes bytes(random.below(4) == 0 ? random.below(300) : random.below(4));
        for (auto& byte : bytes)
            byte = static_cast<std::uint8_t>(random.next());
        writer.string(bytes);
        return writer.take();
    }
    RlpWriter items;
    for (std::uint64_t i = random.below(5); i > 0; --i)
        items.raw(random_item(random, depth - 1));
    writer.list(items.take());
    return writer.take();
}

void expect_as_naive(ByteView bytes) {
    Naive naive{bytes};
    RlpReader reader(bytes);
    const std::string expected = naive.item();
    EXPECT_EQ(read_all(reader), expected) << hex(bytes);
    EXPECT_EQ(reader.failed(), !naive.good) << hex(bytes);
    if (naive.good) {
        EXPECT_EQ(reader.rest().size(), bytes.size() - naive.at) << hex(bytes);
    }
}

TEST(Rlp, ReadsItemsAsANaiveDecoderDoes) {
    test::SeededRandom random(20);
    for (int i = 0; i < 2'000; ++i) {
        Bytes bytes = random_item(random, 4);
        EXPECT_EQ(Naive{bytes}.item().find('!'), std::string::npos);
        expect_as_naive(bytes);
        bytes[random.below(bytes.size())] = static_cast<std::uint8_t>(random.next());
        expect_as_naive(bytes);
        bytes.resize(random.below(bytes.size() + 1));
        expect_as_naive(bytes);
    }
}

TEST(Rlp, ReadsShortBytesAsANaiveDecoderDoes) {
    Bytes bytes(3);
    for (unsigned first = 0; first < 256; ++first) {
        for (unsigned second = 0; second < 256; ++second) {
            bytes[0] = static_cast<std::uint8_t>(first);
            bytes[1] = static_cast<std::uint8_t>(second);
            bytes[2] = static_cast<std::uint8_t>(first * 7 + second);
            expect_as_naive(bytes);
            expect_as_naive(ByteView(bytes).first(2));
        }
    }
}

}  // namespace
}  // namespace starling::p2p
