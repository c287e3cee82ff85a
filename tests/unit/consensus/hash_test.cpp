#include "consensus/hash.h"

#include "consensus/hex.h"

#include <gtest/gtest.h>

namespace starling {
namespace {

Bytes text(std::string_view s) {
    return {s.begin(), s.end()};
}

TEST(Hash, GivesThePublishedDigests) {
    EXPECT_EQ(hex(sha256(text("abc")).bytes),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(hex(sha256({}).bytes),
              "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(hex(sha256d(text("hello")).bytes),
              "9595c9df90075148eb06860365df33584b75bff782a510c6cd4883a419833d50");
    EXPECT_EQ(hex(sha1(text("abc"))), "a9993e364706816aba3e25717850c26c9cd0d89d");
    EXPECT_EQ(hex(ripemd160(text("abc"))), "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc");
    EXPECT_EQ(hex(hash160(text("hello"))), "b6a9c8c230722b7c748331a8b450f05566dc7d0f");
}

TEST(Hash, OfPartsIsTheHashOfTheWhole) {
    const Bytes whole = text("a message that is longer than one block of the hash, of 64 bytes");
    for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
        const ByteView view(whole);
        EXPECT_EQ(Sha256().add(view.first(cut)).add(view.subspan(cut)).finish(), sha256(whole));
    }
}

TEST(Hash, GoesOnFromACopyOfItsState) {
    Sha256 prefix;
    prefix.add(text("starling"));
    Sha256 copy = prefix;
    prefix.add(text(" one"));
    copy.add(text(" two"));
    EXPECT_EQ(prefix.finish(), sha256(text("starling one")));
    EXPECT_EQ(copy.finish(), sha256(text("starling two")));
}

TEST(Hash, WithATagStartsWithTheTagsHashTwice) {
    const Hash256 tag = sha256(text("TapLeaf"));
    Bytes whole(tag.bytes.begin(), tag.bytes.end());
    whole.insert(whole.end(), tag.bytes.begin(), tag.bytes.end());
    whole.push_back(7);
    EXPECT_EQ(tagged_hash("TapLeaf", Bytes{7}), sha256(whole));
}

TEST(Hash, OfAPairIsTheDoubleHashOfBothSideBySide) {
    const Hash256 left = sha256(text("left"));
    const Hash256 right = sha256(text("right"));
    Bytes both(left.bytes.begin(), left.bytes.end());
    both.insert(both.end(), right.bytes.begin(), right.bytes.end());
    EXPECT_EQ(sha256d_pair(left, right), sha256d(both));
}

TEST(Digest, IsShownWithItsBytesReversed) {
    Txid txid;
    txid.bytes[0] = 0x1a;
    const std::string shown = to_string(txid);
    EXPECT_EQ(shown, std::string(62, '0') + "1a");
    EXPECT_EQ(parse_digest<Txid>(shown), txid);
    EXPECT_EQ(parse_digest<Txid>(shown + "00"), std::nullopt);
    EXPECT_EQ(parse_digest<Txid>("1a"), std::nullopt);
}

}  // namespace
}  // namespace starling
