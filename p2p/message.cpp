#include "p2p/message.h"

#include <cassert>
#include <optional>
#include <type_traits>
#include <utility>

namespace starling::p2p {
namespace {

// Messages that are decoded from bytes alone; a block also wants the network's parameters.
template <class M>
constexpr bool kPlain = requires(Reader& in) {
    M::decode(in);
};
template <class M>
constexpr bool kNamed = requires {
    M::kCommand;
};

template <class M>
Message decode_as(const Bytes& payload) {
    Reader in(payload);
    auto message = M::decode(in);
    const std::string command(M::kCommand);
    if (!message) return Malformed{command, message.error()};
    if (in.failed()) return Malformed{command, "truncated or not canonical"};
    if (in.remaining() > 0) return Malformed{command, "trailing bytes"};
    return std::move(message).value();
}

template <class M>
bool decode_if(std::string_view command, const Bytes& payload, std::optional<Message>& out) {
    if constexpr (kPlain<M>) {
        if (command != M::kCommand) return false;
        out = decode_as<M>(payload);
        return true;
    } else {
        return false;
    }
}

// Tries the alternatives of the variant in their order, so that a message joins by being listed.
template <class... Ms>
std::optional<Message> decode_one_of(std::string_view command,
                                     const Bytes& payload,
                                     std::type_identity<std::variant<Ms...>>) {
    std::optional<Message> out;
    (decode_if<Ms>(command, payload, out) || ...);
    return out;
}

}  // namespace

std::string_view command_of(const Message& message) {
    return std::visit(
        []<class M>(const M& m) -> std::string_view {
            if constexpr (kNamed<M>) {
                return M::kCommand;
            } else {
                return m.command;
            }
        },
        message);
}

Bytes encode(const Message& message) {
    Writer out;
    std::visit(
        [&]<class M>(const M& m) {
            if constexpr (kNamed<M>) {
                m.encode(out);
            } else {
                assert(false && "we never send what we do not understand");
            }
        },
        message);
    return out.take();
}

Message decode(std::string_view command, Shared<Bytes> payload, const Parameters& parameters) {
    if (command == BlockMessage::kCommand) {
        auto block = BlockMessage::decode(std::move(payload), parameters);
        if (!block) return Malformed{std::string(command), block.error()};
        return std::move(block).value();
    }
    auto message = decode_one_of(command, *payload, std::type_identity<Message>{});
    if (message) return std::move(*message);
    return Unknown{std::string(command)};
}

}  // namespace starling::p2p
