// Every message decoder: the first byte chooses the command. What decodes encodes to a payload
// that decodes to the same again.

#include "p2p/message.h"

#include <array>
#include <cassert>

using namespace starling;

namespace {

constexpr std::array<std::string_view, 21> kCommands = {
    "version",   "verack",     "ping",    "pong",     "sendheaders", "wtxidrelay", "sendaddrv2",
    "feefilter", "getheaders", "headers", "inv",      "getdata",     "notfound",   "tx",
    "block",     "getaddr",    "addrv2",  "nonsense", "record",      "getrecords", "records"};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string_view command = kCommands[data[0] % kCommands.size()];
    const auto payload = std::make_shared<const Bytes>(data + 1, data + size);
    const p2p::Message message = p2p::decode(command, payload, regtest());
    assert(p2p::command_of(message) == command);
    if (std::holds_alternative<p2p::Unknown>(message)) return 0;
    if (std::holds_alternative<p2p::Malformed>(message)) return 0;
    const auto* block = std::get_if<p2p::BlockMessage>(&message);
    if (block != nullptr && !block->checked.ok()) return 0;

    const Bytes encoded = p2p::encode(message);
    // Left out when written: a version's addresses, addresses of networks that we do not speak, and
    // the protocol version that getheaders repeats.
    const bool lossy = command == "version" || command == "addrv2" || command == "getheaders";
    if (!lossy) assert(encoded == *payload);
    const auto again = p2p::decode(command, std::make_shared<const Bytes>(encoded), regtest());
    assert(p2p::encode(again) == encoded);
    return 0;
}
