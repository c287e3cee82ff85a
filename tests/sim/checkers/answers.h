#pragma once

#include "sim/checkers/checker.h"
#include "sim/engine/events.h"
#include "sim/plan.h"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace starling::sim {

// What one host makes an honest one send is bounded by what it sends.
//
// Of messages, counted over all connections of two hosts: whatever can be large is sent only when
// asked for. Blocks and transactions: one an item of a getdata, and of notfound no more items than
// that; addrv2, records and pong: one a getaddr, getrecords, ping; headers over
// Limits::headers_announced_max: one message a getheaders. So no factor is needed for them: each
// answer has its own bound (sizes.h). All the rest, which is announcements and questions, takes at
// most kRestFactor bytes for each byte that came, besides kRestAllowance and what time allows
// anyone (kRestPerSecond).
//
// Of datagrams: those to one host take at most kDatagramFactor times the bytes of those from it,
// besides kDatagramAllowance and kDatagramPerSecond for questions of our own.
class Answers final : public Checker {
public:
    static constexpr std::uint64_t kRestFactor = 8;
    static constexpr std::uint64_t kRestAllowance = 100'000;
    // Transactions announced at the highest rate (84 a second of 36 bytes), headers of each block.
    static constexpr std::uint64_t kRestPerSecond = 4'000;
    // Five NODES of 1,280 bytes answer a FINDNODE of some 100.
    static constexpr std::uint64_t kDatagramFactor = 65;
    static constexpr std::uint64_t kDatagramAllowance = 100'000;
    // A revalidation every three seconds, were it always the same node's.
    static constexpr std::uint64_t kDatagramPerSecond = 500;

    Answers(const Plan& plan, const Events& events) : plan_(plan), events_(events) {}
    [[nodiscard]] std::string_view name() const override { return "answers"; }
    void sent(HostIndex host, HostIndex to, const p2p::Message& message, std::size_t) override;
    void received(HostIndex host, HostIndex from, const p2p::Message&, std::size_t) override;
    void datagram_sent(HostIndex host, HostIndex to, std::string_view, std::size_t) override;
    void datagram_received(HostIndex host, HostIndex from, std::string_view, std::size_t) override;

private:
    enum Kind { blocks, transactions, absent, addresses, records, pongs, headers, kKinds };
    // Of one honest host towards one other.
    struct Account {
        std::array<std::uint64_t, kKinds> asked{}, answered{};
        std::uint64_t rest_in = 0, rest_out = 0;
        Moment since{};
    };
    struct Datagrams {
        std::uint64_t in = 0, out = 0;
        std::optional<Moment> since{};  // none: nothing yet
    };
    struct Question;
    struct Answer;
    [[nodiscard]] bool watched(HostIndex host, HostIndex other) const;
    Account& account(HostIndex host, HostIndex other);
    Datagrams& datagrams(HostIndex host, HostIndex other);
    [[nodiscard]] std::uint64_t seconds_since(Moment since) const;

    const Plan& plan_;
    const Events& events_;
    std::map<std::pair<HostIndex, HostIndex>, Account> accounts_;
    // By watched host, then by the other one: nearly all of them write to each other sooner or
    // later, and a search for each datagram would be dear.
    std::vector<std::vector<Datagrams>> datagrams_;
};

}  // namespace starling::sim
