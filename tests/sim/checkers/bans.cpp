#include "sim/checkers/bans.h"

#include "p2p/misbehaviour.h"
#include "p2p/refusals.h"

#include <algorithm>
#include <array>

namespace starling::sim {

bool Bans::for_conduct(std::string_view reason) {
    using p2p::Offence;
    using p2p::Refusal;
    static constexpr std::array kOffences{
        Offence::malformed_message, Offence::broken_protocol,     Offence::late_negotiation,
        Offence::invalid_header,    Offence::invalid_chain,       Offence::unconnecting_headers,
        Offence::invalid_block,     Offence::mutated_block,       Offence::unrequested_block,
        Offence::missing_block,     Offence::invalid_transaction, Offence::costly_transactions,
        Offence::foreign_record,    Offence::too_many_requests,   Offence::unknown_messages};
    static constexpr std::array kRefusals{Refusal::refused_node,    Refusal::wrong_record,
                                          Refusal::foreign_network, Refusal::old_protocol,
                                          Refusal::misbehaved,      Refusal::discouraged};
    // An offence may be followed by its details.
    return reason == "spoke before its version" ||
           std::ranges::any_of(
               kOffences,
               [&](Offence offence) { return reason.starts_with(p2p::describe(offence)); }) ||
           std::ranges::any_of(kRefusals,
                               [&](Refusal refusal) { return reason == p2p::describe(refusal); });
}

void Bans::dropped(HostIndex host, HostIndex other, std::string_view reason) {
    if (other == kNoHost || !for_conduct(reason)) return;
    if (!plan_.hosts[host].honest() || !plan_.hosts[other].honest()) return;
    violated(events_.now(), host,
             "it dropped an honest host, " + std::to_string(other) + ": " + std::string(reason));
}

}  // namespace starling::sim
