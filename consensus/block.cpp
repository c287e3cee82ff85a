#include "consensus/block.h"

#include "consensus/hash.h"
#include "consensus/serialize.h"

#include <algorithm>

namespace starling {

namespace {

constexpr std::size_t kTransactionBytesMin = 10;  // version, no inputs, no outputs, lock time

}  // namespace

BlockHash hash_of(const Header& header) {
    Writer out;
    out.reserve(Header::kSize);
    encode(out, header);
    return {sha256d(out.out()).bytes};
}

void encode(Writer& out, const Header& header) {
    out.i32(header.version);
    out.bytes(header.previous.bytes);
    out.bytes(header.merkle_root.bytes);
    out.u32(header.time);
    out.u32(header.bits);
    out.u32(header.nonce);
}

void encode(Writer& out, const Block& block, WitnessForm form) {
    encode(out, block.header);
    out.compact_size(block.transactions.size());
    for (const auto& tx : block.transactions)
        encode(out, tx->data(), form);
}

Bytes serialized(const Block& block) {
    Writer out;
    std::size_t size = Header::kSize + compact_size_bytes(block.transactions.size());
    for (const auto& tx : block.transactions)
        size += tx->size();
    out.reserve(size);
    encode(out, block);
    return out.take();
}

Result<Header, std::string> decode_header(Reader& in) {
    Header header;
    header.version = in.i32();
    header.previous.bytes = in.array<32>();
    header.merkle_root.bytes = in.array<32>();
    header.time = in.u32();
    header.bits = in.u32();
    header.nonce = in.u32();
    if (in.failed()) return Failure{std::string("truncated header")};
    return header;
}

Result<Block, std::string> decode_block(ByteView bytes) {
    Reader in(bytes);
    auto header = decode_header(in);
    if (!header) return Failure{header.error()};
    Block block{.header = *header, .transactions = {}};
    const std::uint64_t count = in.compact_size(kCompactSizeMax);
    if (in.failed()) return Failure{std::string("truncated or non-canonical block")};
    block.transactions.reserve(std::min<std::size_t>(count, in.remaining() / kTransactionBytesMin));
    for (std::uint64_t i = 0; i < count; ++i) {
        auto tx = decode_transaction(in);
        if (!tx) return Failure{tx.error()};
        block.transactions.push_back(std::move(*tx));
    }
    if (!in.finished()) return Failure{std::string("bytes after the block")};
    return block;
}

}  // namespace starling
