#include "p2p/peer_address.h"

#include "consensus/hex.h"
#include "p2p/identity/record.h"

#include <algorithm>

namespace starling::p2p {

namespace {

// Of what a person wrote, in an error: enough to recognise it.
std::string quoted(std::string_view text) {
    constexpr std::size_t kShown = 80;
    return "\"" + std::string(text.substr(0, kShown)) + (text.size() > kShown ? "...\"" : "\"");
}

std::optional<CompressedKey> parse_key(std::string_view text) {
    const auto bytes = from_hex(text);
    CompressedKey key{};
    if (!bytes || bytes->size() != key.size()) return std::nullopt;
    std::ranges::copy(*bytes, key.begin());
    return coordinates(key) ? std::optional(key) : std::nullopt;
}

Result<PeerAddress, std::string> of_record(std::string_view text, const Parameters& parameters) {
    const auto record = Record::parse(text);
    if (!record)
        return Failure{quoted(text) +
                       " is no whole node record: " + std::string(describe(record.error()))};
    const Record& found = **record;
    if (!found.of_network(network_tag(parameters)))
        return Failure{quoted(text) + ": a record of another network than " + parameters.name};
    const auto address = found.tcp();
    if (!address) return Failure{quoted(text) + ": this record names no TCP address to dial"};
    return PeerAddress{*address, found.key()};
}

}  // namespace

Result<PeerAddress, std::string> parse_peer_address(std::string_view text,
                                                    const Parameters& parameters,
                                                    LinkKind links) {
    const std::size_t at = text.find('@');
    const bool of_key = at != std::string_view::npos;
    const bool record = text.starts_with("enr:");
    if (links == LinkKind::plain && (of_key || record))
        return Failure{quoted(text) + ": plain links prove no key; write HOST:PORT alone"};
    if (record) return of_record(text, parameters);
    const auto address = parse_endpoint(of_key ? text.substr(at + 1) : text, parameters.p2p_port);
    if (!address)
        return Failure{quoted(text) + ": no address and port in numbers (names are not resolved)"};
    if (links == LinkKind::plain) return PeerAddress{*address, std::nullopt};
    if (!of_key)
        return Failure{quoted(text) +
                       ": links are encrypted, so the peer's key must be known: write "
                       "KEY@HOST:PORT or the peer's enr:..., both of its `starling overlay`"};
    const auto key = parse_key(text.substr(0, at));
    if (!key)
        return Failure{quoted(text) + ": before \"@\" stands no node key of 66 hexadecimal digits"};
    return PeerAddress{*address, key};
}

}  // namespace starling::p2p
