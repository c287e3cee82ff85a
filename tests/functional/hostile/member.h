#pragma once

#include "consensus/parameters.h"
#include "functional/hostile/sockets.h"
#include "p2p/discovery/sealed_wire.h"
#include "p2p/identity/record.h"
#include "p2p/link/link_transport.h"
#include "p2p/message.h"
#include "support/seeded_random.h"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace starling::hostile {

class Member;
using Members = std::vector<std::unique_ptr<Member>>;

// One identity of many, with an address of its own: answers discovery as a living node would, but
// tells of nobody but the others.
class Member {
public:
    Member(const p2p::Identity& identity, const p2p::Endpoint& address, const Parameters& network);
    Member(const Member&) = delete;
    Member& operator=(const Member&) = delete;

    [[nodiscard]] const p2p::Identity& identity() const { return identity_; }
    [[nodiscard]] const Shared<p2p::Record>& record() const { return record_; }
    [[nodiscard]] const p2p::Endpoint& address() const { return address_; }
    [[nodiscard]] const Socket& datagrams() const { return datagrams_; }
    [[nodiscard]] const Socket& listener() const { return listener_; }
    [[nodiscard]] SecretKey ephemeral();

    // Shows itself, so that its record is heard.
    void ping(const p2p::Record& whom, Time now);
    // Answers all that has come.
    void receive(const Members& others, Time now);
    void tick(Time now) { wire_.handle_timer(now); }

private:
    void answer(const p2p::discv5::Delivered& question, const Members& others, Time now);
    void send_all();

    const p2p::Identity identity_;
    const p2p::Endpoint address_;
    const Shared<p2p::Record> record_;
    const p2p::discv5::Limits limits_;
    test::SeededRandom random_;
    p2p::discv5::SealedWire wire_;
    Socket datagrams_, listener_;
    std::vector<p2p::discv5::Datagram> out_;
    std::uint64_t pings_ = 0;
};

// A connection of a member's: shakes hands, answers pings, tells of the other members, shows no
// headers and sends no blocks.
class Link {
public:
    // Who has called us; or `whom`, whom we call.
    Link(Member& member, Socket socket, const Parameters& network);
    Link(Member& member, const p2p::Record& whom, const Parameters& network);

    [[nodiscard]] int fd() const { return socket_.fd(); }
    [[nodiscard]] const Member& member() const { return member_; }
    [[nodiscard]] bool dialled() const { return dialled_; }
    [[nodiscard]] bool ready() const { return ready_; }  // verack came: it was let in
    [[nodiscard]] bool writes() const { return !out_.empty(); }
    // False: it is over.
    bool read(const Members& others);
    bool write();

private:
    void take(const p2p::RawMessage& raw, const Members& others);
    void send(const p2p::Message& message);
    void send_version();
    [[nodiscard]] p2p::Records some_of(const Members& others);

    Member& member_;
    const Parameters& network_;
    bool dialled_;
    bool established_ = false, ready_ = false;
    Socket socket_;
    p2p::LinkTransport transport_;
    Bytes out_;
    test::SeededRandom random_;
};

}  // namespace starling::hostile
