#pragma once

#include "consensus/bytes.h"
#include "node/loop.h"
#include "node/methods/overlay_view.h"
#include "p2p/address.h"

#include <cstddef>
#include <functional>
#include <memory>

namespace starling::node {

// A UDP socket on the protocol thread, that counts what went through it. What the system refuses to
// send is lost like any datagram, but counted.
class UdpSocket {
public:
    // Longer ones are no packets of discovery (discv5-wire, "UDP Communication").
    static constexpr std::size_t kDatagramBytesMax = 1'280;
    // Read before connections and people get their turn: some milliseconds of handshakes.
    static constexpr std::size_t kDatagramsPerTurn = 32;
    // Waits in the kernel while a block keeps the thread busy: a second of the packets that
    // discovery takes in.
    static constexpr int kBufferBytes = 1 << 20;

    using Receive = std::function<void(const p2p::Endpoint& from, ByteView datagram)>;
    UdpSocket(Loop& loop, Receive receive);
    ~UdpSocket();

    // Gives the actual address; an earlier socket is closed. "[::]" takes IPv4 too. Throws
    // std::runtime_error with one line for a person.
    p2p::Endpoint bind(const p2p::Endpoint& at);
    void send(const p2p::Endpoint& to, ByteView datagram);
    void close();

    [[nodiscard]] const UdpTraffic& traffic() const;

private:
    struct State;
    std::shared_ptr<State> state_;
};

}  // namespace starling::node
