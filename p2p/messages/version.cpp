#include "p2p/messages/version.h"

#include <array>
#include <cassert>

namespace starling::p2p {
namespace {

constexpr std::size_t kAddressBytes = 26;  // services, IPv6 address, port

}  // namespace

void Version::encode(Writer& out) const {
    assert(user_agent.size() <= kUserAgentBytesMax);
    const std::array<std::uint8_t, kAddressBytes> no_address{};
    out.u32(version);
    out.u64(services);
    out.i64(time);
    out.bytes(no_address);
    out.bytes(no_address);
    out.u64(nonce);
    out.sized_bytes(Bytes(user_agent.begin(), user_agent.end()));
    out.i32(start_height);
    out.u8(relay ? 1 : 0);
}

Result<Version, std::string> Version::decode(Reader& in) {
    Version version;
    version.version = in.u32();
    version.services = in.u64();
    version.time = in.i64();
    in.view(kAddressBytes);
    in.view(kAddressBytes);
    version.nonce = in.u64();
    const Bytes agent = in.sized_bytes(kUserAgentBytesMax);
    version.user_agent.assign(agent.begin(), agent.end());
    version.start_height = in.i32();
    if (in.remaining() > 0) version.relay = in.u8() != 0;  // absent before BIP 37
    if (!in.failed()) in.view(in.remaining());
    return version;
}

}  // namespace starling::p2p
