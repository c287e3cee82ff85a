#include "p2p/identity/record.h"

#include "p2p/identity/base64url.h"
#include "support/crafted_record.h"
#include "support/hex_array.h"
#include "support/json_vectors.h"
#include "support/seeded_random.h"

#include <gtest/gtest.h>

namespace starling::p2p {
namespace {

using test::CraftedRecord;

// Why it was refused; nothing if it was not.
std::optional<RecordError> refusal(ByteView rlp) {
    const auto record = Record::decode(rlp);
    return record.ok() ? std::nullopt : std::optional(record.error());
}

std::optional<RecordError> refusal(const CraftedRecord& record) {
    return refusal(record.sealed());
}

std::optional<RecordError> text_refusal(std::string_view text) {
    const auto record = Record::parse(text);
    return record.ok() ? std::nullopt : std::optional(record.error());
}

Endpoint ipv6(std::string_view text) {
    return *parse_endpoint(text, 0);
}

RecordFields some_fields() {
    return {.sequence = 7,
            .udp = Endpoint::ipv4({10, 1, 2, 3}, 9'000),
            .tcp = Endpoint::ipv4({10, 1, 2, 3}, 9'001),
            .network = NetworkTag{1, 2, 3}};
}

void expect_equal(const RecordFields& a, const RecordFields& b) {
    EXPECT_EQ(a.sequence, b.sequence);
    EXPECT_EQ(a.udp, b.udp);
    EXPECT_EQ(a.tcp, b.tcp);
    EXPECT_EQ(a.udp6, b.udp6);
    EXPECT_EQ(a.tcp6, b.tcp6);
    EXPECT_EQ(a.network, b.network);
}

// ---- The published record ----

struct PublishedRecord : testing::Test {
    void SetUp() override {
        vectors = test::json_vectors("vectors/discv5.json");
        if (vectors.is_null()) GTEST_SKIP() << "no vectors/discv5.json";
        const auto& known = vectors.at("enr");
        text = known.at("text").as_string();
        secret = test::hex_array<SecretKey>(known.at("private_key").as_string());
        id = known.at("node_id").as_string();
    }
    boost::json::value vectors;
    std::string text, id;
    SecretKey secret{};
};

TEST_F(PublishedRecord, IsReadAsItsAuthorsSay) {
    const auto record = Record::parse(text);
    ASSERT_TRUE(record.ok());
    EXPECT_EQ(to_string((*record)->id()), id);
    EXPECT_EQ((*record)->key(), Identity::from(secret)->key);
    expect_equal((*record)->fields(),
                 {.sequence = 1, .udp = Endpoint::ipv4({127, 0, 0, 1}, 30'303)});
    EXPECT_EQ((*record)->text(), text);
}

TEST_F(PublishedRecord, IsWrittenByteForByte) {
    const auto record =
        Record::sign({.udp = Endpoint::ipv4({127, 0, 0, 1}, 30'303)}, *Identity::from(secret));
    EXPECT_EQ(record->text(), text);
}

// ---- What a record says ----

TEST(Record, SaysWhatWasSigned) {
    const auto owner = test::identity(1);
    const auto record = Record::sign(some_fields(), owner);
    expect_equal(record->fields(), some_fields());
    EXPECT_EQ(record->id(), owner.id);
    EXPECT_EQ(record->key(), owner.key);
    EXPECT_EQ(record->sequence(), 7u);
    EXPECT_EQ(record->udp(), some_fields().udp);
    EXPECT_EQ(record->tcp(), some_fields().tcp);
    EXPECT_TRUE(record->of_network({1, 2, 3}));
    EXPECT_FALSE(record->of_network({1, 2, 4}));
}

TEST(Record, WithoutANetworkIsOfNone) {
    const auto record = Record::sign({}, test::identity(1));
    EXPECT_FALSE(record->of_network({}));
    EXPECT_EQ(record->udp(), std::nullopt);
    EXPECT_EQ(record->tcp(), std::nullopt);
}

TEST(Record, IsReachedByIpv4First) {
    RecordFields fields{.udp6 = ipv6("[2001:db8::1]:9000"), .tcp6 = ipv6("[2001:db8::1]:9001")};
    EXPECT_EQ(Record::sign(fields, test::identity(1))->udp(), fields.udp6);
    EXPECT_EQ(Record::sign(fields, test::identity(1))->tcp(), fields.tcp6);
    fields.udp = Endpoint::ipv4({10, 1, 2, 3}, 1);
    EXPECT_EQ(Record::sign(fields, test::identity(1))->udp(), fields.udp);
}

TEST(Record, GivesThePortsOfIpv4ToIpv6ThatHasNone) {
    auto record = CraftedRecord::usual();
    record.insert("udp", {0x23, 0x28}).insert("tcp", {0x23, 0x29});
    record.insert("ip6", Bytes(16, 0x20)).insert("tcp6", {0x23, 0x2a});
    const auto decoded = Record::decode(record.sealed());
    ASSERT_TRUE(decoded.ok());
    EXPECT_EQ((*decoded)->fields().udp, std::nullopt) << "no IPv4 address";
    EXPECT_EQ((*decoded)->fields().udp6->port, 9'000);
    EXPECT_EQ((*decoded)->fields().tcp6->port, 9'002);
}

TEST(Record, LeavesOutAPortThatRepeatsThatOfIpv4) {
    RecordFields fields = some_fields();
    fields.udp6 = ipv6("[2001:db8::1]:9000");
    fields.tcp6 = ipv6("[2001:db8::1]:9001");
    const auto record = Record::sign(fields, test::identity(1));
    expect_equal(record->fields(), fields);
    const std::string bytes(record->bytes().begin(), record->bytes().end());
    EXPECT_EQ(bytes.find("udp6"), std::string::npos);
    EXPECT_EQ(bytes.find("tcp6"), std::string::npos);
}

TEST(Record, KeepsKeysThatItDoesNotKnow) {
    auto record = CraftedRecord::usual();
    record.insert("eth2", Bytes(20, 5)).insert("zz", {}).insert("", {1});
    const Bytes bytes = record.sealed();
    const auto decoded = Record::decode(bytes);
    ASSERT_TRUE(decoded.ok());
    EXPECT_EQ((*decoded)->bytes(), bytes);
    const auto parsed = Record::parse((*decoded)->text());
    ASSERT_TRUE(parsed.ok());
    EXPECT_EQ((*parsed)->bytes(), bytes);
}

TEST(Record, MayHaveAListUnderAForeignKey) {
    EXPECT_EQ(refusal(CraftedRecord::usual().add_item("zz", *from_hex("c20102"))), std::nullopt);
}

Endpoint random_endpoint(Random& random, bool ipv4) {
    const auto port = static_cast<std::uint16_t>(1 + random.below(65'535));
    std::array<std::uint8_t, 16> address{};
    for (auto& byte : address)
        byte = static_cast<std::uint8_t>(random.next());
    if (!ipv4) return {address, port};
    return Endpoint::ipv4({address[0], address[1], address[2], address[3]}, port);
}

RecordFields random_fields(Random& random) {
    const auto yes = [&random] { return random.below(2) == 0; };
    RecordFields fields{.sequence = random.next() >> random.below(64)};
    const Endpoint four = random_endpoint(random, true), six = random_endpoint(random, false);
    if (yes()) fields.udp = four;
    if (yes()) fields.tcp = {four.address, random_endpoint(random, true).port};
    // As the ports of IPv4 hold for IPv6, only an address of one kind goes without.
    if (fields.udp || yes()) fields.udp6 = six;
    if (fields.tcp || yes()) fields.tcp6 = {six.address, random_endpoint(random, true).port};
    if (yes()) fields.udp6 = fields.tcp6 = std::nullopt;
    if (yes()) fields.network = NetworkTag{static_cast<std::uint8_t>(random.next())};
    return fields;
}

TEST(Record, OfAnyFieldsComesBackFromBytesAndText) {
    test::SeededRandom random(11);
    const auto owner = test::identity(9);
    for (int i = 0; i < 100; ++i) {
        const RecordFields fields = random_fields(random);
        const auto record = Record::sign(fields, owner);
        expect_equal(record->fields(), fields);
        const auto again = Record::parse(record->text());
        ASSERT_TRUE(again.ok());
        EXPECT_EQ((*again)->bytes(), record->bytes());
        expect_equal((*again)->fields(), fields);
        EXPECT_EQ(Record::sign((*again)->fields(), owner)->bytes(), record->bytes());
    }
}

// ---- What is refused ----

// A record of exactly this size (from 260), by a foreign key's value.
CraftedRecord of_size(std::size_t size) {
    const auto with = [](std::size_t value_bytes) {
        return CraftedRecord::usual().add("zz", Bytes(value_bytes));
    };
    return with(180 + size - with(180).sealed().size());
}

TEST(Record, HasAtMost300Bytes) {
    ASSERT_EQ(of_size(300).sealed().size(), 300u);
    ASSERT_EQ(of_size(301).sealed().size(), 301u);
    EXPECT_EQ(refusal(of_size(300)), std::nullopt);
    EXPECT_EQ(refusal(of_size(301)), RecordError::too_long);
    EXPECT_EQ(text_refusal("enr:" + base64url(of_size(300).sealed())), std::nullopt);
    EXPECT_EQ(text_refusal("enr:" + base64url(of_size(301).sealed())), RecordError::too_long);
}

TEST(Record, HasATextOfOneForm) {
    const std::string good = Record::sign(some_fields(), test::identity(1))->text();
    EXPECT_EQ(text_refusal(good), std::nullopt);
    EXPECT_EQ(text_refusal(good.substr(4)), RecordError::bad_text);
    EXPECT_EQ(text_refusal("ENR:" + good.substr(4)), RecordError::bad_text);
    EXPECT_EQ(text_refusal(good + "="), RecordError::bad_text);
    EXPECT_EQ(text_refusal(good + "\n"), RecordError::bad_text);
    EXPECT_EQ(text_refusal("enr:/" + good.substr(5)), RecordError::bad_text);
    EXPECT_EQ(text_refusal(""), RecordError::bad_text);
    EXPECT_EQ(text_refusal("enr:"), RecordError::bad_rlp);
    EXPECT_EQ(text_refusal(std::string(10'000'000, 'A')), RecordError::too_long);
}

TEST(Record, IsOneCanonicalList) {
    const Bytes good = CraftedRecord::usual().sealed();
    Bytes more = good;
    more.push_back(0);
    EXPECT_EQ(refusal(more), RecordError::bad_rlp);
    EXPECT_EQ(refusal(Bytes{}), RecordError::bad_rlp);
    EXPECT_EQ(refusal(Bytes{0xc0}), RecordError::bad_rlp);
    EXPECT_EQ(refusal(*from_hex("83646f67")), RecordError::bad_rlp);
    for (std::size_t size = 0; size < good.size(); ++size)
        EXPECT_EQ(refusal(ByteView(good).first(size)), RecordError::bad_rlp) << size;
}

TEST(Record, HasASequenceNumberWithoutLeadingZeros) {
    const auto record = CraftedRecord::usual();
    Bytes items = record.items();
    ASSERT_EQ(items[0], 1);
    items[0] = 0;
    EXPECT_EQ(refusal(record.sealed(items)), RecordError::bad_rlp);
    auto last = record;
    last.sequence = ~0ull;
    const auto decoded = Record::decode(last.sealed());
    ASSERT_TRUE(decoded.ok());
    EXPECT_EQ((*decoded)->sequence(), ~0ull);
}

TEST(Record, HasAValueForEachKey) {
    const auto record = CraftedRecord::usual();
    Bytes items = record.items();
    items.push_back('z');
    EXPECT_EQ(refusal(record.sealed(items)), RecordError::bad_rlp);
}

TEST(Record, HasRisingKeys) {
    EXPECT_EQ(refusal(CraftedRecord::usual().add("ip", {10, 1, 2, 3})), RecordError::unsorted);
    EXPECT_EQ(refusal(CraftedRecord::usual().add("zz", {1}).add("zz", {1})), RecordError::unsorted);
    EXPECT_EQ(refusal(CraftedRecord::usual().add("z", {1}).add("zz", {1})), std::nullopt);
    // Bytes, not letters: 0xff comes last.
    EXPECT_EQ(refusal(CraftedRecord::usual().add("zz", {1}).add("\xff", {1})), std::nullopt);
}

TEST(Record, HasTheSchemeV4) {
    auto other = CraftedRecord::usual();
    other.pairs[0].second = *from_hex("827635");  // "v5"
    EXPECT_EQ(refusal(other), RecordError::unknown_scheme);
    other.pairs[0].second = *from_hex("c3827634");  // a list
    EXPECT_EQ(refusal(other), RecordError::unknown_scheme);
    other.pairs.erase(other.pairs.begin());
    EXPECT_EQ(refusal(other), RecordError::unknown_scheme);
}

TEST(Record, HasAKeyThatIsAPoint) {
    auto keyless = CraftedRecord::usual();
    keyless.pairs.pop_back();
    EXPECT_EQ(refusal(keyless), RecordError::bad_key);
    const auto point = *coordinates(keyless.owner.key);
    Bytes uncompressed(point.begin(), point.end());
    uncompressed.insert(uncompressed.begin(), 4);
    for (const Bytes& key : {Bytes(33, 0xff), Bytes(32, 1), Bytes(), uncompressed}) {
        auto other = keyless;
        EXPECT_EQ(refusal(other.add("secp256k1", key)), RecordError::bad_key) << hex(key);
    }
}

TEST(Record, IsSignedByItsKey) {
    auto record = CraftedRecord::usual();
    record.owner = test::identity(2);  // whose key it does not name
    EXPECT_EQ(refusal(record), RecordError::bad_signature);
    const Bytes items = CraftedRecord::usual().items();
    for (const Bytes& signature : {Bytes(64, 1), Bytes(63, 1), Bytes(65, 1), Bytes()}) {
        EXPECT_EQ(refusal(CraftedRecord::with_signature(signature, items)),
                  RecordError::bad_signature)
            << hex(signature);
    }
}

TEST(Record, IsRefusedIfAnyBitWasTurned) {
    const Bytes good = Record::sign(some_fields(), test::identity(1))->bytes();
    for (std::size_t i = 0; i < good.size(); ++i) {
        Bytes changed = good;
        changed[i] = static_cast<std::uint8_t>(changed[i] ^ (1 << (i % 8)));
        EXPECT_NE(refusal(changed), std::nullopt) << "byte " << i;
    }
}

TEST(Record, HasNoKnownKeyWithAnImpossibleValue) {
    const std::pair<const char*, Bytes> strange[] = {
        {"ip", {}},
        {"ip", Bytes(5, 1)},
        {"ip", Bytes(16, 1)},
        {"ip6", Bytes(4, 1)},
        {"ip6", *from_hex("00000000000000000000ffff0a010203")},  // passes for IPv4
        {"udp", {}},                                             // 0
        {"udp", {0, 1}},
        {"udp", {1, 0, 0}},
        {"tcp", {}},
        {"udp6", {}},
        {"tcp6", {1, 0, 0}},
        {"starling", {}},
        {"starling", Bytes(11, 1)},
        {"starling", Bytes(13, 1)}};
    for (const auto& [key, value] : strange) {
        EXPECT_EQ(refusal(CraftedRecord::usual().insert(key, value)), RecordError::bad_field)
            << key << " " << hex(value);
    }
}

TEST(Record, HasNoListUnderAKnownKey) {
    for (const char* key : {"starling", "tcp", "tcp6", "udp", "udp6"}) {
        const auto record = CraftedRecord::usual().add_item(key, *from_hex("c101"));
        EXPECT_EQ(refusal(record), RecordError::bad_field) << key;
    }
}

// What nobody vouches for is not looked at.
TEST(Record, IsNotReadBeforeItsSignatureIsChecked) {
    auto record = CraftedRecord::usual().insert("ip", Bytes(5, 1));
    record.owner = test::identity(2);
    EXPECT_EQ(refusal(record), RecordError::bad_signature);
}

}  // namespace
}  // namespace starling::p2p
