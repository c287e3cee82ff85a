#pragma once

#include "consensus/transaction.h"

#include <cstdint>
#include <vector>

namespace starling {

struct Header {
    static constexpr std::size_t kSize = 80;

    std::int32_t version = 0;
    BlockHash previous;
    MerkleRoot merkle_root;
    std::uint32_t time = 0;  // seconds since 1970
    std::uint32_t bits = 0;  // the target in compact form
    std::uint32_t nonce = 0;

    friend bool operator==(const Header&, const Header&) = default;
};

BlockHash hash_of(const Header& header);  // SHA-256d of the 80 bytes

struct Block {
    Header header;
    std::vector<Shared<Transaction>> transactions;
};

void encode(Writer& out, const Header& header);
void encode(Writer& out, const Block& block, WitnessForm form = WitnessForm::with);
Bytes serialized(const Block& block);

Result<Header, std::string> decode_header(Reader& in);
// Bytes that must hold one block and nothing else.
Result<Block, std::string> decode_block(ByteView bytes);

}  // namespace starling
