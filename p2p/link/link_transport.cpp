#include "p2p/link/link_transport.h"

#include <cassert>

namespace starling::p2p {

LinkTransport LinkTransport::dialler(const SecretKey& own,
                                     const CompressedKey& theirs,
                                     const SecretKey& ephemeral) {
    return {NoiseHandshake::dialler(own, theirs, ephemeral), Awaited::beginning};
}

LinkTransport LinkTransport::responder(const SecretKey& own, const SecretKey& ephemeral) {
    return {NoiseHandshake::responder(own, ephemeral), Awaited::act_one};
}

Transport::Opened LinkTransport::open(ByteView bytes) {
    Opened out;
    if (awaited_ != Awaited::frames && !shake_hands(bytes, out.reply))
        return {.error = TransportError::bad_handshake};
    if (awaited_ != Awaited::frames) return out;
    out.established = true;
    if (const auto error = reader_->feed(bytes, out.messages)) return {.error = error};
    return out;
}

bool LinkTransport::shake_hands(ByteView& bytes, Bytes& reply) {
    if (awaited_ == Awaited::beginning) {
        const auto act = handshake_.act_one();
        if (!act) return false;
        reply = *act;
        awaited_ = Awaited::act_two;
    }
    while (awaited_ != Awaited::frames) {
        const std::size_t act_bytes = awaited_ == Awaited::act_three
                                          ? NoiseHandshake::kActThreeBytes
                                          : NoiseHandshake::kActOneBytes;
        static_assert(NoiseHandshake::kActOneBytes == NoiseHandshake::kActTwoBytes);
        const auto act = joiner_.next(bytes, act_bytes);
        if (!act) return true;
        if (!take_act(*act, reply)) return false;
    }
    return true;
}

bool LinkTransport::take_act(ByteView act, Bytes& reply) {
    if (awaited_ == Awaited::act_three) {
        if (!handshake_.finish(act)) return false;
        establish();
        return true;
    }
    const bool dialler = awaited_ == Awaited::act_two;
    const auto answer = dialler ? handshake_.act_three(act) : handshake_.act_two(act);
    if (!answer) return false;
    reply.insert(reply.end(), answer->begin(), answer->end());
    awaited_ = Awaited::act_three;
    if (dialler) establish();
    return true;
}

void LinkTransport::establish() {
    awaited_ = Awaited::frames;
    reader_.emplace(handshake_.keys());
    writer_.emplace(handshake_.keys());
    joiner_ = Joiner();
}

Bytes LinkTransport::seal(std::span<const RawMessage> messages) {
    assert(writer_);
    return writer_->seal(messages);
}

std::optional<CompressedKey> LinkTransport::peer_key() const {
    if (!writer_) return std::nullopt;
    return handshake_.peer_key();
}

}  // namespace starling::p2p
