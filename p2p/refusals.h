#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace starling::p2p {

// Why a connection was not kept, as far as it says something of the network or of our place in it.
enum class Refusal {
    inbound_full,
    evicted,      // was connected, and gave its place to a newcomer
    discouraged,  // was dropped for its conduct lately, and hardly a place is free
    ourselves,
    connected_twice,    // another connection with the same node stays
    refused_node,       // a person refused it
    cheap_identity,     // its key has less work than the network asks for (identity_work.h)
    wrong_record,       // its record is not of the key that the link proved
    foreign_network,    // its magic or its record names another network
    old_protocol,       // its version is too old
    handshake_timeout,  // it connected and did not finish version and verack in time
    misbehaved,
};
constexpr std::size_t kRefusals = 12;

std::string_view describe(Refusal refusal);

// How often each happened since the start: what `doctor` reads a wrong setting from.
class Refusals {
public:
    void count(Refusal refusal) { ++counts_[static_cast<std::size_t>(refusal)]; }
    // By describe(); those that happened.
    [[nodiscard]] std::map<std::string, std::uint64_t> counts() const;

private:
    std::array<std::uint64_t, kRefusals> counts_{};
};

}  // namespace starling::p2p
