#include "sim/net/link_ends.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <variant>

namespace starling::sim {

namespace {

SecretKey random_key(Random& random) {
    SecretKey key{};
    do {
        for (std::size_t at = 0; at < key.size(); at += sizeof(std::uint64_t)) {
            const std::uint64_t word = random.next();
            for (std::size_t byte = 0; byte < sizeof word; ++byte)
                key[at + byte] = static_cast<std::uint8_t>(word >> (8 * byte));
        }
    } while (!p2p::compressed_key(key));
    return key;
}

}  // namespace

// A braced list is evaluated from left to right.
LinkEnds::LinkEnds(const p2p::Identity& dialler,
                   const p2p::CompressedKey& key,
                   const p2p::Identity& listener,
                   Random& random)
    : ends_{p2p::LinkTransport::dialler(dialler.secret, key, random_key(random)),
            p2p::LinkTransport::responder(listener.secret, random_key(random))} {}

bool LinkEnds::encodes(const p2p::Message& message) {
    if (const auto* block = std::get_if<p2p::BlockMessage>(&message)) return block->checked.ok();
    return !std::holds_alternative<p2p::Unknown>(message) &&
           !std::holds_alternative<p2p::Malformed>(message);
}

Bytes LinkEnds::seal(std::size_t end, const p2p::Message& message) {
    const p2p::RawMessage raw{.command = std::string(p2p::command_of(message)),
                              .payload = std::make_shared<const Bytes>(p2p::encode(message)),
                              .header_bytes = ends_[end].header_bytes()};
    return ends_[end].seal({&raw, 1});
}

std::vector<Bytes> LinkEnds::torn(Bytes bytes, Random& random) {
    std::vector<Bytes> pieces;
    const bool whole = random.below(2) == 0;
    std::size_t begin = 0;
    while (!whole && pieces.size() + 1 < kPiecesMax && bytes.size() - begin > 1) {
        const std::size_t size = 1 + random.below(bytes.size() - begin - 1);
        const auto from = bytes.begin() + static_cast<std::ptrdiff_t>(begin);
        pieces.emplace_back(from, from + static_cast<std::ptrdiff_t>(size));
        begin += size;
    }
    bytes.erase(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(begin));
    pieces.push_back(std::move(bytes));
    return pieces;
}

}  // namespace starling::sim
