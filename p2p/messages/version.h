#pragma once

#include "consensus/result.h"
#include "consensus/serialize.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace starling::p2p {

// 70016 introduced wtxidrelay (BIP 339), the last change of the protocol's number.
constexpr std::uint32_t kProtocolVersion = 70016;
// A peer that speaks less lacks feefilter (BIP 133) and has no witnesses to offer.
constexpr std::uint32_t kProtocolVersionMin = 70013;
// BIP 111, 144: serves the whole chain, with witnesses. Bitcoin Core dials nobody without them.
constexpr std::uint64_t kServiceNetwork = 1;
constexpr std::uint64_t kServiceWitness = 8;

// The first message of both sides. The two addresses that the format carries are ignored when read
// and zero when written: what a peer says about addresses is not evidence, and ours is not its
// business.
struct Version {
    static constexpr std::string_view kCommand = "version";
    static constexpr std::size_t kUserAgentBytesMax = 256;  // BIP 14, Bitcoin Core

    std::uint32_t version = kProtocolVersion;
    std::uint64_t services = 0;
    std::int64_t time = 0;  // seconds since 1970; only shown, for a peer's clock is not evidence
    std::uint64_t nonce = 0;
    std::string user_agent;
    std::int32_t start_height = 0;
    bool relay = true;  // BIP 37: wants transactions announced

    void encode(Writer& out) const;
    // Tolerates bytes behind the last field: this message has grown before.
    static Result<Version, std::string> decode(Reader& in);

    friend bool operator==(const Version&, const Version&) = default;
};

}  // namespace starling::p2p
