#include "sim/checkers/answers.h"

#include "p2p/limits.h"

#include <algorithm>
#include <optional>
#include <variant>

namespace starling::sim {

// Counts what a message asks for.
struct Answers::Question {
    Account& account;

    void operator()(const p2p::GetData& getdata) const {
        account.asked[absent] += getdata.items.size();
        for (const p2p::InventoryItem& item : getdata.items)
            ++account.asked[item.is_block() ? blocks : transactions];
    }
    void operator()(const p2p::GetAddr&) const { ++account.asked[addresses]; }
    void operator()(const p2p::GetRecords&) const { ++account.asked[records]; }
    void operator()(const p2p::Ping&) const { ++account.asked[pongs]; }
    void operator()(const p2p::GetHeaders&) const { ++account.asked[headers]; }
    template <class Other>
    void operator()(const Other&) const {}
};

// What a message answers, if that is one that must be asked for; how many answers it is.
struct Answers::Answer {
    using Counted = std::optional<std::pair<Kind, std::size_t>>;

    Counted operator()(const p2p::BlockMessage&) const { return {{blocks, 1}}; }
    Counted operator()(const p2p::Tx&) const { return {{transactions, 1}}; }
    Counted operator()(const p2p::NotFound& notfound) const {
        return {{absent, notfound.items.size()}};
    }
    Counted operator()(const p2p::AddrV2&) const { return {{addresses, 1}}; }
    Counted operator()(const p2p::Records&) const { return {{records, 1}}; }
    Counted operator()(const p2p::Pong&) const { return {{pongs, 1}}; }
    Counted operator()(const p2p::Headers& message) const {
        if (message.headers.size() <= p2p::Limits{}.headers_announced_max) return std::nullopt;
        return {{headers, 1}};
    }
    template <class Other>
    Counted operator()(const Other&) const {
        return std::nullopt;
    }
};

void Answers::received(HostIndex host,
                       HostIndex from,
                       const p2p::Message& message,
                       std::size_t bytes) {
    if (!watched(host, from)) return;
    Account& with = account(host, from);
    with.rest_in += bytes;
    std::visit(Question{with}, message);
}

void Answers::sent(HostIndex host, HostIndex to, const p2p::Message& message, std::size_t bytes) {
    if (!watched(host, to)) return;
    Account& with = account(host, to);
    if (const auto answer = std::visit(Answer{}, message)) {
        const auto [kind, count] = *answer;
        with.answered[kind] += count;
        if (with.answered[kind] <= with.asked[kind]) return;
        return violated(events_.now(), host,
                        "it sent " + std::string(p2p::command_of(message)) + " unasked to host " +
                            std::to_string(to) + ": " + std::to_string(with.answered[kind]) +
                            " for " + std::to_string(with.asked[kind]) + " asked for");
    }
    with.rest_out += bytes;
    const std::uint64_t allowed =
        kRestAllowance + kRestFactor * with.rest_in + kRestPerSecond * seconds_since(with.since);
    if (with.rest_out <= allowed) return;
    violated(events_.now(), host,
             "it sent host " + std::to_string(to) + " " + std::to_string(with.rest_out) +
                 " bytes of announcements and questions, for " + std::to_string(with.rest_in) +
                 " bytes that came");
}

void Answers::datagram_received(HostIndex host,
                                HostIndex from,
                                std::string_view,
                                std::size_t bytes) {
    if (watched(host, from)) datagrams(host, from).in += bytes;
}

void Answers::datagram_sent(HostIndex host, HostIndex to, std::string_view, std::size_t bytes) {
    if (!watched(host, to)) return;
    Datagrams& with = datagrams(host, to);
    with.out += bytes;
    const std::uint64_t allowed = kDatagramAllowance + kDatagramFactor * with.in +
                                  kDatagramPerSecond * seconds_since(*with.since);
    if (with.out <= allowed) return;
    violated(events_.now(), host,
             "it sent host " + std::to_string(to) + " " + std::to_string(with.out) +
                 " bytes of datagrams, for " + std::to_string(with.in) + " bytes that came");
}

// In a large world every so many hosts only: an account for each connection would be dear.
bool Answers::watched(HostIndex host, HostIndex other) const {
    if (other == kNoHost || !plan_.hosts[host].honest()) return false;
    const std::size_t stride = std::max<std::size_t>(plan_.hosts.size() / kSmallWorld, 1);
    return host % stride == 0;
}

Answers::Account& Answers::account(HostIndex host, HostIndex other) {
    const auto [entry, made] = accounts_.try_emplace({host, other});
    if (made) entry->second.since = events_.now();
    return entry->second;
}

Answers::Datagrams& Answers::datagrams(HostIndex host, HostIndex other) {
    if (datagrams_.empty()) datagrams_.resize(plan_.hosts.size());
    std::vector<Datagrams>& of_host = datagrams_[host];
    if (of_host.empty()) of_host.resize(plan_.hosts.size());
    Datagrams& with = of_host[other];
    if (!with.since) with.since = events_.now();
    return with;
}

std::uint64_t Answers::seconds_since(Moment since) const {
    const auto span = std::chrono::floor<std::chrono::seconds>(events_.now() - since);
    return static_cast<std::uint64_t>(span.count());
}

}  // namespace starling::sim
